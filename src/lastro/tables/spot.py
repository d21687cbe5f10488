"""What is a spot share among B3's quotes: round lots of shares, units, receipts, funds and ETFs."""

from __future__ import annotations

import narwhals as nw

MARKET = "010"
BDI_CODES = ("02", "05", "06", "07", "08", "09", "11", "12", "14", "34")


def is_spot() -> nw.Expr:
    """Whether a row of ``silver.quotes`` is the round-lot spot price of something."""
    return (nw.col("market_type") == MARKET) & nw.col("bdi_code").is_in(BDI_CODES)
