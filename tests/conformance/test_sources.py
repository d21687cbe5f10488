"""Every source on the shelf keeps the shelf's contract."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest

from lastro import sources
from lastro.core import registry
from lastro.core.clock import BRASILIA
from lastro.core.errors import ParseError
from lastro.core.settings import Section
from lastro.simulator.market import SimulatedMarket
from lastro.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.lake.contract import Column

TODAY = dt.date(2024, 2, 10)
SPANS = [
    (TODAY, TODAY),
    (dt.date(2023, 11, 20), TODAY),
    (dt.date(2019, 6, 30), dt.date(2021, 2, 1)),
]
FOUND: dict[str, Source] = registry.load(sources, "SOURCE", Source)
EXAMPLES: dict[str, Callable[[SimulatedMarket], tuple[str, bytes]]] = {
    "cvm_funds": lambda m: ("inf_diario_fi_202401.zip", m.month_zip(TODAY.replace(month=1))),
    "cvm_registry": lambda m: ("registro_fundo_classe.zip", m.registry_zip(TODAY)),
}


@pytest.fixture(params=FOUND)
def source(request: pytest.FixtureRequest) -> Source:
    return FOUND[cast("str", request.param)]


@pytest.fixture(scope="module")
def market() -> SimulatedMarket:
    return SimulatedMarket(13, 100, dt.date(2023, 12, 1), 3, dirt=0.05)


@pytest.fixture
def example(source: Source, market: SimulatedMarket) -> tuple[str, bytes]:
    """A file of the source as it would be landed; without one, a source proves nothing here."""
    name, body = EXAMPLES[source.name](market)
    return name, source.redact(name, body) if source.redact else body


def test_it_is_called_as_its_file(source: Source) -> None:
    assert FOUND[source.name] is source
    assert source.bronze.name == f"bronze.{source.name}"


def test_it_says_what_it_is_in_both_languages(source: Source) -> None:
    for said in (source.title, source.pt, source.publisher, source.licence):
        assert said.strip()
    assert source.title != source.pt


def test_its_section_says_where_it_is(source: Source) -> None:
    assert issubclass(source.section, Section)
    assert str(source.section.model_fields["url"].default).startswith("https://")


def test_its_columns_are_documented_and_read_from_known_headers(source: Source) -> None:
    def is_said(column: Column) -> bool:
        return bool(column.doc.strip() and column.pt.strip() and column.reads)

    assert all(is_said(column) for column in source.columns)
    names = [column.name for column in source.columns]
    headers = [header for column in source.columns for header in column.reads]
    assert len(set(names)) == len(names)
    assert len(set(headers)) == len(headers)
    assert "ref_date" in names


def test_bronze_holds_every_official_column_as_text(source: Source) -> None:
    contract = source.bronze
    for column in source.columns:
        for header in column.reads:
            assert str(contract[header].type) == "text"
            assert not contract[header].required
    assert contract.partition == "_period"


@pytest.mark.parametrize("span", SPANS)
def test_plan_is_pure_and_asks_for_nothing_of_the_future(
    source: Source, span: tuple[dt.date, dt.date]
) -> None:
    first, last = span
    files = source.plan(first, last, TODAY)
    assert files == source.plan(first, last, TODAY)
    for file in files:
        assert file.first <= file.last
        assert file.first <= TODAY
        assert not file.path.startswith("/")
        assert file.path.endswith(file.name)
        assert all(not spare.fallbacks for spare in file.fallbacks)


def test_plan_holds_today(source: Source) -> None:
    files = source.plan(TODAY - source.history, TODAY, TODAY)
    assert any(file.first <= TODAY <= file.last for file in files)


def test_parse_gives_text_and_the_place_of_each_row(
    source: Source, example: tuple[str, bytes]
) -> None:
    periods = list(source.parse(*example, TODAY))
    assert periods
    for period in periods:
        text = period.text
        assert period.month.day == 1
        assert period.name.startswith(f"{period.month:%Y-%m}")
        assert text.schema["_row"] == pl.Int64
        assert {kind for name, kind in text.schema.items() if name != "_row"} == {pl.String}
        assert text["_row"].is_unique().all()
        whole = text.filter(pl.col("_malformed").is_null())
        assert whole.height
        assert text.height > whole.height or source.name == "cvm_registry"


def test_parse_is_pure(source: Source, example: tuple[str, bytes]) -> None:
    first, second = (list(source.parse(*example, TODAY)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert (one.name, one.month) == (other.name, other.month)
        assert one.text.equals(other.text)


def test_every_header_that_it_reads_is_in_a_file(
    source: Source, example: tuple[str, bytes]
) -> None:
    """Each column is found; an older header may stand in for a newer one."""
    (period,) = source.parse(*example, TODAY)
    for column in source.columns:
        assert set(column.reads) & set(period.text.columns), column.name


def test_a_day_is_published_after_it(source: Source) -> None:
    if source.published is None:
        return  # known since it was seen
    days = [dt.date(2020, 12, 20) + dt.timedelta(days=n) for n in range(400)]
    known = [source.published(day) for day in days]
    assert known == sorted(known)
    for day, instant in zip(days, known, strict=True):
        assert instant.utcoffset() == dt.timedelta(0)
        assert instant.astimezone(BRASILIA).date() > day


@pytest.mark.parametrize("body", [b"", b"<!DOCTYPE html><p>;", b"PK\x03\x04;", b"\x00;\x00"])
def test_what_is_not_its_file_is_refused_by_name(source: Source, body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.zip"):
        list(source.parse("strange.zip", body, TODAY))


def test_what_it_redacts_stays_the_same_when_redacted_again(
    source: Source, example: tuple[str, bytes]
) -> None:
    if source.redact is None:
        return
    name, body = example
    assert source.redact(name, body) == body
