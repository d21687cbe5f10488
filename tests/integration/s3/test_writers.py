"""Two writers at once, and one killed in the middle: correct tables, or a clear word and a repeat.

Writers are processes of their own, as commands are, over one lake in a bucket.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.integration.s3.conftest import NOW

from lastro.core.errors import ConflictError
from lastro.lake.landing import LEDGER
from lastro.lake.lineage import Lineage
from lastro.pipeline.access import access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.s3.conftest import BucketSite, Market
    from tests.integration.s3_server import S3Server

pytestmark = pytest.mark.integration

PROGRAM = '''\
"""Imports and builds as a command does; dies by itself before a commit to a named table."""
import datetime as dt, os, signal, sys
from pathlib import Path
import deltalake, duckdb, narwhals, polars
from lastro.cli.trouble import tell
from lastro.core.clock import FrozenClock
from lastro.pipeline import builder, ingest
from lastro.wiring import platform

now, deadly, registry, *files = sys.argv[1:]
commit = deltalake.DeltaTable.create_write_transaction

def watched(table, *arguments, **options):
    if deadly and table.table_uri.rstrip("/").endswith(deadly):
        os.kill(os.getpid(), signal.SIGKILL)
    return commit(table, *arguments, **options)

deltalake.DeltaTable.create_write_transaction = watched
house = platform(clock=FrozenClock(dt.datetime.fromisoformat(now)))
house.catalog
print("ready", flush=True)
sys.stdin.readline()
try:
    with house.run() as run:
        run.take("cvm_registry", [Path(registry)])
        run.take("cvm_funds", [Path(file) for file in files], build=True)
except Exception as error:
    sys.exit(tell(error, as_json=False))
'''


@pytest.fixture(scope="module")
def expected(in_bucket: Callable[..., BucketSite], market: Market) -> dict[str, object]:
    """What one undisturbed run leaves."""
    site = in_bucket()
    _work(site, market)
    return _told(site)


@pytest.fixture
def start(tmp_path: Path, market: Market) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a writer over a lake, up to where it waits for its word."""
    started: list[subprocess.Popen[str]] = []
    program = tmp_path / "command.py"
    program.write_text(PROGRAM)

    def _start(site: BucketSite, deadly: str = "") -> subprocess.Popen[str]:
        named = {f"LASTRO_LAKE__{name.upper()}": value for name, value in site.settings.items()}
        process = subprocess.Popen(
            [sys.executable, str(program), NOW.isoformat(), deadly, str(market.registry),
             *map(str, market.first)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | named, cwd=tmp_path,
        )  # fmt: skip
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    yield _start
    for process in started:
        process.kill()
        process.communicate()


def _work(site: BucketSite, market: Market) -> None:
    with site.open().run() as run:
        run.take("cvm_registry", [market.registry])
        run.take("cvm_funds", market.first, build=True)


def _told(site: BucketSite) -> dict[str, object]:
    """What tables say; the ledger may tell twice of a file that two runs brought."""
    contents: dict[str, object] = dict(site.contents())
    contents.pop(LEDGER.name)
    files = site.table(LEDGER.name).select("source", "name", "key", "sha256").unique()
    return contents | {LEDGER.name: sorted(files.rows())}


def test_two_writers_of_the_same_months_at_once(
    in_bucket: Callable[..., BucketSite],
    market: Market,
    start: Callable[..., subprocess.Popen[str]],
    expected: dict[str, object],
) -> None:
    site = in_bucket()
    writers = [start(site), start(site)]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0 or "changed" in said, said
        assert writer.returncode in {0, ConflictError.exit_code}, said
    _work(site, market)
    assert _told(site) == expected
    before = site.versions()
    _work(site, market)
    assert site.versions() == before


@pytest.mark.parametrize("deadly", ["ops/ledger", "bronze/cvm_funds", "silver/fund_navs"])
def test_a_writer_killed_before_a_commit(
    in_bucket: Callable[..., BucketSite],
    market: Market,
    start: Callable[..., subprocess.Popen[str]],
    expected: dict[str, object],
    deadly: str,
) -> None:
    site = in_bucket()
    writer = start(site, deadly)
    writer.communicate("go\n", timeout=120)
    assert writer.returncode < 0
    for contract in site.open().contracts():
        site.table(contract.name)  # whatever is there can be read
    _work(site, market)
    assert _told(site) == expected


def test_a_partition_that_two_make_new_is_made_once(
    in_bucket: Callable[..., BucketSite], done: BucketSite
) -> None:
    rows = done.table("silver.fund_navs")
    month = rows["month"].min()
    part = rows.filter(pl.col("month") == month)
    site = in_bucket()
    lakes = [site.open().lake, site.open().lake]
    contract = site.open().contract("silver.fund_navs")
    files = [lake.write_file(contract, str(month), part) for lake in lakes]
    lineage = Lineage("run", "code")
    assert [lake.version(contract.name) for lake in lakes] == [-1, -1]
    lakes[0].commit(contract, files[:1], states={str(month): 1}, lineage=lineage)
    lakes[1].pin(contract.name, 0)
    with pytest.raises(ConflictError, match="at the same time"):
        lakes[1].commit(contract, files[1:], states={str(month): 2}, lineage=lineage)
    assert site.table(contract.name).height == part.height


def test_notes_that_two_take_at_once_are_all_kept(in_bucket: Callable[..., BucketSite]) -> None:
    site = in_bucket()
    begin = threading.Barrier(4)

    def note(name: str) -> None:
        landing = site.open().landing
        begin.wait()
        for number in range(4):
            landing.note_checks("cvm_funds", [f"{name}{number}"], NOW)

    threads = [threading.Thread(target=note, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(site.open().landing.checks("cvm_funds")) == 16


def test_a_bucket_is_real_or_simulated_for_good(in_bucket: Callable[..., BucketSite]) -> None:
    site = in_bucket()
    first, second = site.open().landing, site.open().landing
    first.keep("cvm_funds", "a", b"1", simulated=True)
    with pytest.raises(ConflictError, match="never mix"):
        second.keep("cvm_funds", "b", b"2", simulated=False)


@pytest.mark.parametrize("how", ["environment", "container"])
def test_blank_keys_use_the_machines_own_chain(
    s3: S3Server, done: BucketSite, tmp_path: Path, how: str
) -> None:
    """obstore, delta-rs, Polars and the process for queries, each by itself."""
    script = tmp_path / "look.py"
    script.write_text(LOOK)
    name, prefix = done.settings["url"].removeprefix("s3://").split("/", 1)
    blank = {"s3_access_key_id": "", "s3_secret_access_key": ""}
    with s3.credentials(how) as given:
        known = {n: v for n, v in os.environ.items() if not n.startswith("AWS_")}
        looked = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, check=False,
            env=known | given | s3.environment(name, prefix, **blank), cwd=tmp_path,
        )  # fmt: skip
    assert looked.returncode == 0, looked.stderr
    rows = done.table("silver.fund_navs").height
    assert looked.stdout.split() == ["True", "True", str(rows), str(rows), str(rows)]


LOOK = """\
import polars as pl
from lastro.lake.query import job_of, understand
from lastro.wiring import platform

house = platform()
print(house.simulated is not None, house.lake.exists("silver.fund_navs"))
print(house.table("silver.fund_navs").select(pl.len()).collect().item())
query = "SELECT count(*) FROM silver.fund_navs"
print(house.sql(query).item())
question = understand(query, house.contracts(), house.views)
job = job_of(house.lake, question, None, house.sql_house.limits)
print(house.sql_house.query(job).answer().rows.item())
house.sql_house.close()
"""


def test_the_doctor_leaves_nothing_behind(
    s3: S3Server, in_bucket: Callable[..., BucketSite]
) -> None:
    site = in_bucket()
    assert not list(access(site.open().storage))
    assert s3.keys(site.settings["url"].split("/")[2]) == []
