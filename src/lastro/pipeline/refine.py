"""Refining: a month's bronze text, of one source or several, typed, built and judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from lastro.lake import _polars
from lastro.lake._polars import ROW
from lastro.lake.quality import AVAILABLE, LINE, judge, quarantined, with_checks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.lake.catalog import Table
    from lastro.lake.contract import Contract
    from lastro.sources import Source

_SEEN = "_ingested_at"
_YEARS = range(1986, 2101)  # that calendars know; a day of another year is wrong and set aside
_INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Text:
    """What one source says of a month.

    Attributes:
        source: Which.
        rows: Its bronze rows, each under a number of its own.
    """

    source: Source
    rows: pl.DataFrame

    @property
    def seen_at(self) -> dt.datetime | None:
        """When the newest of its files was first seen; None where there is none."""
        return self.rows[_SEEN].max()  # type: ignore[return-value]

    @property
    def newest(self) -> str:
        """The newest of its files."""
        found: str = self.rows.filter(pl.col(_SEEN) == self.seen_at)["_file"][0]
        return found


@dataclass(frozen=True)
class Refined:
    """A month of a silver table.

    Attributes:
        rows: What stays.
        rejects: ``_row`` and ``reason`` of what goes to quarantine.
        collapsed: Rows that repeated another value for value.
        read: Rows that were read.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame
    collapsed: int
    read: int


def gather(source: Source, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One source's texts in the order in which they were seen: of one key the later counts."""
    if not frames:
        return pl.DataFrame(schema=_polars.schema(source.bronze))
    if len(frames) == 1:
        return frames[0]
    return pl.concat(sorted(frames, key=lambda frame: frame[_SEEN][0]), how="diagonal")


def number(texts: Sequence[Text], *, anew: bool) -> list[Text]:
    """Where rows of several files stand together, number them anew and keep their former place."""
    if not anew:
        return list(texts)
    found, start = [], 1
    for text in texts:
        end = start + text.rows.height
        place = pl.int_range(start, end, dtype=pl.Int64, eager=True).alias(ROW)
        rows = text.rows.with_columns(pl.col(ROW).alias(LINE)).with_columns(place)
        found.append(Text(text.source, rows))
        start = end
    return found


def refine(table: Table, texts: Sequence[Text], month: dt.date) -> Refined:
    """Type each text, build the table from them, and judge its rows."""
    frames, faults = {}, []
    for text in texts:
        typed = read(text, month)
        frames[text.source.name] = nw.from_native(typed.rows.lazy())
        faults.append(typed.faults)
    checked = with_checks(table.build(**frames), table.contract)
    judged = judge(_polars.collected(checked.to_native()), table.contract)
    return Refined(
        judged.rows,
        pl.concat([*faults, judged.rejects]),
        judged.collapsed,
        sum(text.rows.height for text in texts),
    )


def read(text: Text, month: dt.date) -> _polars.Typed:
    """A text typed, with what every build gets besides: ``month`` and ``available_at``."""
    typed = _polars.type_text(text.rows, text.source.columns)
    rows = typed.rows.with_columns(pl.lit(month).alias("month"))
    return replace(typed, rows=_dated(text, rows))


def _dated(text: Text, rows: pl.DataFrame) -> pl.DataFrame:
    """With the instant when each row could be known, by its source's publication rule."""
    published = text.source.published
    if published is None:
        seen = text.rows.select(ROW, pl.col(_SEEN).cast(_INSTANT).alias(AVAILABLE))
        return rows.join(seen, on=ROW, how="left", maintain_order="left")
    days = rows["ref_date"].unique().drop_nulls()
    known = pl.Series(
        [published(day) if day.year in _YEARS else text.seen_at for day in days], dtype=_INSTANT
    )
    return rows.with_columns(
        pl.col("ref_date").replace_strict(days, known, return_dtype=_INSTANT).alias(AVAILABLE)
    )


def set_aside(
    texts: Sequence[Text], rejects: pl.DataFrame, contract: Contract, **constants: object
) -> pl.DataFrame:
    """The rejected rows of every text as rows of the quarantine."""
    return pl.concat(quarantined(text.rows, rejects, contract, **constants) for text in texts)
