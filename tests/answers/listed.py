"""A tiny listed market: rows of the tables that answers about papers read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lastro.answers.papers import Read

KNOWN = dt.datetime(2024, 3, 28, 23, tzinfo=dt.UTC)
STANDING = dt.date(1970, 1, 1)


def bars(ticker: str, closes: Sequence[tuple[dt.date, float]], **more: Any) -> pl.DataFrame:
    """Rows of ``gold.adjusted_prices``; ``split_chain`` and ``total_chain`` by day or one."""
    rows = []
    for day, close in closes:
        split, total = (
            chain(day) if callable(chain) else chain
            for chain in (more.get("split_chain", 1.0), more.get("total_chain", 1.0))
        )
        rows.append(
            {"ticker": ticker, "isin": more.get("isin", f"BR{ticker}"), "ref_date": day,
             "open": close, "high": close * 1.1, "low": close * 0.9, "close": close,
             "quantity": 100, "turnover": more.get("turnover", 2e6), "split_chain": split,
             "total_chain": total, "split_open": close * split, "split_high": close * 1.1 * split,
             "split_low": close * 0.9 * split, "split_close": close * split,
             "total_close": close * total, "provider": "b3", "available_at": KNOWN,
             "month": day.replace(day=1)}
        )  # fmt: skip
    return pl.DataFrame(rows)


def lives(prices: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``gold.common_history``."""
    return prices.group_by("ticker").agg(
        first_date=pl.col("ref_date").min(), last_date=pl.col("ref_date").max(),
        sessions=pl.len().cast(pl.Int64), missing=pl.lit(0),
    )  # fmt: skip


def printed(ticker: str, day: dt.date, **more: Any) -> dict[str, Any]:
    """A row of ``silver.quotes``."""
    return {"ticker": ticker, "ref_date": day, "month": day.replace(day=1), "market_type": "010",
            "bdi_code": "02", "isin": f"BR{ticker}", "short_name": ticker[:4],
            "specification": "ON      NM"} | more  # fmt: skip


def company(ticker: str, **more: Any) -> dict[str, Any]:
    """A row of ``silver.instruments``."""
    names = ("company_name", "trading_name", "sector", "subsector", "industry",
             "listing_segment", "cnpj")  # fmt: skip
    return {"issuer": ticker[:4], "ticker": ticker} | dict.fromkeys(names) | more


def moves(prices: pl.DataFrame, **sectors: str) -> pl.DataFrame:
    """Rows of ``gold.market_overview``."""
    change = pl.col("split_close") / pl.col("split_close").shift(1) - 1
    ranked = pl.col("turnover").rank("min", descending=True).over("ref_date").cast(pl.Int64)
    return (
        prices.sort("ticker", "ref_date")
        .with_columns(
            day_return=change.over("ticker"),
            turnover_rank=ranked,
            sector=pl.col("ticker").replace_strict(sectors, default=None, return_dtype=pl.String),
        )
        .select("ref_date", "ticker", "sector", "close", "day_return", "turnover", "turnover_rank",
                "available_at", "month")
    )  # fmt: skip


def reader(**tables: pl.DataFrame) -> Read:
    """A reader over ``layer__name`` tables."""
    named = {name.replace("__", "."): frame.lazy() for name, frame in tables.items()}
    return named.get


def market(prices: pl.DataFrame, **tables: pl.DataFrame) -> Read:
    """A reader over prices, the lives they make, and other tables."""
    known = {"gold__adjusted_prices": prices, "gold__common_history": lives(prices)}
    return reader(**known, **tables)


def days(first: dt.date, count: int) -> list[dt.date]:
    """Weekdays from a day on."""
    every = (first + dt.timedelta(days=i) for i in range(2 * count))
    return [day for day in every if day.weekday() < 5][:count]
