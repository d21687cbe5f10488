"""exports/excel: one workbook, a sheet a table, a cover before them.

As people expect of a workbook: days are days, amounts are numbers with the reader's own separators,
ratios are percentages, CNPJ and tickers are text that keeps its zeros, the header stays in view and
filters. Headers are Portuguese; the note on each holds the lake's name, unit and meaning. Instants
are Brasília's civil time. Text is always written as text: ``=1+1`` is not run.

Excel keeps 15 digits of a number: integers beyond them are written as text, amounts are rounded.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.clock import BRASILIA
from lastro.core.errors import RequestError
from lastro.core.language import is_portuguese, say
from lastro.exports import Sink, Written
from lastro.exports._files import labelled, whole

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

    from lastro.exports import Given, Order
    from lastro.lake.contract import Column, Contract

MOST_ROWS = 1_048_575  # of a sheet, below its header
_LONGEST = 32_767  # characters of a cell
_DIGITS = 15
_SHEET_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LOCAL_DAY, _LOCAL_INSTANT = 14, 22  # Excel's own formats, which follow the reader's country
_PLAIN = ("@", "0", "#,##0", "#,##0.00", "0.00%", "General")
_FIRST_YEAR = 1900
_NARROWEST, _WIDEST = 10, 48
_SAMPLE = 200  # rows that a column's width is taken from


def write(order: Order) -> list[Written]:
    """Write every table of the order into one workbook.

    Raises:
        RequestError: A table has more rows than a sheet takes, the path cannot be written, or the
            predicate fails on a value.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - only this sink needs it

    target = _path(order)
    counts = [_counted(table) for table in order.tables]
    done = []
    with whole([target]) as (draft,):
        book = xlsxwriter.Workbook(str(draft), {"constant_memory": True})
        formats = _formats(book)
        taken = {say("About").lower()}
        _cover(book.add_worksheet(say("About")), order, counts, formats)
        for table, (rows, _) in zip(order.tables, counts, strict=True):
            sheet = book.add_worksheet(_sheet_name(table.contract, taken))
            _fill(sheet, table, formats)
            done.append(Written(table.name, str(target), table.version, rows))
        book.set_properties({"title": "Lastro", "created": order.at.replace(tzinfo=None)})
        book.close()
    return done


def _path(order: Order) -> Path:
    only = order.tables[0].name if len(order.tables) == 1 else "lastro"
    target = Path(order.target or ".")
    if target.suffix.lower() != ".xlsx" or target.is_dir():
        target /= f"{only}.xlsx"
    return labelled(target, order)


def _counted(table: Given) -> tuple[int, dt.date | None]:
    """Rows and newest day of a table that fits into a sheet.

    Raises:
        RequestError: It does not.
    """
    rows, newest = table.extent()
    if rows > MOST_ROWS:
        raise RequestError(
            "{table} has {rows} rows, and a sheet of Excel takes {most}.",
            hint="Narrow it by --where or --since, or write it whole: `lastro export parquet "
            "{table}`, which Power BI and Power Query read.",
            table=table.name,
            rows=rows,
            most=MOST_ROWS,
        )
    return rows, newest


def _sheet_name(contract: Contract, taken: set[str]) -> str:
    """A name that Excel takes: short, plain, and not there yet."""
    whole_name = contract.name.translate(_FORBIDDEN)
    name, count = whole_name[:_SHEET_NAME], 1
    while name.lower() in taken:
        count += 1
        name = f"{whole_name[: _SHEET_NAME - 3]}~{count}"
    taken.add(name.lower())
    return name


# formats


def _formats(book: Workbook) -> dict[object, Format]:
    """Every format in use: by name, or by its number format (Excel's own have numbers)."""
    box = {"text_wrap": True, "valign": "top"}
    found: dict[object, Format] = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE6EE", "bottom": 1, **box}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "warning": book.add_format({"bold": True, "bg_color": "#FFD400"}),
        "wrap": book.add_format(box),
    }
    scales = (_decimals(scale) for scale in range(1, 39))
    for shown in (*_PLAIN, _LOCAL_DAY, _LOCAL_INSTANT, *scales):
        found[shown] = book.add_format({"num_format": shown})
    return found


def _decimals(scale: int) -> str:
    """Two decimals always, and those beyond them where there are any."""
    return "#,##0." + "0" * min(scale, 2) + "#" * min(max(scale - 2, 0), 10)


def _shown(column: Column) -> object:
    """A column's number format."""
    if column.unit == "ratio":
        return "0.00%"
    kind, unit = column.type, column.unit
    by_kind: dict[str, object] = {
        "date": _LOCAL_DAY,
        "instant": _LOCAL_INSTANT,
        "integer": "#,##0" if unit else "0",  # a number without a unit is a code
        "decimal": _decimals(kind.scale) if kind.scale else "#,##0",
        "float": "#,##0.00" if unit == "BRL" else "General",
        "boolean": "General",
    }
    return by_kind.get(kind.name, "@")


# a sheet


