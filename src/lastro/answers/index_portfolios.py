"""Portfolios of B3's indexes: what one is made of on a day, what moved it, and what changed."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.indexes import COMPOSITION, DAY, levels_rows, name_of, unknown
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from lastro.answers.papers import Read

CHANGES = "gold.index_changes"


@dataclass(frozen=True)
class IndexAsset:
    """One asset of a portfolio. Weights, returns and contributions are ratios.

    Attributes:
        rank: 1 is the greatest weight.
        ticker: B3 ticker.
        asset: Short name of the issuer.
        asset_type: Class, rights and level of governance.
        group: Economic sector: what stands before the stroke in B3's sector.
        sector: B3's sector, whole; blank where the portfolio does not say.
        weight: Weight at the day's close.
        weight_change: Since the portfolio before; null where there is none.
        quantity: Theoretical quantity, shares.
        day_return: Of the session; null where not quoted, or on a day without rights.
        contribution: To the index's return of the session; null where `day_return` is.
    """

    rank: int
    ticker: str
    asset: str
    asset_type: str
    group: str
    sector: str
    weight: float
    weight_change: float | None
    quantity: int | None
    day_return: float | None
    contribution: float | None


@dataclass(frozen=True)
class IndexSector:
    """One economic sector of a portfolio; ratios.

    Attributes:
        group: Its name.
        weight: Sum of weights.
        assets: How many.
        contribution: Sum of contributions; null where none is known.
        day_return: Contribution over the weight that it came from.
    """

    group: str
    weight: float
    assets: int
    contribution: float | None
    day_return: float | None


@dataclass(frozen=True)
class IndexComposition:
    """What an index is made of on a day.

    Attributes:
        code: B3's code.
        name: As B3 calls it.
        ref_date: Day of the portfolio.
        date_before: Day of the portfolio before; null where there is none.
        portfolio: ``day``, or ``theoretical`` where no portfolio of the day is known.
        available: Days that there are portfolios of, the newest first.
        level: Closing level of that day, points; null where not known.
        index_return: Of that session, ratio.
        basis: What contributions are from: ``before``, the weights before the session, or
            ``close``, weights at its close taken back by the returns; blank where there are none.
        assets: By rank.
        sectors: By weight.
    """

    code: str
    name: str
    ref_date: dt.date
    date_before: dt.date | None
    portfolio: str
    available: list[dt.date]
    level: float | None
    index_return: float | None
    basis: str
    assets: list[IndexAsset]
    sectors: list[IndexSector]


def composition(read: Read, code: str, day: dt.date | None = None) -> IndexComposition:
    """What an index was made of.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        code: B3's code, in any case.
        day: Its portfolio of that day, or the newest before; None is the newest.

    Raises:
        NotFoundError: The lake has no portfolio of it, or none so early.
    """
    code = code.strip().upper()
    own = _portfolios(read, code)
    kind = own["portfolio"][0]
    days = own["ref_date"].unique().sort(descending=True).to_list()
    reached = [one for one in days if day is None or one <= day]
    if not reached:
        raise NotFoundError(
            "The lake has no portfolio of {code} as early as {day}.",
            hint="Its first one is of {first}.",
            code=code,
            day=day,
            first=days[-1],
        )
    found = reached[0]
    level, moved = _session(read, code, found)
    rows, basis = _with_contribution(own.filter(pl.col("ref_date") == found), moved)
    before = [one for one in days if one < found]
    return IndexComposition(
        code, name_of(code), found, before[0] if before else None, kind, days, level, moved, basis,
        [IndexAsset(*row) for row in rows.rows()], _sectors(rows),
    )  # fmt: skip


def _session(read: Read, code: str, day: dt.date) -> tuple[float | None, float | None]:
    """Level and return of an index on a day."""
    rows = levels_rows(read, code).filter(pl.col("ref_date") <= day).tail(2)
    if rows.is_empty() or rows["ref_date"][-1] != day:
        return None, None
    level = rows["level"][-1]
    return level, level / rows["level"][0] - 1 if rows.height == 2 else None


def _with_contribution(rows: pl.DataFrame, moved: float | None) -> tuple[pl.DataFrame, str]:
    """Rows in the order of ``IndexAsset``, and what their contributions are from.

    Where the portfolio of the session before is not known, the weight before the session follows
    from the one at its close: it grew by the asset's return and shrank by the index's.
    """
    weight = pl.col("weight").cast(pl.Float64) / 100
    known = rows["contribution"].is_not_null().any()
    before = weight * (1 + pl.lit(moved, pl.Float64)) / (1 + pl.col("day_return"))
    contribution = pl.col("contribution") if known else before * pl.col("day_return")
    sector = pl.col("sector").fill_null("")
    made = rows.select(
        "rank",
        "ticker",
        "asset",
        "asset_type",
        sector.str.split("/").list.first().str.strip_chars().alias("group"),
        sector.alias("sector"),
        weight.alias("weight"),
        (pl.col("weight_change").cast(pl.Float64) / 100).alias("weight_change"),
        pl.col("theoretical_quantity").alias("quantity"),
        "day_return",
        contribution.alias("contribution"),
    ).sort("rank", "ticker")
    has_any = made["contribution"].is_not_null().any()
    return made, ("before" if known else "close") if has_any else ""


def _sectors(rows: pl.DataFrame) -> list[IndexSector]:
    quoted = pl.col("contribution").is_not_null()
    by = (
        rows.group_by("group")
        .agg(
            pl.col("weight").sum().round(8),
            pl.len().alias("assets"),
            pl.when(quoted.any()).then(pl.col("contribution").sum()).alias("contribution"),
            (pl.col("contribution").sum() / pl.col("weight").filter(quoted).sum()).alias("moved"),
        )
        .sort("weight", "group", descending=[True, False])
    )
    return [
        IndexSector(group, weight, assets, given, moved if given is not None else None)
        for group, weight, assets, given, moved in by.rows()
    ]


@dataclass(frozen=True)
class IndexWeights:
    """The greatest weights of an index through time.

    Attributes:
        code: B3's code.
        dates: Days of its portfolios, oldest first.
        tickers: Assets that weigh most in the newest portfolio, the greatest first.
        weights: For each of `tickers`, its weight on each of `dates`, ratios; null where it was not
            in the portfolio.
        others: What is left to 1 on each day.
        components: Assets on each day.
    """

    code: str
    dates: list[dt.date]
    tickers: list[str]
    weights: list[list[float | None]]
    others: list[float]
    components: list[int]


def weights(read: Read, code: str, top: int = 10) -> IndexWeights:
    """How the greatest weights of an index went.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        code: B3's code, in any case.
        top: How many assets.

    Raises:
        NotFoundError: The lake has no portfolio of it.
    """
    own = _portfolios(read, code)
    own = own.with_columns(pl.col("weight").cast(pl.Float64) / 100).sort("ref_date")
    days = own["ref_date"].unique().sort()
    newest = own.filter(pl.col("ref_date") == days[-1]).sort("weight", descending=True)
    tickers = newest["ticker"].head(top).to_list()
    grid = days.to_frame()
    for ticker in tickers:
        one = own.filter(pl.col("ticker") == ticker).select(
            "ref_date", pl.col("weight").alias(ticker)
        )
        grid = grid.join(one, on="ref_date", how="left", maintain_order="left")
    sizes = own.group_by("ref_date").len().sort("ref_date")["len"].to_list()
    return IndexWeights(
        code.strip().upper(),
        days.to_list(),
        tickers,
        [grid[ticker].to_list() for ticker in tickers],
        (1 - grid.select(pl.sum_horizontal(tickers)).to_series()).round(8).to_list(),
        sizes,
    )


@dataclass(frozen=True)
class IndexChange:
    """One change between two portfolios; weights are ratios.

    Attributes:
        ref_date: Day of the portfolio that shows it.
        date_before: Day of the portfolio before it.
        portfolio: day, theoretical or preview.
        ticker: B3 ticker.
        change: entered, left or reweighted.
        weight_before: Null where it was not in it.
        weight_after: Null where it is not any more.
        quantity_before: Theoretical quantity, shares.
        quantity_after: Theoretical quantity, shares.
    """

    ref_date: dt.date
    date_before: dt.date
    portfolio: str
    ticker: str
    change: str
    weight_before: float | None
    weight_after: float | None
    quantity_before: int | None
    quantity_after: int | None


def changes(read: Read, code: str, limit: int = 200) -> list[IndexChange]:
    """What entered, left or was reweighted, the newest first.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        code: B3's code, in any case.
        limit: At most so many.

    Raises:
        NotFoundError: The lake has no portfolio of it.
    """
    code = code.strip().upper()
    frame = read(CHANGES)
    if frame is None:
        raise unknown(code)
    weight = (pl.col("weight_before", "weight_after").cast(pl.Float64)) / 100
    rows = (
        frame.filter(pl.col("index_code") == code)
        .select(
            "ref_date", "date_before", "portfolio", "ticker", "change", weight,
            "quantity_before", "quantity_after",
        )
        .sort("ref_date", "portfolio", "ticker", descending=[True, False, False])
        .head(limit)
        .collect()
    )  # fmt: skip
    if rows.is_empty():
        _portfolios(read, code)  # an index that never changed, or none at all
    return [IndexChange(*row) for row in rows.rows()]


def _portfolios(read: Read, code: str) -> pl.DataFrame:
    """Rows of an index's portfolios of the day, or of theoretical ones where it has no other."""
    code = code.strip().upper()
    frame = read(COMPOSITION)
    own = pl.DataFrame() if frame is None else frame.filter(pl.col("index_code") == code).collect()
    if own.is_empty():
        raise unknown(code)
    kind = DAY if (own["portfolio"] == DAY).any() else "theoretical"
    return own.filter(pl.col("portfolio") == kind)
