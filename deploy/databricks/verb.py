"""Databricks: one command line of ``lastro``, as a task's parameters; a failure fails the task.

The program ``lastro`` itself ends its process at once, which a task on Databricks must not: the
notebook kernel that runs it would be reported as lost. See docs/how-to/databricks.md.
"""  # noqa: INP001 - a folder of scripts is no package

import sys

from lastro.cli.main import run

if code := run(sys.argv[1:]):
    sys.exit(code)
