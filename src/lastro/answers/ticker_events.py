"""What happened to a ticker: payouts, splits, subscriptions, restatements, places in indexes."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.answers.papers import paper
from lastro.core.clock import month_of

if TYPE_CHECKING:
    from lastro.answers.papers import Read

_DECIMALS = ("value", "multiplier", "subscription_percent", "subscription_price")


@dataclass(frozen=True)
class TickerAction:
    """One corporate action. Null is not known.

    Attributes:
        ex_date: First session without the right.
        last_date_with: Last session with it.
        kind: cash, stock or subscription.
        label: B3's name of the event.
        value: Cash for one share, BRL before tax.
        cash_yield: Cash over the closing price of the last session with the right; a ratio.
        multiplier: New quantity for one old share.
        subscription_percent: New shares offered for 100 old ones.
        subscription_price: BRL for a new share.
        subscription_until: Last day to subscribe.
        approved_on: Day it was decided.
        payment_date: Day it is paid.
        related_to: Period that it is paid for.
        flags: Codes of what is odd, joined by commas.
        available_at: When it was first seen.
    """

    ex_date: dt.date | None
    last_date_with: dt.date
    kind: str
    label: str
    value: float | None
    cash_yield: float | None
    multiplier: float | None
    subscription_percent: float | None
    subscription_price: float | None
    subscription_until: dt.date | None
    approved_on: dt.date | None
    payment_date: dt.date | None
    related_to: str | None
    flags: str
    available_at: dt.datetime


@dataclass(frozen=True)
class TickerRestated:
    """A figure of the ticker that its publisher changed after we had it.

    Attributes:
        table: Which table it is in.
        ref_date: Session it speaks of; null where it is of none.
        kind: restated or withdrawn.
        column: Which figure.
        before: As it was.
        after: As it is; blank where withdrawn.
        seen_at: When the change was seen.
    """

    table: str
    ref_date: dt.date | None
    kind: str
    column: str
    before: str | None
    after: str | None
    seen_at: dt.datetime


@dataclass(frozen=True)
class TickerActions:
    """A ticker's events, the newest first.

    Attributes:
        ticker: B3 ticker.
        actions: Corporate actions of its paper.
        paid_by_year: BRL a share paid in cash, by calendar year of the ex-date, adjusted for
            later splits; the newest first.
        restated: Figures of its prices and actions that were changed afterwards.
    """

    ticker: str
    actions: list[TickerAction]
    paid_by_year: list[PaidInYear]
    restated: list[TickerRestated]


@dataclass(frozen=True)
class PaidInYear:
    """Cash of one calendar year.

    Attributes:
        year: Of the ex-dates.
        value: BRL for a share as it is today.
        payments: How many.
    """

    year: int
    value: float
    payments: int


@dataclass(frozen=True)
class IndexPlace:
    """A ticker's place in one index over time.

    Attributes:
        index_code: IBOV, SMLL...
        portfolio: day, or theoretical where no portfolio of a day is held.
        weight: Newest weight; a ratio.
        quantity: Newest theoretical quantity.
        is_in: Whether the index's newest portfolio holds it.
        ref_date: Day of that weight.
        dates: Days of its portfolios that hold it, oldest first.
        weights: Weight on each; ratios.
    """

    index_code: str
    portfolio: str
    weight: float
    quantity: int | None
    is_in: bool
    ref_date: dt.date
    dates: list[dt.date]
    weights: list[float]


def actions(read: Read, roster: pl.DataFrame, ticker: str) -> TickerActions:
    """A ticker's corporate actions and restatements.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.
        ticker: B3 ticker, in any case.

    Raises:
        NotFoundError: No price of it is in the lake.
    """
    known = paper(roster, ticker)
    isin = known["isin"] or ""
    frame, factors = read("silver.corporate_actions"), read("gold.adjustment_factors")
    chains = pl.DataFrame() if factors is None else factors.filter(pl.col("isin") == isin).collect()
    rows = pl.DataFrame() if frame is None else frame.filter(pl.col("isin") == isin).collect()
    found = []
    if not rows.is_empty():
        priced = _with_price(rows, chains).sort("ref_date", "label", descending=[True, False])
        found = [_action(row) for row in priced.to_dicts()]
    return TickerActions(
        known["ticker"], found, _by_year(chains), _restated(read, known["ticker"], isin)
    )


def _with_price(rows: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """Events with the last price that had the right, from the prices where B3 names none."""
    rows = rows.with_columns(pl.col("price_prior").cast(pl.Float64))
    if chains.is_empty():
        return rows.with_columns(price=pl.col("price_prior"))
    prices = chains.group_by("ex_date").agg(pl.col("price_prior").max().alias("price"))
    return rows.join(prices, on="ex_date", how="left").with_columns(
        price=pl.coalesce("price_prior", "price")
    )


def _action(row: dict[str, Any]) -> TickerAction:
    number = {name: None if row[name] is None else float(row[name]) for name in _DECIMALS}
    value, price = number["value"], row["price"]
    return TickerAction(
        ex_date=row["ex_date"],
        last_date_with=row["ref_date"],
        kind=row["kind"],
        label=row["label"],
        value=value,
        cash_yield=value / price if value is not None and price else None,
        multiplier=number["multiplier"],
        subscription_percent=number["subscription_percent"],
        subscription_price=number["subscription_price"],
        subscription_until=row["subscription_date"],
        approved_on=row["approved_on"],
        payment_date=row["payment_date"],
        related_to=row["related_to"] or None,
        flags=row["flags"] or "",
        available_at=row["available_at"],
    )


def _by_year(chains: pl.DataFrame) -> list[PaidInYear]:
    if chains.is_empty():
        return []
    worth = pl.col("value").cast(pl.Float64) * pl.col("split_chain")
    years = (
        chains.filter(pl.col("kind") == "cash", pl.col("value").is_not_null())
        .group_by(year=pl.col("ex_date").dt.year())
        .agg(worth.sum().alias("value"), pl.len().alias("payments"))
        .sort("year", descending=True)
    )
    return [PaidInYear(*row) for row in years.iter_rows()]


def _restated(read: Read, ticker: str, isin: str) -> list[TickerRestated]:
    frame = read("ops.restatements")
    if frame is None:
        return []
    of_prices = pl.col("table").is_in(["silver.quotes", "silver.provider_quotes"]) & pl.concat_str(
        pl.lit("| "), "key"
    ).str.contains(f"| {ticker} |", literal=True)
    of_actions = (pl.col("table") == "silver.corporate_actions") & pl.col("key").str.starts_with(
        f"{isin or '-'} |"
    )
    day = pl.col("key").str.extract(r"\b(\d{4}-\d{2}-\d{2})\b").str.to_date(strict=False)
    rows = frame.filter(of_prices | of_actions).with_columns(ref_date=day)
    names = list(TickerRestated.__dataclass_fields__)
    return [TickerRestated(*row) for row in
            rows.sort("seen_at", descending=True).select(names).collect().iter_rows()]  # fmt: skip


def indexes(read: Read, roster: pl.DataFrame, ticker: str) -> list[IndexPlace]:
    """The indexes a ticker is or was in, with its weight over time; the heaviest first.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.
        ticker: B3 ticker, in any case.

    Raises:
        NotFoundError: No price of it is in the lake.
    """
    known = paper(roster, ticker)
    frame = read("silver.index_weights")
    if frame is None:
        return []
    months = pl.col("month") >= month_of(known["first_date"])
    real = frame.filter(months, pl.col("portfolio").is_in(["day", "theoretical"]))
    own = real.filter(pl.col("ticker") == known["ticker"]).sort("ref_date").collect()
    codes = own["index_code"].unique().to_list()
    newest = (
        real.filter(pl.col("index_code").is_in(codes))
        .group_by("index_code", "portfolio")
        .agg(pl.col("ref_date").max())
        .collect()
    )
    ends = {(code, portfolio): day for code, portfolio, day in newest.iter_rows()}
    places = [_place(part, ends) for part in own.partition_by("index_code")]
    return sorted(places, key=lambda place: (not place.is_in, -place.weight))


def _place(rows: pl.DataFrame, ends: dict[tuple[str, str], dt.date]) -> IndexPlace:
    portfolio = "day" if (rows["portfolio"] == "day").any() else "theoretical"
    part = rows.filter(pl.col("portfolio") == portfolio)
    last = part.row(-1, named=True)
    return IndexPlace(
        last["index_code"],
        portfolio,
        round(float(last["weight"]) / 100, 8),
        last["theoretical_quantity"],
        last["ref_date"] == ends[last["index_code"], portfolio],
        last["ref_date"],
        part["ref_date"].to_list(),
        (part["weight"].cast(pl.Float64) / 100).round(8).to_list(),
    )
