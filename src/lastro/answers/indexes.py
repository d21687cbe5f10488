"""B3's indexes: which there are, their levels, and how far they went."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.spans import between, span_returns
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from lastro.answers.papers import Read

LEVELS = "silver.index_levels"
COMPOSITION = "gold.index_composition"
_SPARK = 42
DAY = "day"
_NAMES = {  # as B3 calls them
    "AGFS": "IAGRO B3", "BDRX": "BDRX B3", "GPTW": "IGPTW B3", "IBBR": "Ibovespa B3 BR+",
    "IBHB": "Ibovespa Smart High Beta", "IBLV": "Ibovespa Smart Low Volatility",
    "IBOV": "Ibovespa", "IBRA": "IBrA", "IBSD": "Ibovespa Smart Dividendos", "IBXL": "IBrX 50",
    "IBXX": "IBrX 100", "ICO2": "ICO2 B3", "ICON": "ICON", "IDIV": "IDIV",
    "IDVR": "IDIVERSA B3", "IEEX": "IEE", "IFIL": "IFIX L", "IFIX": "IFIX", "IFNC": "IFNC",
    "IGCT": "IGCT", "IGCX": "IGC", "IGNM": "IGC-NM", "IMAT": "IMAT", "IMOB": "IMOB",
    "INDX": "INDX", "ISEE": "ISE B3", "ITAG": "ITAG", "IVBX": "IVBX 2", "MLCX": "MLCX",
    "SMLL": "Small Cap", "UTIL": "UTIL",
}  # fmt: skip


@dataclass(frozen=True)
class IndexSummary:
    """One index at a glance.

    Attributes:
        code: B3's code.
        name: As B3 calls it; the code where we know no name.
        level: Newest closing level, points; null where only its portfolio is known.
        change: Against the session before, ratio.
        returns: By span: 1m, ytd and 12m; ratios; null where history is too short.
        ref_date: Session of the level.
        components: Assets of its newest portfolio; null where none is known.
        composed_on: Day of that portfolio.
        dates: Sessions of `values`.
        values: Levels of up to 42 sessions, oldest first.
    """

    code: str
    name: str
    level: float | None
    change: float | None
    returns: dict[str, float | None]
    ref_date: dt.date | None
    components: int | None
    composed_on: dt.date | None
    dates: list[dt.date]
    values: list[float]


def name_of(code: str) -> str:
    """The name of an index; its code where we know none."""
    return _NAMES.get(code, code)


def summaries(read: Read) -> list[IndexSummary]:
    """Every index that has a level or a portfolio, Ibovespa first, then by name."""
    levels = levels_rows(read, None)
    parts = {
        code: rows for (code,), rows in levels.partition_by("index_code", as_dict=True).items()
    }
    sizes = _sizes(read)
    codes = sorted({*parts, *sizes}, key=lambda code: (code != "IBOV", name_of(code)))
    return [_summary(code, parts.get(code), sizes.get(code)) for code in codes]


def _summary(
    code: str, rows: pl.DataFrame | None, size: tuple[dt.date, int] | None
) -> IndexSummary:
    composed_on, components = size or (None, None)
    if rows is None:
        return IndexSummary(
            code, name_of(code), None, None, {}, None, components, composed_on, [], []
        )
    spans = span_returns(rows["ref_date"], rows["level"])
    recent = rows.tail(_SPARK)
    return IndexSummary(
        code, name_of(code), rows["level"][-1], spans.pop("1d"), spans, rows["ref_date"][-1],
        components, composed_on, recent["ref_date"].to_list(), recent["level"].to_list(),
    )  # fmt: skip


def _sizes(read: Read) -> dict[str, tuple[dt.date, int]]:
    """Day and number of assets of each index's newest portfolio of the day."""
    frame = read(COMPOSITION)
    if frame is None:
        return {}
    counted = (
        frame.filter(pl.col("portfolio") == DAY)
        .group_by("index_code", "ref_date")
        .len()
        .sort("ref_date")
        .group_by("index_code", maintain_order=True)
        .last()
        .collect()
    )
    return {code: (day, size) for code, day, size in counted.rows()}


@dataclass(frozen=True)
class IndexLevels:
    """Closing levels of an index, session by session.

    Attributes:
        code: B3's code.
        name: As B3 calls it.
        dates: Sessions.
        levels: Points.
        returns: Against the session before, ratios; null on the first of all.
        spans: Return up to the newest session by span: 1d, 1m, ytd, 12m; null where unknown.
    """

    code: str
    name: str
    dates: list[dt.date]
    levels: list[float]
    returns: list[float | None]
    spans: dict[str, float | None]


def levels(
    read: Read, code: str, first: dt.date | None = None, last: dt.date | None = None
) -> IndexLevels:
    """Levels of an index.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        code: B3's code, in any case.
        first: First day; None is its first.
        last: Last day; None is its last.

    Raises:
        NotFoundError: The lake has no level of it.
    """
    code = code.strip().upper()
    rows = levels_rows(read, code)
    if rows.is_empty():
        raise unknown(code)
    spans = span_returns(rows["ref_date"], rows["level"])
    rows = rows.with_columns((pl.col("level") / pl.col("level").shift(1) - 1).alias("moved"))
    shown = rows.filter(between("ref_date", first, last))
    return IndexLevels(
        code, name_of(code), shown["ref_date"].to_list(), shown["level"].to_list(),
        shown["moved"].to_list(), spans,
    )  # fmt: skip


def levels_rows(read: Read, code: str | None) -> pl.DataFrame:
    """``index_code``, ``ref_date`` and ``level`` (points) of one index, or of all."""
    frame = read(LEVELS)
    if frame is None:
        schema = {"index_code": pl.String, "ref_date": pl.Date, "level": pl.Float64}
        return pl.DataFrame(schema=schema)
    chosen = frame if code is None else frame.filter(pl.col("index_code") == code)
    rows = chosen.select("index_code", "ref_date", pl.col("level").cast(pl.Float64))
    return rows.sort("index_code", "ref_date").collect()


def unknown(code: str) -> NotFoundError:
    """There is nothing of an index."""
    return NotFoundError(
        "There is no index {code} in the lake.",
        hint="Check the code, or bring it in: `lastro ingest b3_index_levels` and `lastro ingest "
        "b3_index_portfolio`, then `lastro build`.",
        code=code,
    )
