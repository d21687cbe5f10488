"""One day of the market: breadth, sectors, what rose, what fell and what was traded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from lastro.answers.papers import newest_session, no_prices
from lastro.answers.screener import prices_since
from lastro.core.calendar import is_b3_session
from lastro.core.clock import add_months, month_of
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from lastro.answers.papers import Read

LIQUID = 1_000_000.0
_TILES = 250
_MOVERS = 10
_SPARK = 21
_BREADTH = 63
_MONTHS = 4  # that hold those sessions
_OVERVIEW = ("ref_date", "ticker", "sector", "close", "day_return", "turnover", "turnover_rank",
             "available_at")  # fmt: skip


@dataclass(frozen=True)
class MarketMover:
    """A paper that moved.

    Attributes:
        ticker: B3 ticker.
        name: Short name; null where unknown.
        group: Its sector, or else its kind: share, unit, fii, etf or bdr.
        close: BRL, as printed.
        day_return: Price return since the session it traded in before; a ratio.
        turnover: BRL traded in the session.
        sparkline: Split-adjusted closes (BRL) of up to 21 sessions, oldest first.
    """

    ticker: str
    name: str | None
    group: str
    close: float
    day_return: float | None
    turnover: float
    sparkline: list[float]


@dataclass(frozen=True)
class MarketTile:
    """A paper on the sector map; fields as in ``MarketMover``."""

    ticker: str
    name: str | None
    group: str
    close: float
    day_return: float | None
    turnover: float


@dataclass(frozen=True)
class MarketGroup:
    """A sector; papers without one stand under their kind.

    Attributes:
        group: Its name, or a kind: share, unit, fii, etf or bdr.
        is_sector: Whether it is a sector and not a kind.
        papers: Papers traded.
        up: Papers that rose.
        down: Papers that fell.
        turnover: BRL.
        mean_return: Mean of its papers' returns, each counting the same; a ratio.
        weighted_return: The same, each by its turnover.
    """

    group: str
    is_sector: bool
    papers: int
    up: int
    down: int
    turnover: float
    mean_return: float | None
    weighted_return: float | None


@dataclass(frozen=True)
class MarketBreadth:
    """The market's sessions up to a day, oldest first; arrays of one length.

    Attributes:
        dates: Sessions.
        up: Papers that rose.
        down: Papers that fell.
        unchanged: Papers that did neither.
        turnover: BRL.
    """

    dates: list[dt.date]
    up: list[int]
    down: list[int]
    unchanged: list[int]
    turnover: list[float]


@dataclass(frozen=True)
class MarketDay:
    """One session of the spot market.

    Attributes:
        asked: Day asked for; null where the newest was.
        why_not: Why the day asked for has no prices: ``weekend``, ``holiday`` or ``not_in_lake``;
            null where it has. What follows is then the session before it.
        ref_date: The session.
        before: The session before it in the lake; null where it is months away.
        after: The session after it in the lake; null where it is months away.
        available_at: When its last price could be known.
        papers: Papers traded.
        up: Papers that rose.
        down: Papers that fell.
        unchanged: Papers that did neither.
        first_seen: Papers without a return: they did not trade before.
        turnover: BRL traded in all.
        turnover_usual: BRL: median of up to 21 sessions before.
        liquid: BRL a paper must have traded to count among gainers and losers.
        groups: Sectors, the most traded first.
        gainers: What rose most.
        losers: What fell most.
        traded: What was traded most.
        tiles: The most traded papers, for the map.
        tiles_left: Papers that the map leaves out.
        breadth: The sessions up to this one.
    """

    asked: dt.date | None
    why_not: Literal["weekend", "holiday", "not_in_lake"] | None
    ref_date: dt.date
    before: dt.date | None
    after: dt.date | None
    available_at: dt.datetime
    papers: int
    up: int
    down: int
    unchanged: int
    first_seen: int
    turnover: float
    turnover_usual: float | None
    liquid: float
    groups: list[MarketGroup]
    gainers: list[MarketMover]
    losers: list[MarketMover]
    traded: list[MarketMover]
    tiles: list[MarketTile]
    tiles_left: int
    breadth: MarketBreadth


def market_day(
    read: Read, roster: pl.DataFrame, day: dt.date | None = None, liquid: float = LIQUID
) -> MarketDay:
    """What the spot market did on a day.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.
        day: Which; None is the newest. A day without prices gives the session before it.
        liquid: BRL a paper must have traded to count among gainers and losers.

    Raises:
        NotFoundError: There are no prices, or none up to that day.
    """
    around = _around(read, day or newest_session(roster), roster)
    session: dt.date = around.filter(pl.col("ref_date") <= (day or dt.date.max))["ref_date"].max()  # type: ignore[assignment]
    rows = around.filter(pl.col("ref_date") == session)
    sessions = around["ref_date"].unique().sort()
    earlier, later = sessions.filter(sessions < session), sessions.filter(sessions > session)
    breadth = _breadth(around.filter(pl.col("ref_date") <= session))
    moved = rows["day_return"]
    usual = pl.Series(breadth.turnover[:-1][-_SPARK:], dtype=pl.Float64).median()
    liquid_rows = rows.filter(pl.col("turnover") >= liquid, pl.col("day_return").is_not_null())
    up = liquid_rows.filter(pl.col("day_return") > 0).sort("day_return", descending=True)
    down = liquid_rows.filter(pl.col("day_return") < 0).sort("day_return")
    by_turnover = rows.sort("turnover", descending=True)
    chosen = [part.head(_MOVERS) for part in (up, down, by_turnover)]
    sparks = _sparklines(read, session, pl.concat(chosen)["ticker"].unique().to_list())
    gainers, losers, traded = ([_mover(row, sparks) for row in part.to_dicts()] for part in chosen)
    tiles = by_turnover.head(_TILES).select(*MarketTile.__dataclass_fields__)
    return MarketDay(
        asked=day,
        why_not=None if day in {None, session} else _why_not(day),
        ref_date=session,
        before=earlier[-1] if len(earlier) else None,
        after=later[0] if len(later) else None,
        available_at=rows["available_at"].max(),  # type: ignore[arg-type]
        papers=rows.height,
        up=int((moved > 0).sum()),
        down=int((moved < 0).sum()),
        unchanged=int((moved == 0).sum()),
        first_seen=moved.null_count(),
        turnover=float(rows["turnover"].sum()),
        turnover_usual=usual,  # type: ignore[arg-type]
        liquid=liquid,
        groups=_groups(rows),
        gainers=gainers,
        losers=losers,
        traded=traded,
        tiles=[MarketTile(**row) for row in tiles.to_dicts()],
        tiles_left=max(0, rows.height - _TILES),
        breadth=breadth,
    )


def _why_not(day: dt.date | None) -> Literal["weekend", "holiday", "not_in_lake"]:
    if day and day.weekday() >= 5:
        return "weekend"
    return "not_in_lake" if day and is_b3_session(day) else "holiday"


def _around(read: Read, day: dt.date, roster: pl.DataFrame) -> pl.DataFrame:
    """Rows of the months about a day, with names: the breadth's past and the session after."""
    frame, oldest = read("gold.market_overview"), roster["first_date"].min()
    if frame is None:
        raise no_prices()
    rows = _rows_up_to(frame, min(day, newest_session(roster)), oldest)  # type: ignore[arg-type]
    if not (rows["ref_date"] <= day).any():
        raise NotFoundError(
            "There are no prices of {day} or before in the lake.",
            hint="The first session is {first}: ask for that day or a later one.",
            day=day,
            first=oldest,
        )
    names = roster.select("ticker", "name", "kind")
    return rows.join(names, on="ticker", how="left").with_columns(
        pl.col("close", "turnover").cast(pl.Float64),
        group=pl.coalesce("sector", "kind", pl.lit("share")),
    )


