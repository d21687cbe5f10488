"""The figures that everybody looks at first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from lastro.answers.market_strip import StripStat, strip

from .listed import STANDING, reader

D1, D2 = dt.date(2024, 3, 27), dt.date(2024, 3, 28)
MARCH = dt.date(2024, 3, 1)


def _strip(today: dt.date = D2, **tables: pl.DataFrame) -> dict[str, StripStat]:
    return {stat.code: stat for stat in strip(reader(**tables), today)}


def _rates(rate: str, *values: tuple[dt.date, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"rate": rate, "ref_date": day, "value": Decimal(value), "month": STANDING}
         for day, value in values]
    )  # fmt: skip


def test_an_empty_lake_has_no_figures() -> None:
    assert _strip() == {}


def test_a_level_changes_in_proportion() -> None:
    levels = pl.DataFrame(
        {"index_code": ["IBOV", "IBOV", "SMLL"], "ref_date": [D1, D2, D2],
         "level": [100_000, 101_000, 5], "month": [MARCH] * 3}
    )  # fmt: skip
    fx = pl.DataFrame({"currency": ["USD", "EUR"], "ref_date": [D2, D2], "sell": [5.0, 6.0],
                       "month": [MARCH] * 2})  # fmt: skip
    found = _strip(silver__index_levels=levels, silver__fx_rates=fx)
    assert found["IBOV"].value == 101_000
    assert found["IBOV"].change == pytest.approx(0.01)
    assert (found["IBOV"].before_date, found["IBOV"].values) == (D1, [100_000, 101_000])
    assert (found["USD"].value, found["USD"].change, found["USD"].before_date) == (5.0, None, None)


def test_cdi_is_said_a_year_of_252_days() -> None:
    rates = _rates("CDI", (D1, "0.040168"), (D2, "0.039270"))
    stat = _strip(silver__interest_rates=rates)["CDI"]
    assert stat.value == pytest.approx(1.0003927**252 - 1)
    assert stat.change == pytest.approx(1.0003927**252 - 1.00040168**252)


def test_a_target_set_for_later_does_not_count_yet_and_changes_by_decision() -> None:
    rates = _rates(
        "SELIC_TARGET", (D1 - dt.timedelta(days=7), "11.25"), (D1 - dt.timedelta(days=6), "10.75"),
        (D1, "10.75"), (D2, "10.75"), (D2 + dt.timedelta(days=40), "10.50"),
    )  # fmt: skip
    stat = _strip(silver__interest_rates=rates)["SELIC"]
    assert (stat.value, stat.ref_date, stat.change_of) == (0.1075, D2, "decision")
    assert stat.change == pytest.approx(-0.005)
    assert stat.before_date == D1 - dt.timedelta(days=7)


def test_inflation_is_of_twelve_months() -> None:
    months = pl.DataFrame(
        [{"index": "IPCA", "ref_date": dt.date(2023 + i // 12, 1 + i % 12, 1),
          "value": Decimal("0.5") if i else Decimal("1.0"), "month": STANDING} for i in range(13)]
    )  # fmt: skip
    stat = _strip(silver__inflation=months)["IPCA"]
    assert stat.value == pytest.approx(1.005**12 - 1)
    assert stat.change == pytest.approx(1.005**12 - 1.01 * 1.005**11)
    assert (stat.ref_date, stat.change_of, len(stat.values)) == (dt.date(2024, 1, 1), "month", 2)
    assert "IPCA" not in _strip(silver__inflation=months.head(11))
