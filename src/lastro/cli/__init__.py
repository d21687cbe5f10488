"""The command line. ``commands/`` is its shelf; this page is the contract of the shelf's files.

A file binds ``COMMAND`` to a ``lastro.cli.command.Command``: the function Typer calls, one line of
help (through ``say``, so that it is read in the person's language) and the panel of ``--help`` it
stands in. The file's name is the verb, with ``-`` for ``_``.

The function takes ``ctx: typer.Context`` and gets its ``Door`` by ``Door.of(ctx)``: the platform,
and a ``Screen`` to write on. It holds no logic of its own: it asks the platform and shows what it
answers. What a machine may read goes out by ``Screen.json`` under ``--json`` and nothing else goes
to standard output; a person's tables go by ``Screen.table``. Errors are raised, never printed.

Nothing heavy (Polars, DuckDB, delta-rs, pydantic) is imported at module level, so that
``lastro --help`` answers at once. These files do without ``from __future__ import annotations``:
Typer reads their annotations when they run.
"""
