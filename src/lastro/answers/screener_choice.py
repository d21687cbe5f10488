"""Choosing among the screener's papers: filters, order, windows, and what to filter by."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads annotations at run time
from dataclasses import dataclass
from typing import Any

import polars as pl

from lastro.answers.folding import fold
from lastro.core.errors import RequestError

WINDOW = 2000  # rows in one answer at most
_IDLE = 21  # sessions without a trade after which a paper no longer counts as trading
_NOT_SORTED = ("sparkline", "indexes")


@dataclass(frozen=True)
class ScreenerRow:
    """One paper. Prices in BRL; returns, yields and weights are ratios; null is not known.

    Attributes:
        ticker: B3 ticker.
        name: Short name.
        company_name: Registered name of the issuer.
        kind: share, unit, fii, etf or bdr.
        sector: Sector of its issuer.
        subsector: Subsector.
        listing_segment: NM, N1, N2...
        ref_date: Last session it traded in.
        idle_sessions: Sessions of the market since then.
        close: Last price, as printed.
        day_return: Total return since the session it traded in before.
        return_1w: Total return of seven days.
        return_1m: Of a month.
        return_3m: Of three months.
        return_6m: Of six months.
        return_12m: Of twelve months.
        return_ytd: Since the last close of the year before.
        volatility_12m: Deviation of daily total returns of a year, times the root of 252.
        turnover: BRL traded in that session.
        turnover_mean21: BRL: mean of the market's last 21 sessions.
        dividend_yield_12m: Cash with ex-date within a year, over the close.
        high_52w: Highest split-adjusted price of a year.
        low_52w: Lowest.
        from_high: Split-adjusted close against that high.
        from_low: Split-adjusted close against that low.
        ibov_weight: Weight in Ibovespa; null where it is not in it.
        indexes: Codes of the indexes it is in.
        sparkline: Split-adjusted closes of a year, one in five sessions, oldest first.
    """

    ticker: str
    name: str | None
    company_name: str | None
    kind: str
    sector: str | None
    subsector: str | None
    listing_segment: str | None
    ref_date: dt.date
    idle_sessions: int
    close: float
    day_return: float | None
    return_1w: float | None
    return_1m: float | None
    return_3m: float | None
    return_6m: float | None
    return_12m: float | None
    return_ytd: float | None
    volatility_12m: float | None
    turnover: float | None
    turnover_mean21: float
    dividend_yield_12m: float
    high_52w: float | None
    low_52w: float | None
    from_high: float | None
    from_low: float | None
    ibov_weight: float | None
    indexes: list[str]
    sparkline: list[float]


COLUMNS = tuple(ScreenerRow.__dataclass_fields__)


@dataclass(frozen=True)
class ValueCount:
    """One value to filter by.

    Attributes:
        value: As the filter takes it.
        papers: Papers that have it, before any filter.
    """

    value: str
    papers: int


@dataclass(frozen=True)
class ScreenerFacets:
    """What the screener may be filtered by, those of most papers first.

    Attributes:
        kinds: Kinds of paper.
        sectors: Sectors.
        indexes: Indexes.
    """

    kinds: list[ValueCount]
    sectors: list[ValueCount]
    indexes: list[ValueCount]


@dataclass(frozen=True)
class ScreenerWindow:
    """Some of the papers chosen.

    Attributes:
        total: How many were chosen.
        all_papers: How many there are to choose among.
        offset: Place of the first of ``rows``, from 0.
        turnover_mean21: BRL a session: sum over all chosen.
        rows: The papers, in the order asked for.
        facets: What to filter by.
    """

    total: int
    all_papers: int
    offset: int
    turnover_mean21: float
    rows: list[ScreenerRow]
    facets: ScreenerFacets


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which papers are wanted. A blank part asks for nothing.

    Attributes:
        q: Words of the ticker or names.
        kind: Any of these kinds.
        sector: Any of these sectors.
        index: In any of these indexes.
        min_turnover: Mean turnover of 21 sessions in BRL, at least.
        min_yield: Dividend yield of twelve months, at least; a ratio.
        idle: Whether papers that have not traded for a month are listed.
        sort: A column, with ``-`` before it from the greatest down.
    """

    q: str = ""
    kind: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    min_turnover: float | None = None
    min_yield: float | None = None
    idle: bool = False
    sort: str = "-turnover_mean21"


def chosen(papers: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    """The papers wanted, in the order wanted; unknown values come last.

    Args:
        papers: As ``screener`` gives them.
        choice: Which.

    Raises:
        RequestError: There is no such column to sort by.
    """
    conditions = [pl.col("folded").str.contains(w, literal=True) for w in fold(choice.q).split()]
    conditions += [
        pl.col(name).is_in(list(values))
        for name, values in (("kind", choice.kind), ("sector", choice.sector))
        if values
    ]
    if choice.index:
        wanted = [pl.col("indexes").list.contains(code) for code in choice.index]
        conditions.append(pl.any_horizontal(wanted))
    least = (("turnover_mean21", choice.min_turnover), ("dividend_yield_12m", choice.min_yield))
    conditions += [pl.col(name) >= value for name, value in least if value is not None]
    if not choice.idle:
        conditions.append(pl.col("idle_sessions") <= _IDLE)
    rows = papers.filter(conditions) if conditions else papers
    return _sorted(rows, choice.sort)


def _sorted(rows: pl.DataFrame, sort: str) -> pl.DataFrame:
    name = sort.removeprefix("-")
    if name not in COLUMNS or name in _NOT_SORTED:
        raise RequestError(
            "Papers cannot be sorted by '{column}'.",
            hint="Name a column of the screener, such as return_12m, or -return_12m from the "
            "greatest.",
            column=name[:40],
        )
    by = [name] if name == "ticker" else [name, "ticker"]
    descending = [sort.startswith("-"), False][: len(by)]
    return rows.sort(by, descending=descending, nulls_last=True)


def window(papers: pl.DataFrame, choice: Choice, offset: int, limit: int) -> ScreenerWindow:
    """Some of the chosen papers, with totals and what to filter by.

    Args:
        papers: As ``screener`` gives them.
        choice: Which.
        offset: Rows to leave out.
        limit: Rows to give, at most.

    Raises:
        RequestError: There is no such column to sort by.
    """
    rows = chosen(papers, choice)
    shown = rows.slice(offset, limit).select(COLUMNS).to_dicts()
    return ScreenerWindow(
        rows.height, papers.height, offset, float(rows["turnover_mean21"].sum()),
        [ScreenerRow(**row) for row in shown],
        ScreenerFacets(_counts(papers["kind"]), _counts(papers["sector"]),
                       _counts(papers["indexes"].explode(empty_as_null=False))),
    )  # fmt: skip


def table(papers: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    """All the chosen papers as rows of a file: indexes as text, no sparkline."""
    kept = [name for name in COLUMNS if name != "sparkline"]
    return chosen(papers, choice).select(kept).with_columns(pl.col("indexes").list.join(" "))


def _counts(values: pl.Series) -> list[ValueCount]:
    named: Any = values.drop_nulls().rename("value").value_counts(name="papers")
    ordered = named.sort("papers", "value", descending=[True, False])
    return [ValueCount(*row) for row in ordered.iter_rows()]
