"""The silver shelf: official data typed, checked, one row a natural key."""
