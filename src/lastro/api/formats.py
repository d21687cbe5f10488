"""Rows in the format that the caller asks for: JSON, CSV, Arrow, Parquet or a workbook.

Figures leave as JSON numbers, decimals digit by digit; what is unknown, or no number, is null.
Text that a spreadsheet would run leaves CSV with an apostrophe before it, and a workbook as text.
"""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import orjson
import polars as pl
from pydantic import BaseModel

from lastro.core.errors import RequestError
from lastro.exports.csv import harmless

if TYPE_CHECKING:
    from collections.abc import Callable

Format = Literal["json", "csv", "arrow", "parquet", "xlsx"]

MEDIA: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BY_MEDIA = {media.partition(";")[0]: name for name, media in MEDIA.items()}
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
_MOST_SHEET_ROWS = 1_048_575


def chosen(asked: str | None, accept: str) -> Format:
    """The format of an answer: as ``?format=`` says, else the first of ``Accept`` that we speak.

    Raises:
        RequestError: There is no such format.
    """
    if asked is not None:
        if asked not in MEDIA:
            raise RequestError(
                "There is no format called '{name}'.",
                hint="Known ones: {known}.",
                name=asked[:40],
                known=", ".join(MEDIA),
            )
        return asked
    for part in accept[:500].split(","):
        found = _BY_MEDIA.get(part.partition(";")[0].strip().lower())
        if found is not None:
            return found
    return "json"


def to_json(value: object) -> bytes:
    """JSON of whatever an answer is made of: dataclasses, models, frames, days, decimals."""
    return orjson.dumps(value, _plain, _OPTIONS)


def _plain(value: Any) -> Any:
    for kinds, convert in _CONVERSIONS:
        if isinstance(value, kinds):
            return convert(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _of_series(series: pl.Series) -> list[Any]:
    """Values of a column; decimals as the nearest double, which is what a reader of JSON gets."""
    if series.dtype.is_decimal():
        series = series.cast(pl.Float64)
    return series.to_list()


def _of_frame(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(pl.selectors.decimal().cast(pl.Float64)).to_dicts()


def _of_decimal(value: Decimal) -> orjson.Fragment | None:
    return orjson.Fragment(f"{value:f}") if value.is_finite() else None


_CONVERSIONS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (Decimal, _of_decimal),
    (pl.DataFrame, _of_frame),
    (pl.Series, _of_series),
    (BaseModel, lambda model: model.model_dump(by_alias=True)),
    ((set, frozenset), sorted),
    (tuple, list),
)


def written(frame: pl.DataFrame, form: Format) -> bytes:
    """A frame as the bytes of a file.

    Args:
        frame: The rows.
        form: Any but ``json``.

    Raises:
        RequestError: A workbook does not take so many rows.
    """
    body = io.BytesIO()
    if form == "csv":
        spoken = harmless(frame.lazy()).collect()
        spoken.write_csv(body, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    elif form == "arrow":
        frame.write_ipc_stream(body)
    elif form == "parquet":
        frame.write_parquet(body, compression="zstd", compression_level=1)
    else:
        _workbook(frame, body)
    return body.getvalue()


def _workbook(frame: pl.DataFrame, body: io.BytesIO) -> None:
    if frame.height > _MOST_SHEET_ROWS:
        raise RequestError(
            "A sheet takes {most} rows and these are {rows}.",
            hint="Narrow the rows down, or ask for Parquet or CSV.",
            most=_MOST_SHEET_ROWS,
            rows=frame.height,
        )
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - only workbooks need it

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(body, options) as book:
        frame.with_columns(
            pl.selectors.datetime()
            .dt.convert_time_zone("America/Sao_Paulo")
            .dt.replace_time_zone(None)
        ).write_excel(book, "Lastro", autofit=frame.height < 5000, freeze_panes=(1, 0))
