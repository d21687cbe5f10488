"""The shelves of tables. This page is the contract of their files.

``silver`` is typed, checked, one row a key; ``gold`` is what people ask for; ``views`` are named
SQL.

A file binds ``TABLE`` to a ``lastro.lake.catalog.Table``: a contract and one pure function
``build``. The file's name is the table's; ``build`` takes one argument an input, named as the
input's table, and returns every row it can make for the months it was given. It is written over
Narwhals alone, so that it runs as it stands on Polars and on PySpark: see the how-to for what to
avoid. The machine picks the months, applies the contract's checks, drops repeated keys, sorts,
writes and remembers.

A silver table over bronze gets typed columns (the source's ``columns``), plus ``month`` (the
partition), ``available_at`` (the source's publication rule) and ``_row``, which it hands on.
"""
