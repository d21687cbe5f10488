"""Choosing among all fund classes: filters, order, windows, sums, what to filter by, search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from lastro.answers.folding import fold
from lastro.answers.funds import COLUMNS, FundRow
from lastro.core.errors import RequestError

WINDOW = 500  # rows in one answer at most
STRONG = 50.0  # points from which a signal is called strong
_EXACT = {
    "manager": "manager",
    "administrator": "administrator",
    "classification": "classification",
    "anbima": "anbima_classification",
    "status": "status",
}
_LEAST = {"min_worth": "net_worth", "min_score": "score", "min_holders": "holders"}
_MOST = {"max_worth": "net_worth", "max_flow": "net_flow_30d", "max_holders": "holders"}
_MASKS = str.maketrans("", "", "./- ")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which classes are wanted. A blank part asks for nothing.

    Attributes:
        q: Words of the name, or part of the CNPJ.
        manager: Any of these managers, by name.
        administrator: Any of these administrators.
        classification: Any of CVM's classes.
        anbima: Any of ANBIMA's.
        status: Any of these states of registration.
        min_worth: Net worth in BRL, at least.
        max_worth: Net worth in BRL, at most.
        min_score: Points of the portability signal, at least.
        min_holders: Holders, at least.
        max_holders: Holders, at most.
        max_flow: Net flow of 30 days in BRL, at most: 0 leaves those that lose money.
        subclasses: Whether subclasses that their class's row already counts are listed.
        sort: A column, with ``-`` before it from the greatest down.
    """

    q: str = ""
    manager: tuple[str, ...] = ()
    administrator: tuple[str, ...] = ()
    classification: tuple[str, ...] = ()
    anbima: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    min_worth: float | None = None
    max_worth: float | None = None
    min_score: float | None = None
    min_holders: int | None = None
    max_holders: int | None = None
    max_flow: float | None = None
    subclasses: bool = True
    sort: str = "-net_worth"


@dataclass(frozen=True)
class FundSums:
    """Sums over every class chosen, not only those shown; what a class's row counts counts once.

    Attributes:
        classes: Classes summed.
        net_worth: BRL.
        holders: Holders; who holds two classes is counted twice.
        net_flow_30d: BRL.
        net_flow_3m: BRL; of classes that reported each month.
        net_flow_12m: BRL; of classes that reported each month.
    """

    classes: int
    net_worth: float
    holders: int
    net_flow_30d: float
    net_flow_3m: float
    net_flow_12m: float


@dataclass(frozen=True)
class FundWindow:
    """Some of the classes chosen.

    Attributes:
        total: How many were chosen.
        offset: Place of the first of ``rows``, from 0.
        sums: Over all of them.
        rows: The classes, in the order asked for.
    """

    total: int
    offset: int
    sums: FundSums
    rows: list[FundRow]


@dataclass(frozen=True)
class FundFacet:
    """One value to filter by.

    Attributes:
        value: As the filter takes it.
        classes: Classes and subclasses that have it.
        net_worth: Theirs, BRL; what a class's row counts counts once.
    """

    value: str
    classes: int
    net_worth: float


@dataclass(frozen=True)
class FundFacets:
    """What the list may be filtered by: each value, those of most classes first.

    Attributes:
        managers: Managers.
        administrators: Administrators.
        classifications: CVM's classes.
        anbima: ANBIMA's classes.
        statuses: States of registration.
    """

    managers: list[FundFacet]
    administrators: list[FundFacet]
    classifications: list[FundFacet]
    anbima: list[FundFacet]
    statuses: list[FundFacet]


@dataclass(frozen=True)
class FundHit:
    """A class that a search found.

    Attributes:
        cnpj: Class of quotas, 14 characters.
        subclass_id: Subclass; blank is the class itself.
        name: Registered name.
        manager: Manager's name.
        classification: CVM's class of strategy.
        net_worth: BRL.
    """

    cnpj: str
    subclass_id: str
    name: str | None
    manager: str | None
    classification: str | None
    net_worth: float | None


