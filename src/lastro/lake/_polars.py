"""The embedded engine: Polars types text.

Reading numbers from text is where files lie, so it is strict: what a cast would quietly round or
accept (``-0.001`` as 0.00) is looked at in the text. The common case costs one vectorised pass;
only suspects are looked at twice.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.ids import CNPJ_WEIGHTS, is_cnpj

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lastro.lake.contract import Column, Contract, Type

ROW = "_row"
MALFORMED = "_malformed"
REASON = "reason"
_FEW = 10_000  # rows
_FIRST_DAY = dt.date.min  # Polars knows a year 0, Python does not

_PLAIN: dict[str, pl.DataType] = {
    "text": pl.String(),
    "cnpj": pl.String(),
    "date": pl.Date(),
    "instant": pl.Datetime("us", "UTC"),
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "boolean": pl.Boolean(),
}


_DATE_FORMS = {  # length, then where day, month and year stand: (from, how many)
    "yyyymmdd": (8, (6, 2), (4, 2), (0, 4)),
    "dd/mm/yyyy": (10, (0, 2), (3, 2), (6, 4)),
    "dd/mm/yy": (8, (0, 2), (3, 2), (6, 2)),
    "mm-dd-yyyy": (10, (3, 2), (0, 2), (6, 4)),
}
_READ_AS_THEY_STAND = {"bare", "implied", "yyyymmdd"}  # not rewritten first: big files have them


@dataclass(frozen=True)
class Typed:
    """Text that was read: the rows without fault, and why the others have one.

    Attributes:
        rows: Typed columns plus ``_row``.
        faults: ``_row`` and ``reason`` (comma-joined codes) of every row left out of ``rows``.
    """

    rows: pl.DataFrame
    faults: pl.DataFrame


def dtype(kind: Type) -> pl.DataType:
    """The Polars type of a contract's type."""
    if kind.name == "decimal":
        return pl.Decimal(kind.precision, kind.scale)
    return _PLAIN[kind.name]


def schema(contract: Contract) -> pl.Schema:
    """The Polars schema of a contract."""
    return pl.Schema({column.name: dtype(column.type) for column in contract.columns})


def partition_value(contract: Contract, partition: str) -> dt.date | str:
    """A partition's value from its text, by the contract's type."""
    if contract[contract.partition].type.name == "date":
        return dt.date.fromisoformat(partition)
    return partition


def collected(frame: pl.LazyFrame) -> pl.DataFrame:
    """A frame's rows, worked out a column at a time.

    Of frames that fit into memory, as a month does, Polars' other way makes pieces that are then
    copied into one: a tenth more time and memory.
    """
    return frame.collect(engine="in-memory")


def type_text(text: pl.DataFrame, columns: Sequence[Column]) -> Typed:
    """Read text against a contract.

    Args:
        text: Text columns under their official headers, plus ``_row`` (line number) and
            ``_malformed`` (the whole line, where it could not be cut into fields).
        columns: What to read; a column whose headers are all absent becomes null.
    """
    raw = text.select(_raw(column, text.columns) for column in columns)
    with ThreadPoolExecutor(1) as beside:  # the one kind of text that is not read in parallel
        numbers = {c.name: beside.submit(_read_cnpj, raw[c.name]) for c in columns if _is_cnpj(c)}
        return _type_raw(text, raw, columns, {name: n.result for name, n in numbers.items()})


def _is_cnpj(column: Column) -> bool:
    return column.type.name == "cnpj"


def _type_raw(
    text: pl.DataFrame,
    raw: pl.DataFrame,
    columns: Sequence[Column],
    cnpjs: Mapping[str, Callable[[], tuple[pl.Series, pl.Series | None]]],
) -> Typed:
    typed = raw.select(_typed(column) for column in columns)
    faults: dict[str, pl.Series] = {}
    read = [column for column in columns if column.type.name not in {"text", "cnpj"}]
    both = raw.hstack(typed.rename(_read_as))
    few = raw.height <= _FEW  # calls cost more than rows: the suspects of all columns at once
    look = _suspect if few else _doubtful
    doubtful = both.select(look(c).alias(c.name) for c in read)
    for column in columns:
        name, unreadable = column.name, None
        if _is_cnpj(column):
            values, unreadable = cnpjs[name]()
            typed = typed.with_columns(values.alias(name))
        elif column in read:
            rows = (
                doubtful[name].arg_true()
                if few
                else _suspects(column, raw[name], typed[name], doubtful[name])
            )
            if not rows.is_empty():
                values, unreadable = _look_again(column, raw[name], typed[name], rows)
                typed = typed.with_columns(values.alias(name))
        if unreadable is not None:
            faults[f"unreadable_{name}"] = unreadable
        _add_missing_and_low(column, raw[name], typed[name], faults)
    torn = text[MALFORMED].is_not_null()
    if torn.any():  # nothing else of such a line means anything
        faults = {code: mask & ~torn for code, mask in faults.items()}
        faults["malformed_line"] = torn
    return _split(typed.with_columns(text[ROW]), faults)


