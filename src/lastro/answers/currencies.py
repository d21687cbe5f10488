"""Currencies against the real: PTAX closing rates, today's and their past."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.spans import between, span_returns
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from lastro.answers.papers import Read

FX = "silver.fx_rates"
_SPARK = 42
_FIRST = ("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD")


@dataclass(frozen=True)
class Currency:
    """One currency today, in BRL for one unit of it.

    Attributes:
        code: ISO 4217.
        buy: What banks pay.
        sell: What banks ask: contracts and funds use this one.
        change: Of `sell` against the bulletin before, ratio.
        returns: Of `sell` by span: 1m, ytd and 12m; ratios; null where history is too short.
        ref_date: Day of the bulletin.
        dates: Days of `values`.
        values: `sell` over up to 42 days, oldest first.
    """

    code: str
    buy: float
    sell: float
    change: float | None
    returns: dict[str, float | None]
    ref_date: dt.date
    dates: list[dt.date]
    values: list[float]


@dataclass(frozen=True)
class CurrencyHistory:
    """A currency through time, in BRL for one unit of it.

    Attributes:
        code: ISO 4217.
        dates: Bank days.
        buy: What banks pay.
        sell: What banks ask.
        returns: Of `sell` against the day before, ratios; null on the first of all.
        spans: Of `sell` up to the newest day, by span: 1d, 1m, ytd, 12m.
    """

    code: str
    dates: list[dt.date]
    buy: list[float]
    sell: list[float]
    returns: list[float | None]
    spans: dict[str, float | None]


def currencies(read: Read) -> list[Currency]:
    """Every currency that the lake has, the most traded first."""
    frame = read(FX)
    if frame is None:
        return []
    rows = _rows(frame)
    found = [_currency(str(code), part) for (code,), part in rows.partition_by(
        "currency", as_dict=True, maintain_order=True).items()]  # fmt: skip
    places = {code: place for place, code in enumerate(_FIRST)}
    return sorted(found, key=lambda one: (places.get(one.code, len(places)), one.code))


def history(
    read: Read, code: str, first: dt.date | None = None, last: dt.date | None = None
) -> CurrencyHistory:
    """A currency through time.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        code: ISO 4217, in any case.
        first: First day; None is its first.
        last: Last day; None is its last.

    Raises:
        NotFoundError: The lake has none of it.
    """
    code = code.strip().upper()
    frame = read(FX)
    rows = pl.DataFrame() if frame is None else _rows(frame.filter(pl.col("currency") == code))
    if rows.is_empty():
        raise NotFoundError(
            "There is no rate of the currency {code} in the lake.",
            hint="`lastro ingest bcb_fx` brings in the central bank's ten currencies.",
            code=code,
        )
    spans = span_returns(rows["ref_date"], rows["sell"])
    moved = rows.with_columns((pl.col("sell") / pl.col("sell").shift(1) - 1).alias("moved"))
    shown = moved.filter(between("ref_date", first, last))
    return CurrencyHistory(
        code,
        shown["ref_date"].to_list(),
        shown["buy"].to_list(),
        shown["sell"].to_list(),
        shown["moved"].to_list(),
        spans,
    )


def _rows(frame: pl.LazyFrame) -> pl.DataFrame:
    prices = pl.col("buy", "sell").cast(pl.Float64)
    return frame.select("currency", "ref_date", prices).sort("currency", "ref_date").collect()


def _currency(code: str, rows: pl.DataFrame) -> Currency:
    spans = span_returns(rows["ref_date"], rows["sell"])
    change = rows["sell"][-1] / rows["sell"][-2] - 1 if rows.height > 1 else None
    del spans["1d"]
    recent = rows.tail(_SPARK)
    return Currency(
        code, rows["buy"][-1], rows["sell"][-1], change, spans, rows["ref_date"][-1],
        recent["ref_date"].to_list(), recent["sell"].to_list(),
    )  # fmt: skip
