"""silver.inflation: price indexes by month, and no month known before it was published."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from lastro.lake.contract import STANDING
from lastro.pipeline.refine import Refined, Text, gather, number, refine
from lastro.sources import bcb_rates
from lastro.tables.silver.inflation import TABLE

if TYPE_CHECKING:
    from pathlib import Path

SEEN = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)


def refined(*files: tuple[str, bytes]) -> Refined:
    frames = [
        period.text.with_columns(_file=pl.lit(name), _ingested_at=pl.lit(SEEN))
        for name, body in files
        for period in bcb_rates.parse(name, body, SEEN.date())
    ]
    text = Text(bcb_rates.SOURCE, gather(bcb_rates.SOURCE, frames))
    return refine(TABLE, number([text], anew=True), STANDING)


def series(code: int, *values: tuple[str, str]) -> tuple[str, bytes]:
    rows = [{"data": day, "valor": value} for day, value in values]
    return f"sgs_{code}_2020-2029.json", json.dumps(rows).encode()


def test_the_real_ipca_has_its_negative_months(real_data: Path) -> None:
    path = real_data / "bcb" / "sgs_reencoded" / "bcdata.sgs.433.json"
    found = refined((path.name, path.read_bytes()))
    assert (found.rows.height, found.rejects.height) == (59, 0)
    assert set(found.rows["index"]) == {"IPCA"}
    negative = found.rows.filter(pl.col("value") < 0)
    assert negative.select("ref_date", "value").rows() == [
        (dt.date(2022, 7, 1), Decimal("-0.68")),
        (dt.date(2022, 8, 1), Decimal("-0.36")),
        (dt.date(2022, 9, 1), Decimal("-0.29")),
        (dt.date(2023, 6, 1), Decimal("-0.08")),
        (dt.date(2024, 8, 1), Decimal("-0.02")),
        (dt.date(2025, 8, 1), Decimal("-0.11")),
    ]
    year = found.rows.filter(pl.col("ref_date").dt.year() == 2024)["value"].to_list()
    growth = Decimal(1)
    for change in year:
        growth *= 1 + change / 100
    assert round((growth - 1) * 100, 2) == Decimal("4.83")  # as IBGE announced it


def test_each_index_is_known_by_its_own_rule() -> None:
    codes = (433, 189, 190, 7478, 10764)
    found = refined(*(series(code, ("01/12/2024", "0.52")) for code in codes))
    known = dict(found.rows.select("index", "available_at").iter_rows())
    late, early = (dt.datetime(2025, 1, day, 12, tzinfo=dt.UTC) for day in (12, 1))
    early += dt.timedelta(days=1)  # the rule of the source: the bank day after the first, at least
    assert {name: at for name, at in known.items() if name in {"IPCA", "IGP-DI"}} == {
        "IPCA": late, "IGP-DI": late
    }  # fmt: skip
    assert all(known[name] <= early for name in ("IGP-M", "IPCA-15", "IPCA-E"))
    assert all(at >= dt.datetime(2025, 1, 1, tzinfo=dt.UTC) for at in known.values())


def test_odd_rows_are_said_and_wrong_ones_set_aside() -> None:
    found = refined(series(433, ("01/03/1990", "82.39"), ("15/04/1990", "15.52")),
                    series(12, ("02/01/2024", "0.04")))  # fmt: skip
    assert found.rows.select("ref_date", "flags").rows() == [
        (dt.date(1990, 3, 1), "unusual_change")
    ]
    assert found.rejects["reason"].to_list() == ["not_first_of_month"]
