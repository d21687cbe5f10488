"""silver.index_weights: one reply a portfolio and day, and sums that are checked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from lastro.lake._polars import dtype
from lastro.lake.quality import Judged, judge, with_checks
from lastro.sources.b3_index_portfolio import SOURCE
from lastro.tables.silver.index_weights import CONTRACT, build

DAY = dt.date(2024, 3, 5)


def _judged(*rows: dict[str, Any]) -> Judged:
    seen = dt.datetime(2024, 3, 5, 23, tzinfo=dt.UTC)
    known = {"index_code": "IBOV", "portfolio": "day", "ref_date": DAY, "origin": "2",
             "asset_type": "ON", "available_at": seen}  # fmt: skip
    kinds = {column.name: dtype(column.type) for column in SOURCE.columns}
    kinds |= {"_row": pl.Int64(), "month": pl.Date(), "available_at": pl.Datetime("us", "UTC")}
    whole = [{**known, "_row": place, **row} for place, row in enumerate(rows, start=1)]
    for row in whole:
        row["month"] = DAY.replace(day=1)
    typed = pl.DataFrame(
        {
            name: pl.Series([_exact(row.get(name)) for row in whole], dtype=kind)
            for name, kind in kinds.items()
        }
    )
    built = with_checks(build(nw.from_native(typed.lazy())), CONTRACT)
    return judge(built.to_native().collect(), CONTRACT)


def _exact(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float) else value


def _pair(origin: str, first: float = 60.0, **more: object) -> list[dict[str, Any]]:
    return [
        {"ticker": "PETR4", "weight": first, "origin": origin, **more},
        {"ticker": "VALE3", "weight": 40.0, "origin": origin, **more},
    ]


def test_the_portfolio_by_sector_alone_counts_where_it_is() -> None:
    found = _judged(*_pair("2", sector="Petróleo"), *_pair("csv", 59.9), *_pair("1", 59.8))
    assert found.rows["weight"].to_list() == [Decimal("60.000"), Decimal("40.000")]
    assert set(found.rows["sector"]) == {"Petróleo"}
    assert set(found.rows["flags"]) == {""}
    assert found.rejects.is_empty()


@pytest.mark.parametrize(("worse", "better"), [("csv", "1"), ("1", "2"), ("csv", "2")])
def test_the_better_order_counts_although_it_came_first(worse: str, better: str) -> None:
    found = _judged(*_pair(better), *_pair(worse, 59.5))
    assert found.rows["weight"].to_list() == [Decimal("60.000"), Decimal("40.000")]


def test_days_and_portfolios_do_not_mix() -> None:
    found = _judged(
        *_pair("2"),
        *_pair("", portfolio="theoretical"),
        *_pair("csv", ref_date=DAY - dt.timedelta(days=1)),
    )
    assert found.rows.height == 6
    assert set(found.rows["flags"]) == {""}


@pytest.mark.parametrize(
    ("first", "flag"),
    [(59.899, "weights_off"), (59.9, ""), (60.1, ""), (60.101, "weights_off")],
)
def test_weights_that_do_not_sum_up_flag_every_row(first: float, flag: str) -> None:
    assert set(_judged(*_pair("2", first)).rows["flags"]) == {flag}


def test_a_row_that_repeats_counts_once() -> None:
    petr4, vale3 = _pair("2", total_quantity=30, theoretical_quantity=15)
    found = _judged(petr4, vale3, petr4)
    assert found.collapsed == 1
    assert set(found.rows["flags"]) == {""}


def test_quantities_that_miss_the_total_and_a_divisor_that_is_none_are_flagged() -> None:
    pair = _pair("csv", total_quantity=30, theoretical_quantity=14, divisor_unread="1.2.3")
    found = _judged(*pair).rows
    assert set(found["flags"]) == {"quantities_off,divisor_unreadable"}
    assert found["divisor"].to_list() == [None, None]


def test_padding_inside_a_type_is_taken_out() -> None:
    pair = _pair("2", asset_type="ON  EJ  NM")
    assert set(_judged(*pair).rows["asset_type"]) == {"ON EJ NM"}
