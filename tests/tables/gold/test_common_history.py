"""Each ticker's first and last session, and those it missed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def _prices(**days: str) -> list[dict[str, Any]]:
    return [
        {"ticker": ticker, "ref_date": dt.date(2024, 1, int(day))}
        for ticker, listed in days.items()
        for day in listed.split()
    ]


def test_sessions_are_those_on_which_anything_traded(
    built: Callable[..., list[dict[str, Any]]],
) -> None:
    rows = {"gold.adjusted_prices": _prices(OLD3="2 3 4 5 8", NEW3="4 8", ONE3="3")}
    found = {row["ticker"]: row for row in built("gold.common_history", rows)}
    assert {t: (r["first_date"].day, r["last_date"].day, r["sessions"], r["missing"])
            for t, r in found.items()} == {
        "OLD3": (2, 8, 5, 0), "NEW3": (4, 8, 2, 1), "ONE3": (3, 3, 1, 0),
    }  # fmt: skip