def _raw(column: Column, present: Sequence[str]) -> pl.Expr:
    headers = [header for header in column.reads if header in present]
    if not headers:
        return pl.lit(None, pl.String).alias(column.name)
    found = pl.coalesce(headers) if len(headers) > 1 else pl.col(headers[0])
    rewritten = column.form and column.form not in _READ_AS_THEY_STAND
    return (_as_iso(found, column) if rewritten else found).alias(column.name)


def _as_iso(text: pl.Expr, column: Column) -> pl.Expr:
    """Text of another form in the plain one; what is not of that form is left to be unreadable."""
    text = text.str.strip_chars()
    length = text.str.len_bytes()
    if column.form == "pt":
        return text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    if column.form == "implied":
        scale = column.type.scale
        pointed = pl.concat_str(text.str.head(-scale), pl.lit("."), text.str.tail(scale))
        return (
            pl.when(length > scale).then(pointed).when(length > 0).then(pl.lit("?")).otherwise(text)
        )
    size, day, month, year = _DATE_FORMS[column.form]
    parts = [text.str.slice(*year), text.str.slice(*month), text.str.slice(*day)]
    if year[1] == 2:
        parts[0] = pl.when(parts[0] < "70").then(pl.lit("20")).otherwise(pl.lit("19")) + parts[0]
    return pl.when(length == size).then(pl.concat_str(parts, separator="-")).otherwise(text)


def _typed(column: Column) -> pl.Expr:
    raw = pl.col(column.name)
    match column.type.name:
        case "text":
            return raw if column.form == "bare" else raw.str.strip_chars()
        case "cnpj":
            return raw
        case "date":
            written = "%Y%m%d" if column.form == "yyyymmdd" else "%Y-%m-%d"
            return raw.str.to_date(written, strict=False)
        case _ if column.form == "implied":  # moving the point is free, writing it is not
            unscaled = raw.cast(pl.Int64, strict=False).cast(pl.Int128)
            return unscaled.reinterpret(dtype=dtype(column.type))  # too long ones are suspects
        case _:
            return raw.cast(dtype(column.type), strict=False)


def _read_as(name: str) -> str:
    return f"{name} read"


def _doubtful(column: Column) -> pl.Expr:
    """Rows that may be suspects, found at little cost: all are among them, but of ISO dates."""
    text, read = pl.col(column.name), pl.col(_read_as(column.name))
    if column.type.name == "decimal" and column.form != "implied":
        return read.is_null() | (text.str.slice(-column.type.scale - 1, 1) != ".")
    if _is_iso(column):  # few days, written many times: looked at once each
        return pl.lit(value=False)
    return _suspect(column)


def _is_iso(column: Column) -> bool:
    return column.type.name == "date" and column.form != "yyyymmdd"


def _suspects(column: Column, raw: pl.Series, typed: pl.Series, doubtful: pl.Series) -> pl.Series:
    """Places of the suspects."""
    if not _is_iso(column):
        rows = doubtful.arg_true()
        if rows.is_empty():
            return rows
        return rows.gather(_places(column, raw.gather(rows), typed.gather(rows)))
    days = raw.unique()
    read = days.to_frame().select(_typed(column)).to_series()
    return raw.is_in(days.gather(_places(column, days, read)).implode()).arg_true()


def _places(column: Column, raw: pl.Series, typed: pl.Series) -> pl.Series:
    both = pl.DataFrame([raw, typed.alias(_read_as(column.name))])
    return both.select(_suspect(column)).to_series().arg_true()


def _suspect(column: Column) -> pl.Expr:
    """Rows whose text must be looked at again: it was not read, or perhaps read too kindly."""
    text = pl.col(column.name)
    length = text.str.len_bytes()
    unread = pl.col(_read_as(column.name)).is_null() & (length > 0)
    if column.form == "implied":
        signed = text < "0"  # as + and - sort
        sized = length.is_between(column.type.scale + 1, column.type.precision)
        return unread | (signed | ~sized) & (length > 0)
    if column.form == "yyyymmdd":
        padded = text.cast(pl.Int32, strict=False).is_null()  # "2024 105" is read, kindly
        year_zero = pl.col(_read_as(column.name)) < _FIRST_DAY
        return unread | ((length != 8) | padded) & (length > 0) | year_zero
    if column.type.name == "date":
        year_zero = pl.col(_read_as(column.name)) < _FIRST_DAY
        padded = text.str.contains(r"[^0-9-]")  # "2024- 1-05" is read, kindly
        return unread | (length != 10) & (length > 0) | year_zero | padded
    if column.type.name == "decimal":
        point = text.str.find(".", literal=True)
        decimals = length - point - 1
        return unread | (decimals > column.type.scale) | point.is_null() & (length > 0)
    return unread


