"""Steps of the schema; a step's name is its revision, and the last one is the newest."""
