"""No person's CPF lies anywhere in a lake: not landed, not in a table, not in a letter or a log."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

import polars as pl

from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scenarios.conftest import Site

NOW = dt.datetime(2024, 2, 10, 15, tzinfo=dt.UTC)
ROW = re.compile(rb";PF;(\d{11});")


def texts(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every byte below a folder as it can be read: raw, out of its zip, out of its Parquet."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        body = path.read_bytes()
        yield path, body
        if body[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                for name in archive.namelist():
                    yield path, archive.read(name)
        if path.suffix == ".parquet":
            yield path, pl.read_parquet(path).write_csv(separator=";").encode()


def people(registry: bytes) -> set[bytes]:
    with zipfile.ZipFile(io.BytesIO(registry)) as archive:
        return set(ROW.findall(archive.read("registro_fundo.csv")))


def test_a_cpf_is_stored_nowhere_and_the_fund_is(
    new_site: Callable[..., Site], tmp_path: Path, order: Callable[..., None]
) -> None:
    market = SimulatedMarket(3, 1500, dt.date(2024, 1, 1), 1, dirt=0)
    original = market.registry_zip(NOW.date())
    numbers = people(original)
    assert numbers
    with SimulatorServer(market) as server:
        site = new_site(now=NOW, server=server.url)
        order(server.url, "date", as_of=NOW.date())
        site.ingest(source="cvm_registry")
    damaged = tmp_path / "registro_fundo_classe.zip"
    damaged.write_bytes(original[: len(original) // 2])
    site.take([damaged], "cvm_registry")
    bare = tmp_path / "registro_fundo.csv"
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        bare.write_bytes(archive.read("registro_fundo.csv"))
    site.take([bare], "cvm_registry")
    assert set(site.dead()) == {damaged.name, bare.name}
    spelt = {b"%b.%b.%b-%b" % (n[:3], n[3:6], n[6:9], n[9:]) for n in numbers}
    pattern = re.compile(b"|".join(map(re.escape, numbers | spelt)))
    read = 0
    for path, text in texts(site.folder):
        assert not pattern.search(text), path
        read += 1
    assert read > 10
    managers = site.table("silver.fund_registry").filter(pl.col("manager_kind") == "PF")
    assert managers.height > 0
    assert managers["manager_id"].str.contains(r"^\*{3}\.\d{3}\.\d{3}-\*{2}$").all()


def test_the_same_registry_again_is_no_news_although_it_is_masked(
    site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "registro_fundo_classe.zip"
    file.write_bytes(SimulatedMarket(3, 1500, dt.date(2024, 1, 1), 1).registry_zip(NOW.date()))
    assert site.take([file], "cvm_registry").landed == [file.name]
    before = site.versions()
    site.clock.advance(dt.timedelta(hours=2))
    assert site.take([file], "cvm_registry").unchanged == [file.name]
    (landed,) = site.open().landing.ledger("cvm_registry")
    file.write_bytes(site.open().storage.get(landed.key))
    assert site.take([file], "cvm_registry").unchanged == [file.name]
    assert site.versions() == before
