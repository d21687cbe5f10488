"""The simulated B3: quotation files, calls on indexes and listed companies, and price reports.

It answers ``/SerHist/COTAHIST_*.ZIP``, ``/listados/{proxy}/{call}/{method}/{base64}`` and
``/pesquisapregao/download?filelist=PRyymmdd.zip``. Today counts as its evening: the session's
files are out. Nothing is told of a later day but events that have been announced.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
import threading
from calendar import monthrange
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from lastro.simulator.b3_indexes import IndexCalls
from lastro.simulator.b3_listed_calls import ListedCalls
from lastro.simulator.b3_reports import empty_zip, price_report
from lastro.simulator.cotahist import CotahistPress
from lastro.simulator.house import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.simulator.shares import ShareMarket

_HISTORY = re.compile(
    r"/SerHist/(COTAHIST_(?:A(\d{4})|M(\d{2})(\d{4})|D(\d{2})(\d{2})(\d{4})))\.ZIP"
)
_CALL = re.compile(r"/listados/(\w+/\w+/\w+)/([A-Za-z0-9+/_=-]+)")
_REPORT = re.compile(r"PR(\d{2})(\d{2})(\d{2})\.zip,?")
_ZIP = "application/x-zip-compressed"
_KEPT_FILES = 8
_MISSING = Reply(404, b"<html><body><h1>404 - SIMULATED</h1></body></html>", "text/html")


class B3House:
    """The exchange's web.

    Args:
        shares: What happened.
        today: The day it is.
        series: Option series of each underlying share in the quotation files.
    """

    def __init__(
        self, shares: ShareMarket, today: Callable[[], dt.date], *, series: int = 6
    ) -> None:
        self.market = shares
        self._today = today
        self._press = CotahistPress(shares, series)
        indexes = IndexCalls(shares, self._press.printer, today)
        self._calls = indexes.calls | ListedCalls(shares, today).calls
        self._kept: dict[tuple[str, dt.date], bytes] = {}
        self._lock = threading.Lock()

    def answer(self, path: str, query: str) -> Reply:
        """Answer a GET; 404 for a path that B3 does not have."""
        if found := _HISTORY.fullmatch(path):
            return self._history(found)
        if found := _CALL.fullmatch(path):
            return self._call(found[1], found[2])
        if path == "/pesquisapregao/download":
            return self._report(parse_qs(query).get("filelist", [""])[0])
        return _MISSING

    def _history(self, found: re.Match[str]) -> Reply:
        """A file whose span has begun; an empty body for a day without a session."""
        stem, *parts = found.groups()
        try:
            first, last = _span(*(int(part) if part else 0 for part in parts))
        except ValueError:
            return _MISSING
        last = min(last, self._today(), self.market.days[-1])
        if first > last or last < self.market.days[0]:
            return _MISSING
        days = self.market.sessions(first, last)
        if not days:
            return Reply(200, b"", _ZIP)
        body = self._once(stem, last, lambda: self._press.zipped(stem, days[0], days[-1]))
        return Reply(200, body, _ZIP)

    def _call(self, name: str, text: str) -> Reply:
        call = self._calls.get(name)
        asked = _asked(text)
        if call is None or asked is None:
            return _MISSING
        return call(asked)

    def _report(self, name: str) -> Reply:
        found = _REPORT.fullmatch(name)
        day = None
        if found:
            try:
                day = dt.date(2000 + int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                day = None
        if day is None or day > self._today() or day not in self.market.days:
            return Reply(200, empty_zip(), _ZIP)
        number = self.market.days.index(day)
        return Reply(200, self._once(name, day, lambda: price_report(self.market, number)), _ZIP)

    def _once(self, name: str, until: dt.date, make: Callable[[], bytes]) -> bytes:
        """A file's bytes, made once while it is among the last few asked for."""
        key = (name, until)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            body = self._kept.pop(key)
            self._kept[key] = body
            while len(self._kept) > _KEPT_FILES:
                del self._kept[next(iter(self._kept))]
        return body


def _span(  # the groups of the name: a year, or a month, or a day
    year: int, month: int, of_year: int, day: int, of_month: int, in_year: int
) -> tuple[dt.date, dt.date]:
    if year:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if month:
        return dt.date(of_year, month, 1), dt.date(of_year, month, monthrange(of_year, month)[1])
    return dt.date(in_year, of_month, day), dt.date(in_year, of_month, day)


def _asked(text: str) -> dict[str, Any] | None:
    """What the last part of a call says; standard or URL-safe base64, padded or not."""
    try:
        found = json.loads(base64.b64decode(f"{text.translate(_SAFE)}{'=' * (-len(text) % 4)}"))
    except (binascii.Error, ValueError):
        return None
    return found if isinstance(found, dict) else None


_SAFE = str.maketrans("-_", "+/")
