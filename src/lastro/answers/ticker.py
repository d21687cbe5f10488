"""One ticker's card: what it costs, earned and paid, where it weighs, and how old that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.answers.papers import no_price_of
from lastro.answers.spans import PAPER_STALE, span_returns
from lastro.core.clock import add_months

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

_EVENTS = 6


@dataclass(frozen=True)
class TickerCard:
    """What there is to know of a ticker at a glance.

    Attributes:
        ticker: B3 ticker.
        isin: Its paper; blank where unknown.
        company: Company, sector and listing segment, where known.
        ref_date: Session of the last price.
        available_at: When that price could be known.
        provider: Who gave it: ``b3`` or a fallback.
        last: Last session as printed: open, high, low, close (BRL), quantity, turnover (BRL).
        returns: Total return by span: ``1d``, ``1m``, ``12m``, ``ytd``; ratios; null where unknown.
        closes: (session, split-adjusted close in BRL) of the last twelve months, oldest first.
        cash: Newest cash events: ex_date, label, value (BRL a share), payment_date.
        splits: Newest splits and bonuses: ex_date, label, multiplier.
        weights: Newest weight by index, in percent.
    """

    ticker: str
    isin: str
    company: dict[str, str]
    ref_date: dt.date
    available_at: dt.datetime
    provider: str
    last: dict[str, Any]
    returns: dict[str, float | None]
    closes: list[tuple[dt.date, float]]
    cash: list[dict[str, Any]]
    splits: list[dict[str, Any]]
    weights: dict[str, Any]


def ticker_card(read: Callable[[str], pl.LazyFrame | None], ticker: str) -> TickerCard:
    """The card of a ticker.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        ticker: B3 ticker, in any case.

    Raises:
        NotFoundError: No price of it is in the lake.
    """
    ticker = ticker.strip().upper()
    prices = _rows(read("gold.adjusted_prices"), pl.col("ticker") == ticker).sort("ref_date")
    if prices.is_empty():
        raise no_price_of(ticker)
    last = prices.row(-1, named=True)
    since = add_months(last["ref_date"].replace(day=1), -12)
    year = prices.filter(pl.col("ref_date") >= since)
    isin = last["isin"] or ""
    events = _rows(read("silver.corporate_actions"), pl.col("isin") == isin)
    names = ("open", "high", "low", "close", "quantity", "turnover")
    return TickerCard(
        ticker,
        isin,
        _company(read("silver.instruments"), ticker),
        last["ref_date"],
        last["available_at"],
        last["provider"],
        {name: last[name] for name in names},
        span_returns(prices["ref_date"], prices["total_close"], PAPER_STALE),
        year.select("ref_date", "split_close").rows(),
        _newest(events, "cash", ("ex_date", "label", "value", "payment_date")),
        _newest(events, "stock", ("ex_date", "label", "multiplier")),
        _weights(read("silver.index_weights"), ticker),
    )


def _rows(frame: pl.LazyFrame | None, condition: pl.Expr) -> pl.DataFrame:
    return pl.DataFrame() if frame is None else frame.filter(condition).collect()


def _company(instruments: pl.LazyFrame | None, ticker: str) -> dict[str, str]:
    rows = _rows(instruments, pl.col("ticker") == ticker)
    names = ("company_name", "sector", "subsector", "listing_segment", "cnpj")
    if rows.is_empty():
        return {}
    found = rows.row(0, named=True)
    return {name: found[name] for name in names if found.get(name)}


def _newest(events: pl.DataFrame, kind: str, names: Sequence[str]) -> list[dict[str, Any]]:
    if events.is_empty():
        return []
    chosen = events.filter(pl.col("kind") == kind).sort("ex_date", descending=True)
    return chosen.select(names).head(_EVENTS).to_dicts()


def _weights(weights: pl.LazyFrame | None, ticker: str) -> dict[str, Any]:
    rows = _rows(weights, (pl.col("ticker") == ticker) & (pl.col("portfolio") == "day"))
    if rows.is_empty():
        return {}
    newest = rows.sort("ref_date").group_by("index_code", maintain_order=True).last()
    return dict(newest.sort("index_code").select("index_code", "weight").rows())
