"""The way of the data, from the world to gold, over whatever the shelves hold.

Stands above sources, tables and the lake, so that none of them needs to know another.
"""
