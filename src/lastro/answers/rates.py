"""Interest rates and inflation: today's, their past, and what is left of one after the other.

Everything leaves as a ratio: 0.105 is 10.5 %. The tables keep what the central bank publishes,
percent a day, a month, a period or a year.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.spans import between
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from lastro.answers.papers import Read

INTEREST = "silver.interest_rates"
INFLATION = "silver.inflation"
_DAYS = 252  # bank days of a year, by which Brazil compounds
_SPARK = 60
_ORDER = ("SELIC_TARGET", "CDI", "SELIC", "TR", "IPCA", "IPCA-15", "IGP-M", "IGP-DI")
_EMPTY: dict[str, type[pl.DataType]] = {"ref_date": pl.Date, "value": pl.Float64}
_PERIODS = {
    "percent a day": "day",
    "percent a month": "month",
    "percent a period": "period",
    "percent a year": "year",
}


@dataclass(frozen=True)
class RateCard:
    """One rate today.

    Attributes:
        code: CDI, SELIC, SELIC_TARGET, TR, IPCA, IGP-M...
        period: What `value` is of: day, month, period (of `end_date`) or year.
        value: As published, ratio.
        yearly: A daily rate compounded over 252 bank days; of price indexes the last twelve months;
            of a yearly rate itself; null where history is too short or it makes no sense.
        yearly_before: The same, before the last change of a rate that is set, at the value before
            otherwise.
        ref_date: Day it speaks of; of a month, its first day.
        end_date: Last day of the period, where it is of one.
        publisher: Who published it.
        table: The table it is from.
        dates: Days of `values`.
        values: `yearly` through time (`value` where there is none), oldest first.
    """

    code: str
    period: str
    value: float
    yearly: float | None
    yearly_before: float | None
    ref_date: dt.date
    end_date: dt.date | None
    publisher: str
    table: str
    dates: list[dt.date]
    values: list[float]


@dataclass(frozen=True)
class RateHistory:
    """A rate through time.

    Attributes:
        code: Its code.
        period: What `values` are of: day, month, period or year.
        dates: Days; of months, their first.
        values: As published, ratios.
        yearly: As in `RateCard`; null where history is too short.
    """

    code: str
    period: str
    dates: list[dt.date]
    values: list[float]
    yearly: list[float | None]


@dataclass(frozen=True)
class RealInterest:
    """What CDI left after inflation, over the twelve months up to each month.

    Attributes:
        months: First days of months.
        cdi: CDI of twelve months, ratio.
        ipca: IPCA of twelve months, ratio.
        real: (1 + cdi) / (1 + ipca) - 1.
    """

    months: list[dt.date]
    cdi: list[float]
    ipca: list[float]
    real: list[float]


def cards(read: Read, today: dt.date) -> list[RateCard]:
    """Every rate that the lake has, the best known first.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        today: The day it is: a target that is set for later does not count yet.
    """
    rows = _rates(read, today)
    found = [
        _card(str(code), part)
        for (code,), part in rows.partition_by("code", as_dict=True, maintain_order=True).items()
    ]
    places = {code: place for place, code in enumerate(_ORDER)}
    return sorted(found, key=lambda card: (places.get(card.code, len(places)), card.code))


def history(
    read: Read,
    code: str,
    today: dt.date,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> RateHistory:
    """One rate through time.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        code: As in `RateCard`, in any case.
        today: The day it is.
        first: First day; None is its first.
        last: Last day; None is its last.

    Raises:
        NotFoundError: The lake has none of it.
    """
    every = _rates(read, today)
    rows = every.filter(pl.col("code") == code.strip().upper())
    if rows.is_empty():
        raise NotFoundError(
            "There is no rate {code} in the lake.",
            hint="There are: {known}. `lastro ingest bcb_rates` brings them in.",
            code=code,
            known=", ".join(every["code"].unique().sort()) or "-",
        )
    rows = _with_yearly(rows).filter(between("ref_date", first, last))
    return RateHistory(
        code.strip().upper(), _period(every.filter(pl.col("code") == code.strip().upper())),
        rows["ref_date"].to_list(), rows["value"].to_list(), rows["yearly"].to_list(),
    )  # fmt: skip


def real_interest(read: Read, today: dt.date) -> RealInterest:
    """What CDI left after IPCA, for every month that both are known of.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        today: The day it is.
    """
    rows = _rates(read, today)
    cdi = rows.filter(pl.col("code") == "CDI").group_by(
        pl.col("ref_date").dt.month_start().alias("month"), maintain_order=True
    )
    gained = cdi.agg(((1 + pl.col("value")).log().sum()).alias("gain"))
    prices = rows.filter(pl.col("code") == "IPCA").select(
        pl.col("ref_date").alias("month"), (1 + pl.col("value")).log().alias("rise")
    )
    both = (
        gained.join(prices, on="month")
        .sort("month")
        .select(
            "month",
            (pl.col("gain").rolling_sum(12).exp() - 1).alias("cdi"),
            (pl.col("rise").rolling_sum(12).exp() - 1).alias("ipca"),
        )
        .drop_nulls()
        .with_columns(((1 + pl.col("cdi")) / (1 + pl.col("ipca")) - 1).alias("real"))
    )
    return RealInterest(*(both[name].to_list() for name in ("month", "cdi", "ipca", "real")))


def _rates(read: Read, today: dt.date) -> pl.DataFrame:
    """Interest and inflation under one set of names, values as ratios, oldest first."""
    percent = pl.col("value").cast(pl.Float64) / 100
    names = ("code", "ref_date", "end_date", "value", "period", "table", "publisher")
    frames = []
    if (interest := read(INTEREST)) is not None:
        frames.append(
            interest.select(
                pl.col("rate").alias("code"), "ref_date", "end_date", percent,
                pl.col("unit").replace_strict(_PERIODS, default="").alias("period"),
                table=pl.lit(INTEREST), publisher=pl.lit("BCB"),
            ).select(names)
        )  # fmt: skip
    if (inflation := read(INFLATION)) is not None:
        general = pl.col("index").str.starts_with("IGP")
        frames.append(
            inflation.select(
                pl.col("index").alias("code"), "ref_date",
                pl.lit(None, pl.Date).alias("end_date"), percent,
                period=pl.lit("month"), table=pl.lit(INFLATION),
                publisher=pl.when(general).then(pl.lit("FGV")).otherwise(pl.lit("IBGE")),
            ).select(names)
        )  # fmt: skip
    if not frames:
        return pl.DataFrame(schema={name: _EMPTY.get(name, pl.String) for name in names})
    rows = pl.concat(frames).filter(pl.col("ref_date") <= today, pl.col("period") != "")
    return rows.sort("code", "ref_date").collect()


def _period(rows: pl.DataFrame) -> str:
    return str(rows["period"][-1])


def _with_yearly(rows: pl.DataFrame) -> pl.DataFrame:
    """A rate's rows, with the rate a year."""
    growth = 1 + pl.col("value")
    yearly = {
        "day": growth**_DAYS - 1,
        "month": growth.log().rolling_sum(12).exp() - 1,
        "year": pl.col("value"),
    }
    found = yearly.get(_period(rows), pl.lit(None, pl.Float64))
    return rows.with_columns(found.round(12).alias("yearly"))


def _card(code: str, rows: pl.DataFrame) -> RateCard:
    rows = _with_yearly(rows)
    last = rows.row(-1, named=True)
    shown = "yearly" if last["yearly"] is not None else "value"
    past = rows.filter(pl.col(shown).is_not_null())
    moved = past.filter(pl.col(shown) != last[shown]) if last["period"] == "year" else past[:-1]
    before = moved[shown][-1] if shown == "yearly" and moved.height else None
    recent = past.tail(_SPARK)
    return RateCard(
        code, last["period"], last["value"], last["yearly"], before, last["ref_date"],
        last["end_date"], last["publisher"], last["table"],
        recent["ref_date"].to_list(), recent[shown].to_list(),
    )  # fmt: skip
