"""The main job as a user's script runs it: months of CVM's daily report into an empty lake.

``python bench/job.py [--all] DIR FILES...``; ``--all`` builds every table, not only the flows.
"""

from __future__ import annotations

import sys
from pathlib import Path

import lastro

FLOWS = ("gold.fund_flows_daily", "gold.fund_flows_monthly")

if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--all"]
    tables = () if "--all" in sys.argv else FLOWS
    with lastro.open(arguments[0]).run() as run:
        run.take("cvm_funds", [Path(name) for name in arguments[1:]], build=True, tables=tables)
