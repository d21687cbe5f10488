"""The gold shelf: what people ask for, built from silver."""