def _rows_up_to(frame: pl.LazyFrame, day: dt.date, oldest: dt.date) -> pl.DataFrame:
    """Rows of the months before a day and of the one after; more where the lake has a gap."""
    if day < oldest:
        return frame.select(_OVERVIEW).clear().collect()
    past = add_months(day, -_MONTHS)
    for since in (past, min(past, month_of(oldest))):
        months = pl.col("month").is_between(since, add_months(day, 1))
        rows = frame.filter(months).select(_OVERVIEW).collect()
        if (rows["ref_date"] <= day).any():
            break
    return rows


def _breadth(rows: pl.DataFrame) -> MarketBreadth:
    move = pl.col("day_return")
    days = (
        rows.group_by("ref_date")
        .agg(
            up=(move > 0).sum(), down=(move < 0).sum(), unchanged=(move == 0).sum(),
            turnover=pl.col("turnover").sum(),
        )
        .sort("ref_date")
        .tail(_BREADTH)
    )  # fmt: skip
    columns = days.to_dict(as_series=False)
    return MarketBreadth(columns.pop("ref_date"), **columns)


def _groups(rows: pl.DataFrame) -> list[MarketGroup]:
    move, money = pl.col("day_return"), pl.col("turnover")
    known = move.is_not_null()
    found = (
        rows.group_by("group")
        .agg(
            is_sector=pl.col("sector").is_not_null().any(),
            papers=pl.len(),
            up=(move > 0).sum(),
            down=(move < 0).sum(),
            turnover=money.sum(),
            mean_return=move.mean(),
            weighted_return=(move * money).sum() / money.filter(known).sum(),
        )
        .with_columns(pl.col("weighted_return").fill_nan(None))
        .sort("turnover", descending=True)
    )
    return [MarketGroup(**row) for row in found.to_dicts()]


def _sparklines(read: Read, session: dt.date, tickers: list[str]) -> dict[str, list[float]]:
    past = pl.col("ticker").is_in(tickers) & (pl.col("ref_date") <= session)
    since = add_months(month_of(session), -2)
    prices = prices_since(read, since, ("ticker", "ref_date", "split_close"), past)
    closes = prices.group_by("ticker").agg(pl.col("split_close").tail(_SPARK).round(4))
    return dict(closes.iter_rows())


def _mover(row: dict[str, object], sparks: dict[str, list[float]]) -> MarketMover:
    kept = {name: row[name] for name in MarketTile.__dataclass_fields__}
    return MarketMover(**kept, sparkline=sparks.get(str(row["ticker"]), []))  # type: ignore[arg-type]
