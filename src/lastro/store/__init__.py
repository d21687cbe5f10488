"""The operational store: what is not market data (people, keys, runs, views), a file an aggregate.

SQLite by default, PostgreSQL by setting; ``session.py`` is the only place that commits.
"""
