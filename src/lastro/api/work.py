"""One run in a process of its own: what a person asks for over HTTP, so that it can be ended.

The order is one JSON object on standard input. What is done goes out line by line on standard
output, in JSON: ``progress`` while it works, ``report`` and ``error`` at the end. Standard input
stays open as a lifeline: whoever gave the order closes it, or dies, and the run ends as by Ctrl-C.
A lake is whole wherever that falls.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lastro.core.clock import SystemClock, today_in_brasilia
from lastro.core.errors import ConfigError, LastroError, UpstreamError
from lastro.core.language import SPOKEN, explain, say
from lastro.core.lifeline import follow
from lastro.simulator import CLASSES, MONTHS
from lastro.wiring import platform

if TYPE_CHECKING:
    from lastro.pipeline.report import Report
    from lastro.run import Run
    from lastro.wiring import Platform

_PAUSE = 0.25  # seconds between two lines of progress


@dataclass(frozen=True)
class Order:
    """What a run shall do.

    Attributes:
        lake: Address of the lake.
        kind: ``ingest`` (and build), ``build``, ``retry``, ``due`` or ``simulate``.
        source: Which source to ingest.
        first: First day wanted, as ISO text; blank asks for what is due.
        last: Last day wanted; blank is today.
        language: ``pt`` or ``en``: in which errors are told.
    """

    lake: str
    kind: str
    source: str = ""
    first: str = ""
    last: str = ""
    language: str = "pt"

    def as_json(self) -> str:
        """One line, to be read by ``Order.read``."""
        return json.dumps(asdict(self))

    @staticmethod
    def read(line: str) -> Order:
        """The order that a line says."""
        return Order(**json.loads(line))


class Teller:
    """Tells how far a run is, a few times a second and only what is new.

    Args:
        out: Where to.
    """

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._rows: dict[str, int] = {}
        self._step = ""
        self._planned: int | None = None
        self._report: Report | None = None
        self._told: dict[str, Any] = {}
        threading.Thread(target=self._tick, daemon=True).start()

    def begin(self, report: Report, planned: int | None) -> None:
        """A run has begun, which will ask for so many files; None where nobody can tell."""
        self._report, self._planned = report, planned

    def advance(self, step: str, rows: int) -> None:
        """A step has gone through so many more rows."""
        with self._lock:
            self._rows[step] = self._rows.get(step, 0) + rows
            self._step = step

    def say(self, **told: Any) -> None:
        """Write one line."""
        with self._lock:
            self._out.write(json.dumps(told, ensure_ascii=False) + "\n")
            self._out.flush()

    def end(self) -> None:
        """Tell the last state, and no more."""
        self._ended.set()
        self._tell()

    def _tick(self) -> None:
        while not self._ended.wait(_PAUSE):
            with contextlib.suppress(RuntimeError):  # the report grew while it was read
                self._tell()

    def _tell(self) -> None:
        report = self._report
        asked = [*report.landed, *report.unchanged, *report.missing] if report else []
        with self._lock:
            now = {
                "step": self._step,
                "rows": sum(self._rows.values()),
                "tables": dict(self._rows),
                "files_planned": self._planned,
                "files_asked": len(asked),
                "files_landed": len(report.landed) if report else 0,
                "files_failed": len(report.failed) if report else 0,
            }
        if now != self._told:
            self._told = now
            self.say(progress=now)


def do(order: Order, teller: Teller) -> None:
    """Do what an order says, and tell its report; also where it failed on the way.

    Raises:
        LastroError: It could not be done, or only in part.
    """
    if order.kind == "simulate":
        _simulate(order, teller)
        return
    house = platform(order.lake)
    failure: UpstreamError | ConfigError | None = None
    with house.run(teller.advance) as run:
        teller.begin(run.report, _planned(house, order))
        try:
            _work(run, order)
        except (UpstreamError, ConfigError) as error:
            failure = error
    teller.say(report=run.report.as_json())
    if failure:
        raise failure


def _work(run: Run, order: Order) -> None:
    if order.kind == "ingest":
        run.ingest(order.source, _day(order.first), _day(order.last), build=True)
    elif order.kind == "due":
        run.due()
    else:
        if order.kind == "retry":
            run.retry()
        run.build()


def _simulate(order: Order, teller: Teller) -> None:
    from lastro.trial import bring_in  # noqa: PLC0415 - the simulator is large and seldom wanted

    _, reports = bring_in(Path(order.lake), CLASSES, MONTHS, teller.advance)
    whole = reports[-1].as_json()
    for report in reports[:-1]:
        told = report.as_json()
        whole["landed"] = told["landed"] + whole["landed"]
        whole["tables"] = told["tables"] | whole["tables"]
    teller.say(report=whole)


def _planned(house: Platform, order: Order) -> int | None:
    """How many files an ingest will ask for, where that is known before."""
    if order.kind != "ingest" or not order.first:
        return None
    source, today = house.sources[order.source], today_in_brasilia(SystemClock())
    first, last = dt.date.fromisoformat(order.first), _day(order.last) or today
    return len(source.plan(first, last, today, **house.context(source)))


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def main() -> None:
    """Do the order on standard input and leave; the exit code is that of the error's class."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what a library prints must not end up among our lines
        order = Order.read(sys.stdin.readline())
        SPOKEN.set(order.language)
        follow(sys.stdin)
        code = _told(order, Teller(out))
    os._exit(code)


def _told(order: Order, teller: Teller) -> int:
    try:
        do(order, teller)
    except KeyboardInterrupt:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        teller.end()
        return 130
    except LastroError as error:
        teller.end()
        message, hint = explain(error)
        teller.say(error={"class": type(error).__name__, "message": message, "hint": hint})
        return error.exit_code
    except BaseException as error:  # noqa: BLE001 - the last net: Rust panics are no Exception
        teller.end()
        message = say("Lastro failed in a way it should not: {error}", error=repr(error))
        hint = say("It is our bug, and your data are as they were: please report the lines above.")
        teller.say(error={"class": type(error).__name__, "message": message, "hint": hint})
        return 70
    teller.end()
    return 0


if __name__ == "__main__":
    main()
