"""The export to PostgreSQL against a bare COPY: ``python -m bench.postgres [--rows N] [--runs N]``.

Both load the same rows of ``silver.fund_navs`` into the same server, in turns. The bare COPY has
its CSV prepared on disk and goes into the same design (months as partitions, primary key, BRIN);
what it costs without any index is shown beside it. The export begins at the lake: it reads Delta,
sorts, writes CSV, loads, indexes, attaches and notes what it did.

A server of its own is started in a temporary folder, unless ``--url`` names one.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import polars as pl
import psycopg

from lastro.core.clock import add_months
from lastro.exports import ExportSettings, Order, postgres
from lastro.exports._postgres_sql import Design
from lastro.exports._selection import select
from lastro.lake._polars import schema
from lastro.lake.lake import Lake
from lastro.lake.lineage import Lineage
from lastro.lake.storage import LakeSettings, Storage
from lastro.tables.silver.fund_navs import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BAR = 1.5
_MONTHS = 12
_DAYS = 21
_FIRST = dt.date(2024, 1, 1)
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def fill(lake: Lake, rows: int) -> None:
    """A year of funds that report every day, a partition a month."""
    funds = rows // (_MONTHS * _DAYS)
    for number in range(_MONTHS):
        month = add_months(_FIRST, number)
        days = pl.DataFrame({"ref_date": [month + dt.timedelta(days=d) for d in range(_DAYS)]})
        frame = pl.DataFrame({"fund": range(funds)}).join(days, how="cross")
        amount = pl.col("fund") * 7919 + pl.col("ref_date").dt.day().cast(pl.Int64) * 104_729
        values = {
            "cnpj": pl.col("fund").cast(pl.String).str.zfill(14),
            "subclass_id": pl.lit(""), "fund_type": pl.lit("CLASSES - FIF"),
            "ref_date": pl.col("ref_date"), "month": pl.lit(month),
            "available_at": pl.lit(dt.datetime(2024, 6, 1, 11, tzinfo=dt.UTC)),
            "flags": pl.lit(None, pl.String),
        }  # fmt: skip
        contract = TABLE.contract
        made = frame.select(
            values.get(name, (amount % 100_000_000) / 100).cast(kind).alias(name)
            for name, kind in schema(contract).items()
        ).sort(contract.sort)
        file = lake.write_file(contract, month.isoformat(), made)
        states = {month.isoformat(): number + 1}
        lake.commit(contract, [file], states=states, lineage=Lineage("bench", "0"))


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL as it comes, but for its folder and port."""
    path = os.pathsep.join([os.environ["PATH"], *map(str, reversed(_PROGRAMS))])
    initdb, program = shutil.which("initdb", path=path), shutil.which("postgres", path=path)
    if not initdb or not program:
        raise SystemExit("PostgreSQL is not installed: apt-get install postgresql")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        home, as_user = Path(name), []
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
            as_user = ["runuser", "-u", "postgres", "--"]
        data = str(home / "data")
        subprocess.run(
            [*as_user, initdb, "-D", data, "-U", "bench", "--auth=trust", "-E", "UTF8"],
            check=True, capture_output=True,
        )  # fmt: skip
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        command = [*as_user, program, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", name]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=name
        )
        url = f"postgresql://bench@127.0.0.1:{port}/postgres"
        try:
            for _ in range(200):
                with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url):
                    break
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(60)


def export(url: str, lake: Lake) -> None:
    """What we promise something about."""
    order = Order(
        tables=(select(lake, TABLE.contract),), target=url, settings=ExportSettings(),
        simulated=True, at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    (done,) = postgres.write(order)
    if not done.rows:
        raise SystemExit("the export wrote nothing")


def bare(url: str, lake: Lake, file: Path, *, indexed: bool) -> None:
    """A COPY of a prepared file, in one transaction."""
    design = Design.of("lastro", select(lake, TABLE.contract), hypertable=False, simulated=True)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA lastro")
        statements = design.create()
        if not indexed:
            statements = [statements[0].partition(" PARTITION BY")[0]]
        for statement in statements:
            cursor.execute(statement.encode())
        for number in range(_MONTHS if indexed else 0):
            month = add_months(_FIRST, number)
            part = design.month_full(month.isoformat())
            bounds = f"FROM ('{month}') TO ('{add_months(month, 1)}')"
            cursor.execute(
                f"CREATE TABLE {part} PARTITION OF {design.full} FOR VALUES {bounds}".encode()
            )
        with cursor.copy(design.copy(design.full).encode()) as copy, file.open("rb") as rows:
            while piece := rows.read(1 << 20):
                copy.write(piece)


def clear(url: str) -> None:
    """An empty database, and a server that has written down what it had to."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS lastro CASCADE")
        connection.execute("CHECKPOINT")


def measure(url: str, folder: Path, rows: int, runs: int) -> dict[str, list[float]]:
    """Seconds of each contender's runs, in turns; a first run of each is not counted."""
    lake = Lake(Storage(LakeSettings(url=str(folder / "lake"))))
    fill(lake, rows)
    file = folder / "rows.csv"
    names = [column.name for column in TABLE.contract.columns]
    frame = lake.scan(TABLE.contract).select(names).sort("ref_date", "cnpj").collect()
    frame.write_csv(file, include_header=False, quote_style="non_numeric")
    print(f"{frame.height} rows, {file.stat().st_size / 1e6:.0f} MB of CSV")
    contenders: dict[str, Callable[[], None]] = {
        "export": lambda: export(url, lake),
        "bare COPY": lambda: bare(url, lake, file, indexed=True),
        "bare COPY, no index": lambda: bare(url, lake, file, indexed=False),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(runs + 1):
        for name, work in contenders.items():
            clear(url)
            start = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--url", help="an empty database; its schema lastro is dropped")
    given = parser.parse_args()
    place = contextlib.nullcontext(given.url) if given.url else server()
    with tempfile.TemporaryDirectory() as folder, place as url:
        seconds = measure(url, Path(folder), given.rows, given.runs)
    middle = {name: median(found) for name, found in seconds.items()}
    for name, found in seconds.items():
        ratio = middle["export"] / middle[name]
        print(f"{name:20} {middle[name]:6.2f} s ({min(found):.2f} - {max(found):.2f}), "
              f"export is {ratio:.2f} x")  # fmt: skip
    ratio = middle["export"] / middle["bare COPY"]
    print(f"against a bare COPY: {ratio:.2f} x, promised <= {_BAR} x")
    sys.exit(ratio > _BAR)


if __name__ == "__main__":
    main()
