"""gold.benchmarks: what 1 becomes, by CDI, Selic, IPCA and IBOV."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl
import pytest

from lastro.lake._polars import schema
from lastro.lake.contract import STANDING
from lastro.tables.gold.benchmarks import CONTRACT, TABLE, build
from lastro.tables.silver import inflation, interest_rates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Value = tuple[str, str]
DAYS = ("2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02")
LEVELS = pl.Schema({"index_code": pl.String(), "ref_date": pl.Date(), "level": pl.Decimal(18, 2),
                    "available_at": pl.Datetime("us", "UTC"), "month": pl.Date()})  # fmt: skip


def noon(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")


def rows(
    kinds: pl.Schema, values: Sequence[Value], value: str, **constants: object
) -> pl.DataFrame:
    """One series; each value known at noon of the day after its own."""
    whole = [
        {"ref_date": dt.date.fromisoformat(day), value: Decimal(number), "month": STANDING,
         "available_at": noon(day) + dt.timedelta(days=1), **constants}
        for day, number in values
    ]  # fmt: skip
    return pl.DataFrame(
        {name: pl.Series([row.get(name) for row in whole], dtype=kind)
         for name, kind in kinds.items()}
    )  # fmt: skip


def benchmarks(
    rates: Sequence[Value] = (),
    ipca: Sequence[Value] = (),
    ibov: Sequence[Value] = (),
    rate: str = "CDI",
    index: str = "IPCA",
    code: str = "IBOV",
) -> pl.DataFrame:
    frames = {
        "interest_rates": rows(schema(interest_rates.CONTRACT), rates, "value", rate=rate),
        "inflation": rows(schema(inflation.CONTRACT), ipca, "value", index=index),
        "index_levels": rows(LEVELS, ibov, "level", index_code=code),
    }
    lazy = {name: nw.from_native(frame.lazy()) for name, frame in frames.items()}
    found: pl.DataFrame = build(**lazy).to_native().collect()
    return found.select(CONTRACT.names).cast(schema(CONTRACT)).sort(CONTRACT.key)


def test_a_days_level_holds_the_rates_of_the_days_before_it() -> None:
    found = benchmarks(rates=[(day, "1") for day in DAYS[:2]] + [(DAYS[2], "2"), (DAYS[3], "9")])
    assert found["daily_return"].to_list() == [None, 0.01, 0.01, 0.02]
    assert found["level"].to_list() == pytest.approx([1, 1.01, 1.01**2, 1.01**2 * 1.02])
    assert found["level"][0] == 1


def test_a_return_is_known_when_the_rate_that_made_it_was() -> None:
    found = benchmarks(rates=[(day, "1") for day in DAYS])
    known = [noon(day) for day in (DAYS[1], *DAYS[1:])]
    assert found["available_at"].to_list() == known


def test_real_cdi_of_three_years_is_the_product_in_decimals(real_data: Path) -> None:
    path = real_data / "bcb" / "sgs_reencoded" / "bcdata.sgs.12.json"
    values = [
        ("-".join(reversed(row["data"].split("/"))), row["valor"])
        for row in json.loads(path.read_bytes())
    ]
    found = benchmarks(rates=values)
    assert found.height == 753
    level, expected = Decimal(1), [Decimal(1)]
    for _day, value in values[:-1]:
        level *= 1 + Decimal(value) / 100
        expected.append(level)
    assert found["level"].to_list() == pytest.approx([float(e) for e in expected], rel=1e-12)
    assert f"{level:.10f}" == "1.4079957304"
    whole = level * (1 + Decimal(values[-1][1]) / 100)
    assert f"{(whole - 1) * 100:.4f}" == "40.8637"
    starts = [dt.date(2022, 1, 3), dt.date(2023, 1, 2), dt.date(2024, 1, 2)]
    levels = found.filter(pl.col("ref_date").is_in(starts))["level"].to_list()
    assert [f"{later / former - 1:.4%}" for former, later in pairwise(levels)] == [
        "12.3910%", "13.0394%"  # the year as it is announced, from first bank day to first bank day
    ]  # fmt: skip


def test_ipca_belongs_to_the_month_it_speaks_of() -> None:
    months = [("2024-06-01", "0.21"), ("2024-07-01", "0.38"), ("2024-08-01", "-0.02")]
    found = benchmarks(ipca=months)
    assert set(found["benchmark"]) == {"IPCA"}
    assert found["daily_return"].to_list() == [None, pytest.approx(0.0038), pytest.approx(-0.0002)]
    assert found["level"].to_list() == pytest.approx([1, 1.0038, 1.0038 * 0.9998])


def test_ibov_is_a_ratio_of_its_levels() -> None:
    levels = [("2024-01-02", "132696.63"), ("2024-01-03", "132833.95"), ("2024-02-01", "128481.02")]
    found = benchmarks(ibov=levels)
    assert found["level"].to_list() == pytest.approx(
        [1, 132833.95 / 132696.63, 128481.02 / 132696.63], rel=1e-13
    )
    assert set(found["month"]) == {STANDING}


@pytest.mark.parametrize("rate", ["SELIC_TARGET", "SGS 999", "CDI_YEAR"])
def test_what_is_no_daily_percentage_is_not_compounded(rate: str) -> None:
    assert benchmarks(rates=[(DAYS[0], "13.75")], rate=rate).is_empty()


def test_other_indexes_are_left_out() -> None:
    assert benchmarks(ipca=[("2024-06-01", "0.2")], index="IGP-M").is_empty()
    assert benchmarks(ibov=[("2024-06-03", "2000")], code="SMLL").is_empty()


def test_series_start_each_on_its_own_day() -> None:
    found = benchmarks(
        rates=[(day, "1") for day in DAYS], ipca=[("2024-01-01", "0.4")], ibov=[(DAYS[3], "1000")]
    )
    starts = found.filter(pl.col("daily_return").is_null())
    assert starts["benchmark"].to_list() == ["CDI", "IBOV", "IPCA"]
    assert starts["level"].to_list() == [1, 1, 1]


def test_levels_chain_from_any_day_to_any_other() -> None:
    rates = [(f"2024-{month:02d}-{day:02d}", f"0.0{month}{day:02d}")
             for month in range(1, 13) for day in range(2, 28, 3)]  # fmt: skip
    found = benchmarks(rates=rates)
    for (_, former, _r), (_, level, change) in pairwise(
        found.select("ref_date", "level", "daily_return").iter_rows()
    ):
        assert level / former - 1 == pytest.approx(change, rel=1e-9)


def test_it_is_one_standing_partition_of_everything_there_is() -> None:
    assert TABLE.standing
    assert [needed.months_back for needed in TABLE.inputs] == [None, None, None]