def _look_again(
    column: Column, raw: pl.Series, typed: pl.Series, rows: pl.Series
) -> tuple[pl.Series, pl.Series | None]:
    """Read the suspects by pattern; returns the mended column and the mask of unreadable rows."""
    kind = column.type
    written = text = raw.gather(rows).str.strip_chars()
    if column.form in _READ_AS_THEY_STAND:
        text = pl.select(_as_iso(pl.lit(written), column)).to_series()
    if kind.name == "decimal":
        good = text.str.contains(rf"^-?\d+(\.\d{{0,{kind.scale}}}0*)?$")
    elif kind.name == "date":
        good = text.str.contains(r"^\d{4}-\d{2}-\d{2}$") & ~text.str.starts_with("0000")
    else:
        good = text.str.contains(r"^-?\d+(\.0+)?$")
        text = text.str.replace(r"\.0+$", "")
    readable = pl.select(pl.when(pl.lit(good)).then(pl.lit(text))).to_series()
    values = (
        readable.str.to_date("%Y-%m-%d", strict=False)
        if kind.name == "date"
        else readable.cast(dtype(kind), strict=False)
    )
    failed = rows.filter(values.is_null() & (written != ""))
    changed = (values != typed.gather(rows)).fill_null(value=True) & values.is_not_null()
    mended = typed.scatter(rows.filter(changed), values.filter(changed)) if changed.any() else typed
    if failed.is_empty():
        return mended, None
    return mended, _mask(raw.len(), failed)


def _mask(length: int, places: pl.Series) -> pl.Series:
    return pl.repeat(value=False, n=length, eager=True).scatter(places, values=True)


def _read_cnpj(raw: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Clean and check a CNPJ once a run of equal values: files list a fund's days together."""
    if raw.is_empty():
        return raw, None
    starts = raw.ne_missing(raw.shift(1)).scatter(0, values=True)
    firsts = raw.filter(starts)
    clean = firsts.str.replace_many(dict.fromkeys("./- ", "")).str.to_uppercase()
    valid = _valid_cnpj(clean)
    run = starts.cum_sum() - 1
    values = pl.select(pl.when(pl.lit(valid)).then(pl.lit(clean))).to_series().gather(run)
    unreadable = ~valid & (clean != "")
    return values, unreadable.gather(run) if unreadable.any() else None


def _valid_cnpj(clean: pl.Series) -> pl.Series:
    """Check digits of every value; arithmetic for numbers, one by one for the rare letters."""
    number = clean.cast(pl.Int64, strict=False).fill_null(0).alias("number")
    digits = number.to_frame().select(
        (pl.col("number") // 10 ** (13 - place) % 10).alias(str(place)) for place in range(14)
    )
    expected = []
    for length in (12, 13):
        weights = CNPJ_WEIGHTS[-length:]
        rest = pl.sum_horizontal(pl.col(str(i)) * w for i, w in enumerate(weights)) % 11
        expected.append(pl.when(rest < 2).then(0).otherwise(11 - rest))
    right = (pl.col("12") == expected[0]) & (pl.col("13") == expected[1])
    plain = (clean.str.len_bytes() == 14) & ~clean.str.starts_with("+")
    valid = digits.select(right).to_series() & (number > 0) & plain.fill_null(value=False)
    lettered = clean.str.contains("[A-Z]").fill_null(value=False).arg_true()
    if lettered.is_empty():
        return valid
    return valid.scatter(lettered, [is_cnpj(text) for text in clean.gather(lettered)])


def _add_missing_and_low(
    column: Column, raw: pl.Series, typed: pl.Series, faults: dict[str, pl.Series]
) -> None:
    if column.required and typed.null_count():
        empty = typed.is_null().arg_true()
        blank = empty.filter((raw.gather(empty).str.strip_chars() == "").fill_null(value=True))
        if not blank.is_empty():
            faults[f"missing_{column.name}"] = _mask(raw.len(), blank)
    if column.least is not None:
        low = (typed < column.least).fill_null(value=False)
        if (unreadable := faults.get(f"unreadable_{column.name}")) is not None:
            low &= ~unreadable
        if low.any():
            faults[f"below_{column.least}_{column.name}"] = low


def _split(rows: pl.DataFrame, faults: dict[str, pl.Series]) -> Typed:
    """Part the rows with a fault from those without."""
    if not faults:
        return Typed(rows, pl.DataFrame(schema={ROW: rows[ROW].dtype, REASON: pl.String}))
    masks = pl.DataFrame({ROW: rows[ROW], **faults})
    broken = masks.select(pl.any_horizontal(list(faults)).fill_null(value=False)).to_series()
    reasons = masks.filter(broken).select(
        ROW,
        pl.concat_str(
            [pl.when(pl.col(code)).then(pl.lit(code)) for code in faults],
            separator=",",
            ignore_nulls=True,
        ).alias(REASON),
    )
    return Typed(rows.filter(~broken), reasons)
