"""Every source on the shelf keeps the shelf's contract."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest

from lastro import sources
from lastro.core import registry
from lastro.core.clock import BRASILIA
from lastro.core.errors import ParseError
from lastro.core.settings import Section
from lastro.lake.contract import STANDING
from lastro.simulator.market import SimulatedMarket
from lastro.sources import RemoteFile, Source

from .simulated import world

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
KNOWN = {"b3_instruments": ["ABCD 12345"], "b3_corporate_actions": ["ABCD"]}
ELSEWHERE: dict[str, set[str]] = {}  # columns that only a person's own file has
ON_CALL = {"yahoo_quotes", "brapi_quotes", "alpha_vantage_quotes"}  # ask for what is named alone
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
def examples(source: Source, market: SimulatedMarket) -> list[tuple[str, bytes]]:
    """Files of the source as they would be landed; without one, a source proves nothing here."""
    if source.name not in EXAMPLES:
        return world().files[source.name]
    name, body = EXAMPLES[source.name](market)
    return [(name, source.redact(name, body) if source.redact else body)]


def _plan(source: Source, first: dt.date, last: dt.date) -> list[RemoteFile]:
    context: dict[str, Any] = {}
    if source.knows:
        context["known"] = KNOWN[source.name]
    if source.options:
        named = {"tickers": ["ABCD3"]} if source.name in ON_CALL else {}
        context["options"] = source.options(**named)
    return source.plan(first, last, TODAY, **context)


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
    files = _plan(source, first, last)
    assert files == _plan(source, first, last)
    for file in files:
        assert file.first <= file.last
        assert file.first <= TODAY
        assert file.path
        assert not file.path.startswith("/")
        assert all(not spare.fallbacks for spare in file.fallbacks)
    assert len({file.name for file in files}) == len(files)


def test_plan_holds_today(source: Source) -> None:
    day = TODAY - dt.timedelta(days=1)  # a session: TODAY is a Saturday
    files = _plan(source, day - source.history, TODAY)
    assert any(file.first <= day <= file.last or file.first == TODAY for file in files)


def test_parse_gives_text_and_the_place_of_each_row(
    source: Source, examples: list[tuple[str, bytes]]
) -> None:
    named: list[str] = []
    for name, body in examples:
        for period in source.parse(name, body, TODAY):
            text = period.text
            assert period.month == STANDING or period.name.startswith(f"{period.month:%Y-%m}")
            assert re.fullmatch(r"[\w. -]+", period.name)
            named.append(period.name)
            assert text.schema["_row"] == pl.Int64
            assert {kind for column, kind in text.schema.items() if column != "_row"} == {pl.String}
            assert text["_row"].is_unique().all()
            assert text["_malformed"].null_count()
    assert named


def test_parse_is_pure(source: Source, examples: list[tuple[str, bytes]]) -> None:
    for example in examples[:5]:
        first, second = (list(source.parse(*example, TODAY)) for _ in range(2))
        for one, other in zip(first, second, strict=True):
            assert (one.name, one.month) == (other.name, other.month)
            assert one.text.equals(other.text)


def test_every_column_is_read_from_some_file(
    source: Source, examples: list[tuple[str, bytes]]
) -> None:
    """An older header may stand in for a newer one."""
    held: set[str] = set()
    for example in examples:
        for period in source.parse(*example, TODAY):
            held |= set(period.text.columns)
    absent = {c.name for c in source.columns if not set(c.reads) & held}
    assert absent <= ELSEWHERE.get(source.name, set())


def test_a_day_is_published_after_it(source: Source) -> None:
    if source.published is None:
        return  # known since it was seen
    days = [dt.date(2020, 12, 20) + dt.timedelta(days=n) for n in range(400)]
    known = [source.published(day) for day in days]
    assert known == sorted(known)
    for day, instant in zip(days, known, strict=True):
        assert instant.utcoffset() == dt.timedelta(0)
        local = instant.astimezone(BRASILIA)
        assert local.date() >= day
        assert local.date() > day or local.hour >= 17 or source.name == "bcb_rates"


@pytest.mark.parametrize("body", [b"", b"<!DOCTYPE html><p>;", b"PK\x03\x04;", b"\x00;\x00"])
def test_what_is_not_its_file_is_refused_by_name(source: Source, body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.zip"):
        list(source.parse("strange.zip", body, TODAY))


def test_what_it_redacts_stays_the_same_when_redacted_again(
    source: Source, examples: list[tuple[str, bytes]]
) -> None:
    if source.redact is None:
        return
    name, body = examples[0]
    assert source.redact(name, body) == body
