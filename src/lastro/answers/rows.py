"""Rows of any table: filtered, sorted, a choice of columns, page after page over one version.

A cursor pins the version that its first page was read from: rows neither repeat nor go missing when
the table changes between two pages.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lastro.lake.contract import Contract
    from lastro.lake.lake import AsOf, Lake

OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "like", "null")
MOST = 10_000
"""Rows of a page."""
_FILTER = re.compile(r"([^:]+):([a-z]+)(?::(.*))?", re.DOTALL)
_MOST_FILTERS = 30
_MOST_VALUES = 1000
_TRUTH = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class Filter:
    """One condition: ``net_worth:ge:1000000``.

    Attributes:
        column: Which.
        operator: One of ``OPERATORS``.
        text: What it is compared with, as text; ``in`` takes several, apart by commas; ``like``
            takes ``%`` for anything and ``_`` for one character, in any case; ``null`` takes
            true or false.
    """

    column: str
    operator: str
    text: str


@dataclass(frozen=True)
class Wanted:
    """Which rows of a table are wanted.

    Attributes:
        filters: All of them hold.
        columns: In this order; empty is every column.
        sort: Columns, ``-`` before those that fall; empty is the table's own order.
    """

    filters: tuple[Filter, ...] = ()
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Tells one wish from another: a cursor is good for its own alone."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Page:
    """Some rows.

    Attributes:
        rows: They.
        version: Version of the table that they were read from.
        total: How many there are in all; None on later pages, where nothing new is known.
        next: Cursor of the next page; None at the end.
    """

    rows: pl.DataFrame
    version: int
    total: int | None
    next: str | None


def parsed(found: Iterable[str], pairs: Iterable[tuple[str, str]] = ()) -> tuple[Filter, ...]:
    """Filters from their texts.

    Args:
        found: ``column:operator:value``.
        pairs: Column, and ``operator:value``; a value alone means ``eq``.

    Raises:
        RequestError: One is not of that form.
    """
    texts = list(found)
    for column, value in pairs:
        operator, colon, _ = value.partition(":")
        known = operator in OPERATORS and (colon or operator == "null")
        texts.append(f"{column}:{value}" if known else f"{column}:eq:{value}")
    if len(texts) > _MOST_FILTERS:
        raise RequestError(
            "There are {count} filters, and {most} are the most.",
            hint="Ask for several values of one column by `in`: uf:in:SP,RJ.",
            count=len(texts),
            most=_MOST_FILTERS,
        )
    return tuple(map(_filter, texts))


def _filter(text: str) -> Filter:
    match = _FILTER.fullmatch(text)
    if not match or match[2] not in OPERATORS:
        raise RequestError(
            "The filter '{text}' cannot be understood.",
            hint="Write column:operator:value, as net_worth:ge:1000000; operators: {known}.",
            text=text[:80],
            known=", ".join(OPERATORS),
        )
    return Filter(match[1], match[2], match[3] or "")


def listed(text: str | None) -> tuple[str, ...]:
    """Names apart by commas, each once."""
    parts = (part.strip() for part in (text or "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def chosen(frame: pl.LazyFrame, wanted: Wanted, tie: Sequence[str] = ()) -> pl.LazyFrame:
    """The rows that are wanted, in order.

    Args:
        frame: A table.
        wanted: Which of it.
        tie: Columns that tell rows apart which the wanted order leaves alike.

    Raises:
        RequestError: There is no such column, or a value is not of its column's type.
    """
    schema = frame.collect_schema()
    for name in (*wanted.columns, *(part.lstrip("-") for part in wanted.sort)):
        _known(name, schema)
    found = frame.filter(*[_condition(each, schema) for each in wanted.filters])
    if wanted.sort:
        names = [part.lstrip("-") for part in wanted.sort]
        falls = [part.startswith("-") for part in wanted.sort]
        rest = [name for name in tie if name not in names and name in schema]
        found = found.sort(
            [*names, *rest],
            descending=[*falls, *[False] * len(rest)],
            nulls_last=True,
            maintain_order=True,
        )
    return found.select(wanted.columns) if wanted.columns else found


def _known(name: str, schema: Mapping[str, Any]) -> None:
    if name not in schema:
        raise RequestError(
            "There is no column '{name}' in this table.",
            hint="Its columns: {known}.",
            name=name[:80],
            known=", ".join(schema),
        )


def _condition(wish: Filter, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    _known(wish.column, schema)
    kind, column = schema[wish.column], pl.col(wish.column)
    if wish.operator == "null":
        is_null = _value(wish, wish.text or "true", pl.Boolean())
        return column.is_null() if is_null else column.is_not_null()
    if wish.operator == "like":
        return column.cast(pl.String).str.contains(_pattern(wish.text))
    if wish.operator == "in":
        texts = wish.text.split(",")
        if len(texts) > _MOST_VALUES:
            raise _bad(wish, wish.text, kind)
        values = [_value(wish, text.strip(), kind) for text in texts]
        return column.is_in(pl.Series(values, dtype=kind).implode())
    value = pl.lit(_value(wish, wish.text, kind), dtype=kind)
    compared: dict[str, Callable[[Any], pl.Expr]] = {
        "eq": column.eq, "ne": column.ne_missing, "lt": column.lt, "le": column.le,
        "gt": column.gt, "ge": column.ge,
    }  # fmt: skip
    return compared[wish.operator](value)


def _pattern(text: str) -> str:
    """A LIKE pattern as a regular expression, whose time grows with its length alone."""
    parts = {"%": ".*", "_": "."}
    return "(?is)^" + "".join(parts.get(sign) or re.escape(sign) for sign in text) + "$"


def _value(wish: Filter, text: str, kind: pl.DataType) -> object:
    """A text as a value of a column's type."""
    try:
        return _read(text, kind)
    except (ValueError, KeyError, InvalidOperation, OverflowError):
        raise _bad(wish, text, kind) from None


