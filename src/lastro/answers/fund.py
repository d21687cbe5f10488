"""One fund class: who it is, what it earned, who leaves it, and where it stands among its peers."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads these annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.funds import KEY, TABLES, FundRow, fund_list
from lastro.core.errors import NotFoundError
from lastro.core.ids import format_cnpj

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str], pl.LazyFrame | None]

SIGNALS = ("gold.portability_signals",)
_PEERS = 8
_FEWEST = 5  # peers under which a place among them says nothing


@dataclass(frozen=True)
class PeerPlace:
    """A figure of a class among those of its peers.

    Attributes:
        figure: Column of the list.
        value: The class's own.
        place: 1 is the greatest.
        known: Peers, with the class itself, whose figure is known.
        median: Of those.
    """

    figure: str
    value: float | None
    place: int | None
    known: int
    median: float | None


@dataclass(frozen=True)
class FundPeers:
    """Classes of the same strategy.

    Attributes:
        group: ANBIMA's class of strategy, or CVM's where ANBIMA's is not known.
        classes: How many, with the class itself.
        places: Its place by return, risk and flow; empty under 5 peers.
        rows: The largest of the others.
    """

    group: str | None
    classes: int
    places: list[PeerPlace]
    rows: list[FundRow]


@dataclass(frozen=True)
class FundCard:
    """A class at a glance.

    Attributes:
        fund: Its row of the list.
        current: Whether it reported in the newest month of the list.
        subclasses: Its subclasses, or the others where it is one; the class itself among them.
        peers: Classes of the same strategy.
    """

    fund: FundRow
    current: bool
    subclasses: list[FundRow]
    peers: FundPeers


@dataclass(frozen=True)
class FundSignal:
    """What a month said about money leaving a class. A proxy from public data.

    Attributes:
        month: First day of the month.
        score: 0 (no sign of leaving) to 100.
        rank: 1 is the highest score of the month.
        reason: What makes the score, in Portuguese.
        reason_en: The same in English.
        net_flow_1m: BRL.
        net_flow_3m: BRL.
        flow_ratio_1m: Over mean net worth; ratio.
        flow_ratio_3m: Over mean net worth; ratio.
        outflow_run: Months in a row with more outflow than inflow.
        holders_change_3m: Holders gained or lost in 3 months.
        peer_group: Whom it is compared with.
        peers: How many of them.
        peer_score: Distance from their median flow; robust deviations.
        administrator_changed: Against the registry's snapshot before.
        manager_changed: Against the registry's snapshot before.
        custodian_changed: Against the registry's snapshot before.
    """

    month: dt.date
    score: float | None
    rank: int | None
    reason: str | None
    reason_en: str | None
    net_flow_1m: float | None
    net_flow_3m: float | None
    flow_ratio_1m: float | None
    flow_ratio_3m: float | None
    outflow_run: int | None
    holders_change_3m: int | None
    peer_group: str | None
    peers: int | None
    peer_score: float | None
    administrator_changed: bool | None
    manager_changed: bool | None
    custodian_changed: bool | None


def fund_card(funds: pl.DataFrame, read: Reader, cnpj: str, subclass_id: str = "") -> FundCard:
    """A class's card.

    Where the class itself reports nothing and only its subclasses do, the largest of them answers
    for a blank ``subclass_id``: its row says which one.

    Args:
        funds: As ``fund_list`` gives them.
        read: Gives a table's rows by its name; asked where the class left the list.
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.

    Raises:
        NotFoundError: The lake knows nothing of it.
    """
    family = funds.filter(pl.col("cnpj") == cnpj)
    row = _own(family, subclass_id)
    current = row is not None
    if row is None:
        family = fund_list(_only(read, cnpj))
        row = _own(family, subclass_id)
    if row is None:
        raise NotFoundError(
            "There is no fund class {cnpj}{subclass} in the lake.",
            hint="Look for it by name, or bring its months in: `lastro ingest cvm_funds`, then "
            "`lastro build`.",
            cnpj=format_cnpj(cnpj),
            subclass=f" / {subclass_id}" if subclass_id else "",
        )
    others = family.filter(pl.col("subclass_id") != row.subclass_id)
    return FundCard(row, current, _rows(others), peers(funds, row))


def require(funds: pl.DataFrame, read: Reader, cnpj: str, subclass_id: str = "") -> None:
    """Make sure that the lake knows a class or subclass by rows of its own.

    Args:
        funds: As ``fund_list`` gives them.
        read: Gives a table's rows by its name; asked where the class left the list.
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.

    Raises:
        NotFoundError: It does not, or knows its subclasses alone.
    """
    itself = (pl.col("cnpj") == cnpj) & (pl.col("subclass_id") == subclass_id)
    if len(funds.filter(itself)):
        return
    found = fund_card(funds, read, cnpj, subclass_id)
    if found.fund.subclass_id == subclass_id:
        return
    raise NotFoundError(
        "The class {cnpj} reports by subclass only.",
        hint="Name one of them: `?subclass={subclass}`.",
        cnpj=format_cnpj(cnpj),
        subclass=found.fund.subclass_id,
    )


def _own(family: pl.DataFrame, subclass_id: str) -> FundRow | None:
    """The row asked for; of a class without one of its own, that of its largest subclass."""
    own = family.filter(pl.col("subclass_id") == subclass_id)
    found = _rows(own if len(own) or subclass_id else family.head(1))
    return found[0] if found else None


def _rows(frame: pl.DataFrame) -> list[FundRow]:
    return [FundRow(**row) for row in frame.drop("searched").iter_rows(named=True)]


def _only(read: Reader, cnpj: str) -> Reader:
    """Tables of funds, with this class's rows alone: its newest month is then the newest."""

    def reading(name: str) -> pl.LazyFrame | None:
        frame = read(name)
        of_funds = name in TABLES and name != "gold.benchmarks"
        return frame.filter(pl.col("cnpj") == cnpj) if of_funds and frame is not None else frame

    return reading


