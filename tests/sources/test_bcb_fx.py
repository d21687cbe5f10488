"""PTAX: months before days, a currency by its file's name, commas in a person's CSV."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import unquote

import polars as pl
import pytest

from lastro.core.errors import ParseError
from lastro.lake._polars import Typed, type_text
from lastro.sources.bcb_fx import COLUMNS, SOURCE, BcbFxOptions, parse, plan, published

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.sources import Period

TODAY = dt.date(2026, 11, 20)
CSV = "cotacaoCompra,cotacaoVenda,dataHoraCotacao\r\n"
DAY = '"5,749","5,7496",2025-04-22 13:09:35.629\r\n'


def read(name: str, body: bytes | str) -> list[tuple[Period, Typed]]:
    raw = body.encode() if isinstance(body, str) else body
    return [(period, type_text(period.text, COLUMNS)) for period in parse(name, raw, TODAY)]


def bulletin(moment: str, **more: object) -> dict[str, object]:
    return {"cotacaoCompra": 5.1, "cotacaoVenda": 5.2, "dataHoraCotacao": moment} | more


def test_days_are_asked_for_with_the_month_first() -> None:
    (file,) = plan(TODAY, TODAY, TODAY, options=BcbFxOptions(currencies=("eur", "EUR")))
    assert file.name == "ptax_EUR_2026.json"
    assert "@moeda='EUR'&@dataInicial='01-01-2026'&@dataFinalCotacao='12-31-2026'" in file.path
    assert "$filter=tipoBoletim eq 'Fechamento'" in unquote(file.path)


def test_the_present_year_is_asked_for_daily_and_the_last_a_little_longer() -> None:
    dollar = BcbFxOptions(currencies=("USD",))
    for today, asked in ((dt.date(2026, 1, 5), [True, True]), (TODAY, [False, True])):
        files = plan(dt.date(2025, 3, 1), today, today, options=dollar)
        assert [file.every is not None for file in files] == asked


def test_by_default_ten_currencies_are_asked_for() -> None:
    names = [file.name[5:8] for file in plan(TODAY, TODAY, TODAY)]
    assert len(set(names)) == 10
    assert {"USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD"} <= set(names)
    assert SOURCE.address == "olinda_url"
    assert SOURCE.gathers


def test_a_persons_csv_has_decimal_commas_and_a_day_twice(real_data: Path) -> None:
    path = real_data / "bcb" / "ptax_20250422-20250425.csv"
    ((period, typed),) = read(path.name, path.read_bytes())
    assert period.name == "2025-04 USD ptax_20250422-20250425"
    assert (typed.rows.height, typed.faults.height) == (5, 0)
    assert set(typed.rows["currency"]) == {"USD"}
    assert [day.day for day in typed.rows["ref_date"]] == [22, 23, 23, 24, 25]
    assert typed.rows["buy"].to_list()[:2] == [Decimal("5.749"), Decimal("5.6874")]
    assert typed.rows["sell"][4] == Decimal("5.6846")
    assert typed.rows["quoted_at"][2] == "2025-04-23 13:06:30.443"


def test_real_bodies_are_read_whatever_their_digits(real_data: Path) -> None:
    bodies = (real_data / "bcb" / "ptax_odata_bodies.jsonl").read_bytes().splitlines()
    found = [read("cotacaoDolarPeriodo.json", body)[0][1].rows for body in bodies]
    rows = pl.concat(found)
    assert rows["ref_date"].to_list() == [
        dt.date(2023, 5, 5), dt.date(2023, 9, 5), dt.date(2024, 5, 16), dt.date(2026, 9, 15),
        dt.date(2026, 8, 14),
    ]  # fmt: skip
    assert rows["buy"][0] == Decimal("4.969")
    assert rows["sell"].to_list()[1:4] == [None, None, Decimal("5.149")]
    assert {len(moment.partition(".")[2]) for moment in rows["quoted_at"]} == {1, 3, 5, 6}


def test_a_year_is_parted_by_its_months() -> None:
    moments = ["2026-01-30 13:02:01.1", "2026-02-02 13:02:01.22", "2026-02-13 13:02:01.333333"]
    body = json.dumps({"value": [bulletin(m, paridadeCompra=1.1) for m in moments]})
    january, february = read("ptax_EUR_2026.json", body)
    assert [period.name for period, _ in (january, february)] == ["2026-01 EUR", "2026-02 EUR"]
    assert february[0].month == dt.date(2026, 2, 1)
    assert february[1].rows["ref_date"].to_list() == [dt.date(2026, 2, 2), dt.date(2026, 2, 13)]
    assert february[0].text["_row"].to_list() == [2, 3]
    assert set(february[1].rows["currency"]) == {"EUR"}


def test_a_years_first_days_hold_nothing_yet() -> None:
    assert read("ptax_EUR_2026.json", '{"value":[]}') == []


def test_another_currency_than_the_dollar_must_be_named() -> None:
    body = json.dumps({"value": [bulletin("2026-01-30 13:02:01.1", paridadeCompra=1.1)]})
    with pytest.raises(ParseError, match="does not say which currency"):
        read("cotacoes.json", body)
    ((period, typed),) = read("cotacoes GBP de janeiro.json", body)
    assert typed.rows["currency"].to_list() == ["GBP"]
    assert period.name == "2026-01 GBP cotacoes GBP de janeiro"


def test_torn_lines_and_unreadable_days_are_kept_and_set_aside() -> None:
    lines = ['"5,1"\r\n', '"5,1","5,2",23/04/2025\r\n', '"x","5,2",2025-04-24 13:00:00.0\r\n',
             '"1.234,5","5,2",2025-04-25 13:00:00.0\r\n']  # fmt: skip
    ((period, typed),) = read("ptax.csv", CSV + DAY + "".join(lines))
    assert period.text["_malformed"].to_list() == [None, '"5,1"', None, None, None]
    assert typed.rows["_row"].to_list() == [1]
    assert dict(typed.faults.iter_rows()) == {
        2: "malformed_line", 3: "unreadable_ref_date", 4: "unreadable_buy", 5: "unreadable_buy"
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [b"", b"<!DOCTYPE html><p>;", b"data;valor\n", CSV.encode("utf-16"), b'{"value":[{"a":1}]}',
     b'{"value":[{"dataHora', b'{"value":[{"dataHoraCotacao":"ontem"}]}', b"\xff\xd8\x00"],
)  # fmt: skip
def test_what_is_no_bulletin_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"ptax_USD\.csv cannot be read"):
        read("ptax_USD.csv", body)


def test_a_header_alone_holds_no_day() -> None:
    assert read("ptax.csv", CSV) == []


def test_the_closing_bulletin_is_known_on_its_day() -> None:
    assert published(dt.date(2025, 4, 22)) == dt.datetime(2025, 4, 22, 21, tzinfo=dt.UTC)
    assert published(dt.date(2018, 12, 3)) == dt.datetime(2018, 12, 3, 20, tzinfo=dt.UTC)  # summer
