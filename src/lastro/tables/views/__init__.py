"""The shelf of views: named SQL for people who already have queries. A file binds VIEW."""