def peers(funds: pl.DataFrame, row: FundRow) -> FundPeers:
    """Where a class stands among those of its strategy; what a class's row counts is left out."""
    column = "anbima_classification" if row.anbima_classification else "classification"
    group = getattr(row, column)
    itself = (pl.col("cnpj") == row.cnpj) & (pl.col("subclass_id") == row.subclass_id)
    found = funds.filter(pl.col(column) == group, ~pl.col("within") | itself)
    others = found.filter(pl.col("cnpj") != row.cnpj)
    figures = ("return_1m", "return_12m", "volatility_12m", "flow_ratio_30d", "net_worth")
    places = [_place(found, name, getattr(row, name)) for name in figures]
    return FundPeers(
        group,
        found.height,
        places if others.height >= _FEWEST else [],
        _rows(others.head(_PEERS)),
    )


def _place(found: pl.DataFrame, figure: str, value: float | None) -> PeerPlace:
    known = found[figure].drop_nulls().cast(pl.Float64)
    place = None if value is None else int((known > value).sum()) + 1
    median: float | None = known.median()  # type: ignore[assignment]
    return PeerPlace(figure, value, place, len(known), median)


def signals(read: Reader, cnpj: str, subclass_id: str = "") -> list[FundSignal]:
    """What each month said about money leaving, the newest first.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.
    """
    frame = read("gold.portability_signals")
    if frame is None:
        return []
    names = tuple(FundSignal.__dataclass_fields__)
    rows = (
        frame.filter(pl.col(KEY[0]) == cnpj, pl.col(KEY[1]) == subclass_id)
        .select(pl.col(n).cast(pl.Float64) if n == "score" else pl.col(n) for n in names)
        .sort("month", descending=True)
        .collect()
    )
    return [FundSignal(*row) for row in rows.iter_rows()]
