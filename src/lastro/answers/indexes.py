"""B3's indexes: levels, what they are made of on a day, what moved them, and how that changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.spans import span_returns
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from lastro.answers.papers import Read

LEVELS = "silver.index_levels"
COMPOSITION = "gold.index_composition"
CHANGES = "gold.index_changes"
_SPARK = 42
_DAY = "day"
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


def name_of(code: str) -> str:
    """The name of an index; its code where we know none."""
    return _NAMES.get(code, code)


def summaries(read: Read) -> list[IndexSummary]:
    """Every index that has a level or a portfolio, Ibovespa first, then by name."""
    levels = _levels(read, None)
    parts = {code: rows for (code,), rows in levels.partition_by("index_code", as_dict=True).items()}
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
        frame.filter(pl.col("portfolio") == _DAY)
        .group_by("index_code", "ref_date")
        .len()
        .sort("ref_date")
        .group_by("index_code", maintain_order=True)
        .last()
        .collect()
    )
    return {code: (day, size) for code, day, size in counted.rows()}


def levels_of(read: Read, code: str) -> pl.DataFrame:
    """``ref_date`` and ``level`` (points) of an index, oldest first.

    Raises:
        NotFoundError: The lake has none of it.
    """
    code = code.strip().upper()
    rows = _levels(read, code).drop("index_code")
    if rows.is_empty():
        raise unknown(code)
    return rows


def _levels(read: Read, code: str | None) -> pl.DataFrame:
    frame = read(LEVELS)
    if frame is None:
        schema = {"index_code": pl.String, "ref_date": pl.Date, "level": pl.Float64}
        return pl.DataFrame(schema=schema)
    chosen = frame if code is None else frame.filter(pl.col("index_code") == code)
    rows = chosen.select("index_code", "ref_date", pl.col("level").cast(pl.Float64))
    return rows.sort("index_code", "ref_date").collect()


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
    frame = read(COMPOSITION)
    own = pl.DataFrame() if frame is None else frame.filter(pl.col("index_code") == code).collect()
    if own.is_empty():
        raise unknown(code)
    kind = _DAY if (own["portfolio"] == _DAY).any() else "theoretical"
    own = own.filter(pl.col("portfolio") == kind)
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
    rows = _levels(read, code).filter(pl.col("ref_date") <= day).tail(2)
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
    taken_back = before * pl.col("day_return")
    contribution = pl.col("contribution") if known else taken_back
    scale = 100 if known else 1
    sector = pl.col("sector").fill_null("")
    made = rows.select(
        "rank", "ticker", "asset", "asset_type",
        sector.str.split("/").list.first().str.strip_chars().alias("group"),
        sector.alias("sector"),
        weight.alias("weight"),
        (pl.col("weight_change").cast(pl.Float64) / 100).alias("weight_change"),
        pl.col("theoretical_quantity").alias("quantity"),
        "day_return",
        (contribution / (scale if _is_percent(rows, known=known) else 1)).alias("contribution"),
    ).sort("rank", "ticker")  # fmt: skip
    has_any = made["contribution"].is_not_null().any()
    return made, ("before" if known else "close") if has_any else ""


def _is_percent(rows: pl.DataFrame, *, known: bool) -> bool:
    """Placeholder for the unit of the stored contribution."""
    return False


def _sectors(rows: pl.DataFrame) -> list[IndexSector]:
    quoted = pl.col("contribution").is_not_null()
    by = (
        rows.group_by("group")
        .agg(
            pl.col("weight").sum(),
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


def unknown(code: str) -> NotFoundError:
    """There is nothing of an index."""
    return NotFoundError(
        "There is no index {code} in the lake.",
        hint="Check the code, or bring it in: `lastro ingest b3_index_levels` and `lastro ingest "
        "b3_index_portfolio`, then `lastro build`.",
        code=code,
    )