def chosen(funds: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    """The classes wanted, in the order wanted; unknown values come last.

    Args:
        funds: As ``fund_list`` gives them.
        choice: Which.

    Raises:
        RequestError: There is no such column to sort by.
    """
    conditions = [_has_words(choice.q)] if choice.q.strip() else []
    for name, column in _EXACT.items():
        if values := getattr(choice, name):
            conditions.append(pl.col(column).is_in(list(values)))
    for name, column in _LEAST.items():
        if (least := getattr(choice, name)) is not None:
            conditions.append(pl.col(column) >= least)
    for name, column in _MOST.items():
        if (most := getattr(choice, name)) is not None:
            conditions.append(pl.col(column) <= most)
    if not choice.subclasses:
        conditions.append(~pl.col("within"))
    rows = funds.filter(conditions) if conditions else funds
    return _sorted(rows, choice.sort)


def _sorted(rows: pl.DataFrame, sort: str) -> pl.DataFrame:
    name = sort.removeprefix("-")
    if name not in COLUMNS or name == "spark":
        raise RequestError(
            "Funds cannot be sorted by '{column}'.",
            hint="Name a column of the list, such as net_worth, or -net_worth from the greatest.",
            column=name,
        )
    keys = [name, *(key for key in ("cnpj", "subclass_id") if key != name)]
    descending = [sort.startswith("-"), *(False for _ in keys[1:])]
    return rows.sort(keys, descending=descending, nulls_last=True)


def window(rows: pl.DataFrame, offset: int, limit: int, columns: tuple[str, ...]) -> dict[str, Any]:
    """Some of the chosen classes with total and sums; attributes as of ``FundWindow``.

    Args:
        rows: As ``chosen`` gives them.
        offset: Rows to leave out.
        limit: Rows to give, at most.
        columns: Only these; empty is all.
    """
    return {
        "total": rows.height,
        "offset": offset,
        "sums": sums(rows),
        "rows": rows.slice(offset, limit).select(named(columns)).to_dicts(),
    }


def named(columns: tuple[str, ...]) -> list[str]:
    """Columns asked for, CNPJ and subclass always among them; all where none is named.

    Raises:
        RequestError: There is no such column.
    """
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise RequestError(
            "The list of funds has no column '{column}'.",
            hint="The columns are those of a row asked for without choosing any.",
            column=unknown[0],
        )
    return list(dict.fromkeys(("cnpj", "subclass_id", *columns))) if columns else list(COLUMNS)


def sums(rows: pl.DataFrame) -> FundSums:
    """Sums over rows of the list; a subclass that its class's row among them counts is left out."""
    whole = rows.filter(pl.col("subclass_id") == "")["cnpj"].unique()
    once = rows.filter(~pl.col("within") | ~pl.col("cnpj").is_in(whole.implode()))
    return FundSums(
        once.height,
        _total(once["net_worth"]),
        int(once["holders"].sum() or 0),
        _total(once["net_flow_30d"]),
        _total(once["net_flow_3m"]),
        _total(once["net_flow_12m"]),
    )


def _total(money: pl.Series) -> float:
    return round(float(money.sum() or 0), 2)


def facets(funds: pl.DataFrame) -> FundFacets:
    """What the list may be filtered by."""
    columns = ("manager", "administrator", "classification", "anbima_classification", "status")
    return FundFacets(*(_facet(funds, column) for column in columns))


def _facet(funds: pl.DataFrame, column: str) -> list[FundFacet]:
    found = (
        funds.filter(pl.col(column).fill_null("") != "")
        .group_by(column)
        .agg(pl.len(), pl.col("net_worth").filter(~pl.col("within")).sum())
        .sort("len", column, descending=[True, False])
    )
    return [FundFacet(value, count, round(worth or 0.0, 2)) for value, count, worth in found.rows()]


def search(funds: pl.DataFrame, q: str, limit: int) -> list[FundHit]:
    """Classes whose name has all the words, or whose CNPJ has the characters.

    Names that begin with what was typed come first, then the largest. Accents and case do not
    count.

    Args:
        funds: As ``fund_list`` gives them.
        q: What a person typed.
        limit: Hits at most.
    """
    text = fold(q)
    if not text:
        return []
    found = funds.filter(_has_words(q)).with_columns(first=pl.col("searched").str.starts_with(text))
    found = found.sort("first", "net_worth", descending=True, nulls_last=True).head(limit)
    columns = ("cnpj", "subclass_id", "name", "manager", "classification", "net_worth")
    return [FundHit(*row) for row in found.select(columns).iter_rows()]


def _has_words(q: str) -> pl.Expr:
    """Whether each word is somewhere in the name, or all of it, unpunctuated, in the CNPJ."""
    words = fold(q).split()
    searched = pl.col("searched")
    by_name = pl.all_horizontal(
        *(searched.str.contains(word, literal=True) for word in words), pl.lit(value=True)
    )
    plain = fold(q).translate(_MASKS)
    is_number = len(plain) >= 3 and any(char.isdigit() for char in plain)
    return by_name | pl.col("cnpj").str.contains(plain, literal=True) if is_number else by_name
