"""silver.index_levels: of two sources of one close the index statistics count."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import narwhals as nw
import polars as pl

from lastro.lake._polars import dtype
from lastro.lake.quality import Judged, judge, with_checks
from lastro.sources.b3_index_levels import SOURCE
from lastro.tables.silver.index_levels import CONTRACT, build

DAY = dt.date(2024, 3, 5)


def _judged(*rows: dict[str, Any]) -> Judged:
    known = {"index_code": "IBOV", "ref_date": DAY, "month": DAY.replace(day=1),
             "available_at": dt.datetime(2024, 3, 5, 23, tzinfo=dt.UTC)}  # fmt: skip
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


def test_a_close_within_its_month_is_plain() -> None:
    [row] = _judged({"level": 105.5, "month_least": 100.0, "month_greatest": 105.5}).rows.to_dicts()
    assert row == {
        "index_code": "IBOV", "ref_date": DAY, "level": Decimal("105.50"), "flags": "",
        "available_at": dt.datetime(2024, 3, 5, 23, tzinfo=dt.UTC), "month": dt.date(2024, 3, 1),
    }  # fmt: skip


def test_a_close_outside_the_months_range_is_flagged() -> None:
    rows = _judged({"level": 99.99, "month_least": 100.0, "month_greatest": 105.5}).rows
    assert rows["flags"].to_list() == ["outside_month_range"]


def test_the_index_statistics_count_more_than_the_report() -> None:
    found = _judged(
        {"level": 105.5, "month_least": 100.0, "month_greatest": 105.5},
        {"level": 105.4, "report": "BVBG.087"},
        {"level": 7.5, "report": "BVBG.087", "index_code": "IFIX"},
    )
    assert found.rows.select("index_code", "level").rows() == [
        ("IBOV", Decimal("105.50")),
        ("IFIX", Decimal("7.50")),
    ]
    assert found.rejects.is_empty()


def test_what_cannot_be_is_set_aside() -> None:
    found = _judged({"level": 0.0}, {"level": 1.0, "ref_date": dt.date(2024, 4, 1)})
    assert found.rows.is_empty()
    assert found.rejects["reason"].to_list() == ["level_not_positive", "date_outside_month"]
