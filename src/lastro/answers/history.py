"""Which window of days a list of tickers shares, and who shortens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.errors import NotFoundError, RequestError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import polars as pl


@dataclass(frozen=True)
class CommonWindow:
    """The longest window in which all of some tickers have prices.

    Attributes:
        first: Its first session; after ``last`` where they share none.
        last: Its last session.
        first_by: The ticker that begins last, and so shortens the window; blank where all begin
            together.
        last_by: The ticker that ends first; blank where all end together.
        missing: Sessions each ticker missed over its own life, where it missed any.
    """

    first: dt.date
    last: dt.date
    first_by: str
    last_by: str
    missing: dict[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether no session is common to all."""
        return self.first > self.last


def common_window(histories: pl.DataFrame, tickers: Sequence[str]) -> CommonWindow:
    """The window that tickers share, and who shortens it.

    Args:
        histories: Rows of ``gold.common_history``.
        tickers: At least one.

    Raises:
        NotFoundError: A ticker has no prices.
        RequestError: There is no ticker.
    """
    if not tickers:
        raise RequestError(
            "No ticker was named.", hint="Name those whose common history is wanted."
        )
    rows = {row["ticker"]: row for row in histories.to_dicts()}
    unknown = [ticker for ticker in tickers if ticker not in rows]
    if unknown:
        raise NotFoundError(
            "There are no prices of {tickers}.",
            hint="Check the spelling; `lastro head gold.common_history` lists what there is.",
            tickers=", ".join(unknown),
        )
    chosen = [rows[ticker] for ticker in dict.fromkeys(tickers)]
    latest = max(chosen, key=lambda row: row["first_date"])
    earliest = min(chosen, key=lambda row: row["last_date"])
    return CommonWindow(
        latest["first_date"],
        earliest["last_date"],
        latest["ticker"] if len({row["first_date"] for row in chosen}) > 1 else "",
        earliest["ticker"] if len({row["last_date"] for row in chosen}) > 1 else "",
        {row["ticker"]: row["missing"] for row in chosen if row["missing"]},
    )
