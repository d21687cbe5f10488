"""Quotes and events made by hand, and the tables of adjusted prices built from them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
import polars as pl

from lastro.tables.gold import adjusted_prices, adjustment_factors, returns

MONTH = dt.date(2023, 1, 1)
KNOWN = dt.datetime(2023, 2, 1, tzinfo=dt.UTC)
ISIN = "BROIBRACNOR1"


def on(number: int) -> dt.date:
    return dt.date(2023, 1, number)


def quoted(*closes: tuple[int, str]) -> pl.DataFrame:
    price = pl.Decimal(20, 8)
    return pl.DataFrame(
        [
            {"ticker": "OIBR3", "isin": ISIN, "ref_date": on(day), "bdi_code": "02",
             "market_type": "010", "quantity": 1000, "turnover": "100.00", **dict.fromkeys(
                 ("open", "high", "low", "close"), close),
             "available_at": KNOWN, "month": MONTH}
            for day, close in closes
        ]
    ).with_columns(
        pl.col("open", "high", "low", "close").cast(price),
        pl.col("turnover").cast(pl.Decimal(18, 2)),
        pl.col("available_at").dt.convert_time_zone("UTC"),
    )  # fmt: skip


_EVENT: dict[str, Any] = {
    "isin": ISIN, "label": "X", "value": None, "multiplier": None, "price_prior": None,
    "cash_percent": None, "available_at": KNOWN,
}  # fmt: skip


def listed(*events: dict[str, Any]) -> pl.DataFrame:
    number = pl.Decimal(24, 11)
    kinds = {"value": number, "multiplier": number, "price_prior": number, "cash_percent": number}
    schema = {
        "isin": pl.String, "label": pl.String, **dict.fromkeys(kinds, pl.String),
        "available_at": pl.Datetime("us", "UTC"), "kind": pl.String, "ref_date": pl.Date,
        "ex_date": pl.Date,
    }  # fmt: skip
    return pl.DataFrame([_EVENT | event for event in events], schema=schema).cast(kinds)  # type: ignore[arg-type]


def a_split(ex: int, multiplier: str) -> dict[str, Any]:
    return {"kind": "stock", "ref_date": on(ex - 1), "ex_date": on(ex),
            "multiplier": multiplier}  # fmt: skip


def a_payout(ex: int, value: str, **more: str) -> dict[str, Any]:
    return {"kind": "cash", "ref_date": on(ex - 1), "ex_date": on(ex), "value": value, **more}


def framed(frame: pl.DataFrame) -> Any:
    return nw.from_native(frame.lazy())


PROVIDERS = pl.DataFrame(
    schema={
        "provider": pl.String, "ticker": pl.String, "ref_date": pl.Date,
        **dict.fromkeys(("open", "high", "low", "close"), pl.Decimal(20, 8)),
        "quantity": pl.Int64, "flags": pl.String,
        "available_at": pl.Datetime("us", "UTC"), "month": pl.Date,
    }
)  # fmt: skip
REPORTS = pl.DataFrame(
    schema={"ticker": pl.String, "ref_date": pl.Date, "oscillation": pl.Decimal(9, 2)}
)


def adjust(
    quotes: pl.DataFrame, events: pl.DataFrame, providers: pl.DataFrame = PROVIDERS
) -> pl.DataFrame:
    factors = adjustment_factors.build(framed(events), framed(quotes)).to_native().collect()
    built = adjusted_prices.build(framed(quotes), framed(providers), framed(factors))
    found: pl.DataFrame = built.to_native().collect().sort("ref_date")
    return found


def earn(prices: pl.DataFrame, reports: pl.DataFrame = REPORTS) -> pl.DataFrame:
    found: pl.DataFrame = returns.build(framed(prices), framed(reports)).to_native().collect()
    return found.sort("ref_date")
