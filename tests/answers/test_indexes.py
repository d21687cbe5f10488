"""Indexes: levels, portfolios, and contributions that add up to what the index did."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from lastro.answers import index_portfolios, indexes
from lastro.core.errors import NotFoundError

D = [dt.date(2024, 1, 30), dt.date(2024, 1, 31), dt.date(2024, 2, 1)]


def _levels() -> pl.DataFrame:
    rows = [("IBOV", day, level) for day, level in zip(D, (100.0, 110.0, 121.0), strict=True)]
    return pl.DataFrame(
        [*rows, ("SMLL", D[0], 50.0)], schema=["index_code", "ref_date", "level"], orient="row"
    )


def _row(day: dt.date, ticker: str, weight: str, **more: Any) -> dict[str, Any]:
    base = {"index_code": "IBOV", "portfolio": "day", "ref_date": day, "ticker": ticker,
            "asset": ticker[:4], "asset_type": "ON NM", "weight": Decimal(weight), "rank": 1,
            "weight_change": None, "sector": "Bens / Mineração", "theoretical_quantity": 10,
            "day_return": None, "contribution": None}  # fmt: skip
    return base | more


def _composition(*rows: dict[str, Any]) -> pl.DataFrame:
    kinds: dict[str, Any] = {"weight_change": pl.Decimal(9, 3), "weight": pl.Decimal(9, 3),
             "day_return": pl.Float64, "contribution": pl.Float64, "sector": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=kinds, infer_schema_length=None)


def _read(**tables: pl.DataFrame) -> Any:
    known = {name.replace("__", "."): frame for name, frame in tables.items()}
    return lambda name: known[name].lazy() if name in known else None


def test_the_best_known_comes_first_and_spans_are_honest() -> None:
    found = indexes.summaries(_read(silver__index_levels=_levels()))
    assert [one.code for one in found] == ["IBOV", "SMLL"]
    assert found[0].name == "Ibovespa"
    assert found[0].change == pytest.approx(0.1)
    assert found[0].returns == {"1m": None, "ytd": None, "12m": None}
    assert (found[1].change, found[1].components) == (None, None)
    assert indexes.summaries(_read()) == []


def test_an_index_of_which_only_the_portfolio_is_known_is_listed() -> None:
    (found,) = indexes.summaries(_read(gold__index_composition=_composition(_row(D[0], "A", "1"))))
    assert (found.code, found.level, found.components, found.composed_on) == ("IBOV", None, 1, D[0])


def test_levels_of_a_window_keep_the_return_into_it() -> None:
    found = indexes.levels(_read(silver__index_levels=_levels()), "ibov ", D[1], D[1])
    assert (found.dates, found.levels) == ([D[1]], [110.0])
    assert found.returns == [pytest.approx(0.1)]
    assert found.spans["1d"] == pytest.approx(0.1)


def test_weights_at_the_close_give_back_what_the_index_did() -> None:
    """Two assets of equal weight before: +30 % and -10 %, so the index made +10 %."""
    rows = _composition(
        _row(D[1], "UPUP3", "59.091", day_return=0.3, sector="Bens / Mineração"),
        _row(D[1], "DOWN3", "40.909", day_return=-0.1, rank=2, sector="Bancos"),
    )
    found = index_portfolios.composition(
        _read(gold__index_composition=rows, silver__index_levels=_levels()), "IBOV"
    )
    assert found.index_return == pytest.approx(0.1)
    assert found.basis == "close"
    assert [one.contribution for one in found.assets] == pytest.approx([0.15, -0.05], abs=1e-5)
    assert {one.group: one.contribution for one in found.sectors} == {
        "Bens": pytest.approx(0.15, abs=1e-5), "Bancos": pytest.approx(-0.05, abs=1e-5),
    }  # fmt: skip


def test_known_contributions_are_taken_as_they_are() -> None:
    rows = _composition(
        _row(D[1], "A", "60", day_return=0.3, contribution=0.15),
        _row(D[1], "B", "40", rank=2, day_return=None),
    )
    found = index_portfolios.composition(_read(gold__index_composition=rows), "IBOV")
    assert (found.basis, found.level, found.index_return) == ("before", None, None)
    assert [one.contribution for one in found.assets] == [0.15, None]
    assert found.sectors[0].day_return == pytest.approx(0.15 / 0.6)


def test_without_a_level_of_the_day_no_contribution_is_made_up() -> None:
    rows = _composition(_row(dt.date(2024, 5, 1), "A", "100", day_return=0.3))
    tables = _read(gold__index_composition=rows, silver__index_levels=_levels())
    found = index_portfolios.composition(tables, "IBOV")
    assert (found.basis, found.assets[0].contribution, found.sectors[0].contribution) == (
        "", None, None,
    )  # fmt: skip


def test_a_day_means_its_portfolio_or_the_one_before() -> None:
    rows = _composition(_row(D[0], "A", "100"), _row(D[2], "B", "100"))
    read = _read(gold__index_composition=rows)
    assert index_portfolios.composition(read, "IBOV", D[1]).ref_date == D[0]
    assert index_portfolios.composition(read, "IBOV").date_before == D[0]
    assert index_portfolios.composition(read, "IBOV").available == [D[2], D[0]]
    with pytest.raises(NotFoundError, match="as early as"):
        index_portfolios.composition(read, "IBOV", dt.date(2020, 1, 1))


def test_weights_through_time_have_gaps_where_an_asset_was_not_in_it() -> None:
    rows = _composition(
        _row(D[0], "A", "100"), _row(D[1], "A", "30"), _row(D[1], "B", "60"),
        _row(D[1], "C", "10"), _row(D[1], "A", "99", portfolio="theoretical"),
    )  # fmt: skip
    found = index_portfolios.weights(_read(gold__index_composition=rows), "IBOV", 2)
    assert found.tickers == ["B", "A"]
    assert found.weights == [[None, 0.6], [1.0, 0.3]]
    assert found.others == [0.0, pytest.approx(0.1)]
    assert found.components == [1, 3]


def test_changes_come_newest_first_and_none_is_no_error() -> None:
    row = {"index_code": "IBOV", "portfolio": "day", "ticker": "A", "change": "entered",
           "weight_before": None, "weight_after": Decimal("1.5"), "quantity_before": None,
           "quantity_after": 5, "date_before": D[0]}  # fmt: skip
    changes = pl.DataFrame(
        [row | {"ref_date": D[1]}, row | {"ref_date": D[2]}],
        schema_overrides={"weight_before": pl.Decimal(9, 3)},
    )
    whole = _composition(_row(D[0], "A", "1", index_code="SMLL"))
    read = _read(gold__index_changes=changes, gold__index_composition=whole)
    found = index_portfolios.changes(read, "IBOV")
    assert [one.ref_date for one in found] == [D[2], D[1]]
    assert (found[0].weight_before, found[0].weight_after) == (None, 0.015)
    assert index_portfolios.changes(read, "SMLL") == []


@pytest.mark.parametrize(
    "ask", [indexes.levels, index_portfolios.composition, index_portfolios.weights,
            index_portfolios.changes],
)  # fmt: skip
def test_an_unknown_index_says_what_to_do(ask: Any) -> None:
    with pytest.raises(NotFoundError, match=r"NOPE.*lastro ingest"):
        ask(_read(), "nope")
