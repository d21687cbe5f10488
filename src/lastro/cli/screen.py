"""What a command writes on: tables for people, TSV for pipes, JSON for machines.

Data go to standard output, everything said about them to standard error. Decoration and colour
exist on a terminal alone; numbers follow the language there and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import sys
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lastro.cli.numbers import show
from lastro.core.language import is_portuguese, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import polars as pl
    from rich.console import Console

    from lastro.lake.contract import Contract

_WIDEST = 60
_WRAPPED = 24
_BETWEEN = 3
_MOST_ROWS = 200
_EXACT = re.compile(r'"\\u0000([^"]*)\\u0000"')
_BREAKS = str.maketrans({"\t": " ", "\n": " ", "\r": " "})


class Screen:
    """Where one command writes.

    Args:
        as_json: Whether a machine reads: one JSON object on standard output, nothing else.
        simulated: Whether what is shown is simulated.
    """

    def __init__(self, *, as_json: bool, simulated: bool) -> None:
        self.as_json = as_json
        self.simulated = False
        self.mark(simulated=simulated)

    def mark(self, *, simulated: bool) -> None:
        """Say, once, that what is shown is simulated; a new lake is known only after its run."""
        if simulated and not self.simulated:
            self.note(say("SIMULATED DATA: invented for trials, true of no fund."), style="warn")
        self.simulated = self.simulated or simulated

    @cached_property
    def out(self) -> Console:
        """Standard output."""
        from rich.console import Console

        return Console(highlight=False, markup=False, soft_wrap=True)

    @cached_property
    def err(self) -> Console:
        """Standard error."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

    def note(self, text: str, *, style: str = "") -> None:
        """Say something about the data, on standard error."""
        styles = {"warn": "bold black on yellow", "dim": "dim", "": ""}
        self.err.print(text, style=styles[style] if self.err.is_terminal else "")

    def notice(self, contract: Contract) -> None:
        """Show a contract's own warning, where it has one."""
        text = contract.notice_pt if is_portuguese() else contract.notice
        if text:
            self.note(text)

    def say(self, text: str = "", *, strong: bool = False) -> None:
        """A line for a person; a machine does not get it."""
        if not self.as_json:
            self.out.print(text, style="bold" if strong and self.out.is_terminal else "")

    def json(self, **content: object) -> None:
        """The one object a machine gets."""
        sys.stdout.write(as_json({"simulated": self.simulated, **content}))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Rows: a table on a terminal, tab-separated lines in a pipe."""
        if self.out.is_terminal:
            self._draw(columns, list(rows))
            return
        sys.stdout.write("\t".join(columns) + "\n")
        for row in rows:
            sys.stdout.write("\t".join(_field(value) for value in row) + "\n")

    def frame(self, frame: pl.DataFrame) -> None:
        """A data frame as ``table`` shows rows; of a long one, a terminal gets the beginning."""
        shown = frame.head(_MOST_ROWS) if self.out.is_terminal else frame
        self.table(frame.columns, shown.iter_rows())
        if shown.height < frame.height:
            self.note(
                say(
                    "{count} more rows are not shown; --out FILE writes them all.",
                    count=show(frame.height - shown.height),
                ),
                style="dim",
            )

    def _draw(self, columns: Sequence[str], rows: list[Sequence[object]]) -> None:
        from rich import box
        from rich.table import Table

        cells = [[show(value) for value in row] for row in rows]
        numeric = [
            any(isinstance(row[place], int | float | Decimal) for row in rows)
            for place in range(len(columns))
        ]
        fitting = list(_fitting(columns, cells, numeric, self.out.width))
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for place in fitting:
            table.add_column(
                columns[place],
                justify="right" if numeric[place] else "left",
                no_wrap=numeric[place] or place != fitting[-1],
                overflow="fold" if place == fitting[-1] else "ellipsis",
                max_width=None if place == fitting[-1] else _WIDEST,
            )
        for row in cells:
            table.add_row(*(row[place] for place in fitting))
        self.out.print(table, soft_wrap=False)
        left_out = [name for place, name in enumerate(columns) if place not in fitting]
        if left_out:
            self.note(
                say(
                    "Left out for want of room: {columns}. --json or a pipe shows them all.",
                    columns=", ".join(left_out),
                ),
                style="dim",
            )


def _fitting(
    columns: Sequence[str], cells: list[list[str]], numeric: Sequence[bool], width: int
) -> Iterator[int]:
    """Places of the columns that fit side by side, from the left; at least one.

    Numbers are never cut; the last column may be a text that goes over several lines.
    """
    left = width
    for place, name in enumerate(columns):
        widest = max([len(name), *(len(row[place]) for row in cells)])
        if min(widest, _WIDEST) > left and place:
            if not numeric[place] and left >= _WRAPPED:
                yield place
            return
        yield place
        left -= min(widest, _WIDEST) + _BETWEEN


def _field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value).translate(_BREAKS)


def as_json(content: object) -> str:
    """JSON that keeps every digit of a decimal, ending in a newline."""
    text = json.dumps(_plain(content), indent=2, ensure_ascii=False)
    return _EXACT.sub(r"\1", text) + "\n"


def _plain(value: object) -> Any:
    """A value as JSON knows it; decimals keep every digit, as bare numbers."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"\0{value:f}\0"
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
