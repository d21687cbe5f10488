"""Real files of B3 through the whole house: what is known of them comes out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

import lastro

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.wiring import Platform

EX = dt.date(2023, 1, 9)


@pytest.fixture(scope="module")
def lake(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """Twelve sessions of January 2023, and every event listed a year later."""
    listed, cotahist = real_data / "b3" / "listed", real_data / "b3" / "cotahist"
    house = lastro.open(tmp_path_factory.mktemp("markets") / "lake")
    with house.run() as run:
        run.take("b3_corporate_actions", [listed / "assets_20240229.json.gz"])
        run.take("b3_cotahist", [cotahist / "COTAHIST_A2023.ZIP"], build=True)
    return house


def _paper(lake: Platform, ticker: str) -> pl.DataFrame:
    rows = lake.table("gold.returns").filter(pl.col("ticker") == ticker)
    prices = lake.table("gold.adjusted_prices").select("ticker", "ref_date", "close", "split_close")
    return rows.join(prices, on=["ticker", "ref_date"]).sort("ref_date").collect()


@pytest.mark.parametrize(
    ("ticker", "before", "after"), [("OIBR3", "0.16", "1.65"), ("OIBR4", "0.53", "5.29")]
)
def test_a_reverse_split_is_no_return(lake: Platform, ticker: str, before: str, after: str) -> None:
    rows = _paper(lake, ticker)
    printed = rows.filter(pl.col("ref_date").is_in([dt.date(2023, 1, 6), EX]))["close"]
    assert [f"{price:.2f}" for price in printed] == [before, after]
    [earned] = rows.filter(pl.col("ref_date") == EX)["split_return"]
    assert earned == pytest.approx(float(after) / (10 * float(before)) - 1)
    assert rows["split_return"].drop_nulls().abs().max() < 0.15  # type: ignore[operator]


def test_no_row_is_lost_and_every_market_is_kept(lake: Platform) -> None:
    quotes = lake.table("silver.quotes").collect()
    assert quotes.height == 104_390
    assert set(quotes["market_type"]) == {"010", "012", "017", "020", "030", "070", "080"}
    events = lake.table("silver.corporate_actions").collect()
    aside = lake.table("quarantine.corporate_actions").collect()
    assert events.height + aside.height + 26 == 12_609  # 26 stand there twice, alike


def test_a_card_tells_what_is_known(lake: Platform) -> None:
    card = lake.ticker("oibr3")
    assert card.splits[0]["ex_date"] == EX
    assert card.provider == "b3"
    assert card.returns["1d"] is not None
    shared = lake.common_window(["PETR4", "OIBR3"])
    assert shared.first == dt.date(2023, 1, 2)
