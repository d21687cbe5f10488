"""Focus: four resources, each with its own horizon, a file a month."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import unquote

import pytest

from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.sources.bcb_focus import COLUMNS, SOURCE, BcbFocusOptions, parse, plan, published

TODAY = dt.date(2026, 11, 20)
ROW = {"Indicador": "IPCA", "Data": "2026-11-06", "Media": 4.312, "Mediana": 4.3,
       "DesvioPadrao": 0.21, "Minimo": 3.9, "Maximo": 5.0, "numeroRespondentes": 140,
       "baseCalculo": 0}  # fmt: skip


def test_a_file_is_asked_for_each_resource_and_month() -> None:
    files = plan(dt.date(2026, 10, 7), TODAY, TODAY)
    names = [file.name for file in files]
    assert len(set(names)) == 8
    assert names[0] == "focus_annual_2026-10.json"
    assert {name.split("_")[1] for name in names} == {"annual", "monthly", "12months", "selic"}
    october, november = files[:2]
    assert (october.every, november.every) == (None, dt.timedelta(hours=20))


def test_the_filter_names_indicators_and_days_as_odata_does() -> None:
    options = BcbFocusOptions(indicators=("Câmbio", "D'água"))
    annual, monthly = plan(TODAY, TODAY, TODAY, options=options)
    assert annual.path.isascii()
    asked = unquote(annual.path)
    assert asked.startswith("Expectativas/versao/v1/odata/ExpectativasMercadoAnuais?")
    assert "/ExpectativaMercadoMensais?" in monthly.path  # the bank's own singular
    assert (
        "$filter=(Indicador eq 'Câmbio' or Indicador eq 'D''água')"
        " and Data ge '2026-11-01' and Data le '2026-11-30'&"
    ) in asked


def test_resources_are_asked_for_what_they_speak_of_alone() -> None:
    paths = {file.name.split("_")[1]: unquote(file.path) for file in plan(TODAY, TODAY, TODAY)}
    assert "Selic" not in paths["12months"]
    assert "IPCA" not in paths["selic"]
    files = plan(TODAY, TODAY, TODAY, options=BcbFocusOptions(indicators=("Câmbio",)))
    assert {file.name.split("_")[1] for file in files} == {"annual", "monthly"}


@pytest.mark.parametrize(
    ("name", "more", "target", "smoothed"),
    [
        ("focus_annual_2026-11.json", {"DataReferencia": "2027", "IndicadorDetalhe": None},
         "2027", None),
        ("focus_monthly_2026-11.json", {"DataReferencia": "12/2026"}, "12/2026", None),
        ("focus_12months_2026-11.json", {"Suavizada": "S"}, None, "S"),
        ("focus_selic_2026-11.json", {"Reuniao": "R1/2027"}, "R1/2027", None),
    ],
)  # fmt: skip
def test_each_horizon_is_read(
    name: str, more: dict[str, object], target: str | None, smoothed: str | None
) -> None:
    (period,) = parse(name, json.dumps({"value": [ROW | more]}).encode(), TODAY)
    horizon = name.split("_")[1]
    assert (period.name, period.month) == (f"2026-11 {horizon}", dt.date(2026, 11, 1))
    row = type_text(period.text, COLUMNS).rows.row(0, named=True)
    assert (row["horizon"], row["target"], row["smoothed"]) == (horizon, target, smoothed)
    assert (row["median"], row["mean"], row["respondents"], row["base"]) == (4.3, 4.312, 140, 0)


def test_a_persons_file_is_known_by_the_banks_name_of_the_resource() -> None:
    body = json.dumps({"value": [ROW, ROW | {"Data": "2026-10-30"}]}).encode()
    october, november = parse("ExpectativasMercadoAnuais.json", body, TODAY)
    assert october.name == "2026-10 annual ExpectativasMercadoAnuais"
    assert november.text["_row"].to_list() == [1]
    with pytest.raises(ParseError, match="does not say which expectations"):
        list(parse("expectativas.json", body, TODAY))


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"value":[{"x":1}]}',
                                  b'{"value":[{"Indicador":"IPCA","Data":"ontem"}]}'])  # fmt: skip
def test_what_is_no_expectation_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"focus_annual_2026-11\.json cannot be read"):
        list(parse("focus_annual_2026-11.json", body, TODAY))


def test_a_weeks_answers_are_known_on_the_next_weeks_first_bank_day() -> None:
    assert published(dt.date(2024, 2, 5)) == dt.datetime(2024, 2, 14, 12, tzinfo=dt.UTC)  # Carnival
    assert published(dt.date(2024, 3, 1)) == dt.datetime(2024, 3, 4, 12, tzinfo=dt.UTC)
    assert SOURCE.gathers
