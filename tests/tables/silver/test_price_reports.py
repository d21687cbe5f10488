"""silver.price_reports: an instrument by its own session's report."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import narwhals as nw
import polars as pl

from lastro.lake._polars import dtype
from lastro.lake.quality import Judged, judge, with_checks
from lastro.sources.b3_price_report import SOURCE
from lastro.tables.silver.price_reports import CONTRACT, build

DAY, NEXT = dt.date(2018, 1, 2), dt.date(2018, 1, 3)


def _judged(*rows: dict[str, Any]) -> Judged:
    known = {"ticker": "ICFH18", "ref_date": DAY, "report_date": DAY, "month": DAY.replace(day=1)}
    kinds = {column.name: dtype(column.type) for column in SOURCE.columns}
    kinds |= {"_row": pl.Int64(), "month": pl.Date(), "available_at": pl.Datetime("us", "UTC")}
    whole = [{**known, "_row": place, **row} for place, row in enumerate(rows, start=1)]
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


def test_what_is_dated_of_the_next_session_is_kept_and_flagged() -> None:
    rows = _judged({"last_price": 163.9}, {"last_price": 163.95, "ref_date": NEXT}).rows
    assert rows.select("ref_date", "flags").rows() == [(DAY, ""), (NEXT, "dated_other_day")]


def test_the_next_sessions_own_report_takes_its_place_in_whatever_order_they_came() -> None:
    early = {"last_price": 163.95, "ref_date": NEXT}
    own = {"last_price": 170.0, "ref_date": NEXT, "report_date": NEXT}
    for rows in ((early, own), (own, early)):
        found = _judged(*rows)
        assert found.rows.select("last_price", "flags").rows() == [(Decimal(170), "")]
        assert found.rejects.is_empty()


def test_over_the_end_of_a_month_the_other_report_alone_speaks_of_it() -> None:
    found = _judged({"ref_date": dt.date(2018, 2, 1), "report_date": dt.date(2018, 1, 31)})
    assert found.rows.is_empty()
    assert found.rejects["reason"].to_list() == ["date_outside_month"]


def test_forwards_of_one_ticker_are_told_apart() -> None:
    found = _judged({"days_to_settlement": 16}, {"days_to_settlement": 30}, {})
    assert found.rows["days_to_settlement"].to_list() == [0, 16, 30]
    assert found.collapsed == 0


def test_a_last_price_outside_its_range_is_flagged() -> None:
    prices = {"min_price": 10.0, "max_price": 11.0}
    found = _judged({**prices, "last_price": 11.01}, {**prices, "last_price": 11.0, "ticker": "X"})
    assert found.rows["flags"].to_list() == ["last_outside_range", ""]