def _fill(sheet: Worksheet, table: Given, formats: dict[object, Format]) -> None:
    columns = table.columns
    rows = table.rows().select(column.name for column in columns)
    cells = rows.select(_cell(column, rows[column.name]) for column in columns)
    shown = [formats[_shown(column)] for column in columns]
    for place, (column, heading) in enumerate(zip(columns, _headings(columns), strict=True)):
        width = _width(heading, cells[column.name])
        sheet.set_column(place, place, width, shown[place])
        sheet.write_string(0, place, heading, formats["head"])
        sheet.write_comment(0, place, _note(column), {"x_scale": 2})
    writers = [_writer(sheet, cell) for cell in cells.dtypes]
    for number, row in enumerate(cells.iter_rows(), 1):
        for place, value in enumerate(row):
            if value is not None:
                writers[place](number, place, value, shown[place])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows.height, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{rows.height + 1}"})


def _cell(column: Column, values: pl.Series) -> pl.Expr:
    """A column as Excel can hold it; null is an empty cell."""
    value = pl.col(column.name)
    match column.type.name:
        case "instant":
            return value.dt.convert_time_zone(BRASILIA.key).dt.replace_time_zone(None)
        case "float":
            return pl.when(value.is_finite()).then(value)
        case "decimal":
            return value.cast(pl.Float64)
        case "integer" if (values.abs() >= 10**_DIGITS).any():
            return value.cast(pl.String)
        case "text" | "cnpj":
            cut = value.str.head(_LONGEST - 1) + pl.lit("…")
            return pl.when(value.str.len_chars() > _LONGEST).then(cut).otherwise(value)
    return value


def _writer(sheet: Worksheet, kind: pl.DataType) -> Callable[..., object]:
    text: Callable[..., object] = sheet.write_string  # never a formula, whatever it begins with
    other: Callable[..., object] = (
        sheet.write_boolean if kind == pl.Boolean() else sheet.write_number
    )

    def _time(row: int, place: int, value: dt.date, shown: Format) -> None:
        if value.year < _FIRST_YEAR:
            text(row, place, value.isoformat())
        else:
            sheet.write_datetime(row, place, value, shown)

    if kind.is_temporal():
        return _time
    return text if kind == pl.String() else other


def _headings(columns: Sequence[Column]) -> list[str]:
    """Portuguese names; one that stands twice is told apart by the lake's own."""
    counts = Counter(column.pt for column in columns)
    return [c.pt if counts[c.pt] == 1 else f"{c.pt} ({c.name})" for c in columns]


def _note(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.name}{unit}\n{column.doc}".strip()


def _width(heading: str, cells: pl.Series) -> float:
    """Characters wide enough for the heading's longest word and most values."""
    beginning = cells.head(_SAMPLE).drop_nulls()
    if beginning.is_empty():
        widest = 0
    elif cells.dtype == pl.String():
        widest = int(beginning.str.len_chars().max() or 0)  # type: ignore[arg-type]
    elif cells.dtype.is_numeric():
        widest = len(f"{float(beginning.abs().max() or 0):,.2f}")  # type: ignore[arg-type]
    else:
        widest = 16 if cells.dtype == pl.Datetime("us") else _NARROWEST
    word = max(len(part) for part in [*heading.split(), ""])
    return min(max(widest + 2, word + 4, _NARROWEST), _WIDEST)


# the cover


def _cover(
    sheet: Worksheet,
    order: Order,
    counts: Sequence[tuple[int, dt.date | None]],
    formats: dict[object, Format],
) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 5, 18)
    sheet.write_string(0, 0, "Lastro", formats["title"])
    line = 1
    if order.simulated:
        said = say("SIMULATED DATA: invented for trials, true of no fund.")
        sheet.write_string(line, 0, said, formats["warning"])
        line += 1
    written = order.at.astimezone(BRASILIA).replace(tzinfo=None)
    sheet.write_string(line, 0, say("Written at (Brasília)"))
    sheet.write_datetime(line, 1, written, formats[_LOCAL_INSTANT])
    sheet.write_string(line + 1, 0, say("Lake"))
    sheet.write_string(line + 1, 1, order.lake)
    line += 3
    headings = (say("table"), say("title"), say("version"), say("rows"), say("newest day"),
                say("source"))  # fmt: skip
    for place, heading in enumerate(headings):
        sheet.write_string(line, place, heading, formats["head"])
    for table, (rows, newest) in zip(order.tables, counts, strict=True):
        line += 1
        sheet.write_string(line, 0, table.name, formats["bold"])
        sheet.write_string(line, 1, _title(table.contract), formats["wrap"])
        sheet.write_number(line, 2, table.version)
        sheet.write_number(line, 3, rows, formats["#,##0"])
        if newest:
            sheet.write_datetime(line, 4, newest, formats[_LOCAL_DAY])
        sheet.write_string(line, 5, table.origin)
        for said in _asides(table):
            line += 1
            sheet.write_string(line, 1, said, formats["wrap"])
    sheet.freeze_panes(1, 0)


def _title(contract: Contract) -> str:
    return contract.pt if is_portuguese() else contract.title


def _asides(table: Given) -> list[str]:
    """What a reader of the table must know: its contract's warning, and what was left out."""
    contract = table.contract
    notice = contract.notice_pt if is_portuguese() else contract.notice
    asked = say("Only rows where: {where}", where=table.where) if table.where else ""
    return [said for said in (notice, asked) if said]


SINK = Sink("excel", "An Excel workbook, a sheet a table", "Uma planilha Excel, uma aba por tabela",
            "file", write)  # fmt: skip