def _read(text: str, kind: pl.DataType) -> object:
    readers: tuple[tuple[bool, Callable[[], object]], ...] = (
        (kind == pl.Boolean(), lambda: _TRUTH[text.lower()]),
        (kind.is_integer(), lambda: _within(int(text))),
        (kind.is_decimal(), lambda: _finite(Decimal(text), kind)),
        (kind.is_float(), lambda: float(text)),
        (kind == pl.Date(), lambda: dt.date.fromisoformat(text)),
        (isinstance(kind, pl.Datetime), lambda: _instant(text)),
    )
    return next((read() for holds, read in readers if holds), text)


def _instant(text: str) -> dt.datetime:
    """An instant; UTC where it names no zone. A plus sign of an address may have become a blank."""
    found = dt.datetime.fromisoformat(text.replace(" ", "+", 1) if "T" in text else text)
    return found.replace(tzinfo=found.tzinfo or dt.UTC).astimezone(dt.UTC)


def _within(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise OverflowError
    return value


def _finite(value: Decimal, kind: pl.DataType) -> Decimal:
    scale = getattr(kind, "scale", 0) or 0
    whole = (getattr(kind, "precision", 38) or 38) - scale
    if not value.is_finite() or abs(value) >= Decimal(10) ** whole:
        raise OverflowError
    return value.quantize(Decimal(1).scaleb(-scale))


def _bad(wish: Filter, text: str, kind: pl.DataType) -> RequestError:
    return RequestError(
        "'{text}' is not a value of the column {name}, which holds {kind}.",
        hint="Days are 2024-01-31, numbers 1234.56, truth true or false; several values of `in` "
        "stand apart by commas.",
        text=text[:80],
        name=wish.column,
        kind=str(kind),
    )


def read_page(
    lake: Lake,
    contract: Contract,
    wanted: Wanted,
    limit: int,
    *,
    as_of: AsOf = None,
    cursor: str | None = None,
) -> Page:
    """One page of a table's rows.

    Args:
        lake: Where it is.
        contract: Of the table.
        wanted: Which rows.
        limit: How many, up to ``MOST``.
        as_of: Version or instant of the first page; None is now.
        cursor: Of this page, as the one before gave it; it outweighs ``as_of``.

    Raises:
        NotFoundError: The table has nothing then.
        RequestError: The wish or the cursor is wrong.
    """
    limit = max(1, min(limit, MOST))
    version, start = _place(cursor, contract, wanted) if cursor else (None, 0)
    version, frame = pinned(lake, contract, as_of if version is None else version)
    rows = chosen(frame, wanted, contract.key)
    found = rows.slice(start, limit + 1).collect()
    more = found.height > limit
    total = None
    if not cursor:
        total = rows.select(pl.len()).collect().item() if more else found.height
    following = _cursor(version, start + limit, contract, wanted) if more else None
    return Page(found.head(limit), version, total, following)


def pinned(lake: Lake, contract: Contract, as_of: AsOf) -> tuple[int, pl.LazyFrame]:
    """A table's rows and the version that they are of.

    Raises:
        NotFoundError: It has nothing then.
    """
    newest = lake.delta(contract.name).version()
    if as_of is None or as_of == newest:
        return newest, lake.scan(contract)
    return lake.delta(contract.name, as_of).version(), lake.scan(contract, as_of=as_of)


def _cursor(version: int, start: int, contract: Contract, wanted: Wanted) -> str:
    place = json.dumps([contract.name, wanted.mark, version, start], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str, contract: Contract, wanted: Wanted) -> tuple[int, int]:
    """Version and first row of a cursor's page."""
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        name, mark, version, start = found
        good = (name, mark) == (contract.name, wanted.mark) and version >= 0 <= start < 2**62
    except (ValueError, TypeError, binascii.Error):
        good = False
    if not good or type(version) is not int or type(start) is not int:
        raise RequestError(
            "This cursor belongs to another question.",
            hint="Ask for the first page without a cursor; keep filters, columns and sort as they "
            "were for the pages that follow.",
        )
    return version, start


def instant_or_version(text: str | None) -> AsOf:
    """``as_of`` as people write it: a version's number, a day (its end) or an instant.

    Raises:
        RequestError: It is none of these.
    """
    if not text:
        return None
    if text.isdecimal() and len(text) < 10:
        return int(text)
    try:
        found = _instant(text)
        return found + dt.timedelta(days=1, microseconds=-1) if len(text) <= 10 else found
    except (ValueError, OverflowError):
        raise RequestError(
            "'{text}' is neither a version nor an instant.",
            hint="Write a version's number, a day (2024-06-30) or an instant "
            "(2024-06-30T12:00:00Z).",
            text=text[:40],
        ) from None
