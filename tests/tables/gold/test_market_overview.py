"""gold.market_overview: ranks within a session, sectors of issuers, only spot papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
import polars as pl

from lastro.tables.gold import market_overview

DAY, MONTH = dt.date(2023, 1, 9), dt.date(2023, 1, 1)
KNOWN = dt.datetime(2023, 1, 9, 23, tzinfo=dt.UTC)


def _quote(ticker: str, close: str, turnover: str, **more: Any) -> dict[str, Any]:
    return {"ref_date": DAY, "ticker": ticker, "isin": f"BR{ticker}", "bdi_code": "02",
            "market_type": "010", "close": close, "turnover": turnover, "available_at": KNOWN,
            "month": MONTH, **more}  # fmt: skip


def _overview(
    quotes: list[dict[str, Any]], returns: dict[str, float | None], sectors: dict[str, str | None]
) -> dict[str, dict[str, Any]]:
    frames = {
        "quotes": pl.DataFrame(quotes).with_columns(
            pl.col("close").cast(pl.Decimal(20, 8)), pl.col("turnover").cast(pl.Decimal(18, 2))
        ),
        "returns": pl.DataFrame(
            [{"ref_date": DAY, "ticker": t, "split_return": r} for t, r in returns.items()],
            schema={"ref_date": pl.Date, "ticker": pl.String, "split_return": pl.Float64},
        ),
        "instruments": pl.DataFrame(
            [{"issuer": i, "sector": s} for i, s in sectors.items()],
            schema={"issuer": pl.String, "sector": pl.String},
        ),
    }
    built = market_overview.build(**{n: nw.from_native(f.lazy()) for n, f in frames.items()})
    rows: pl.DataFrame = built.to_native().collect()
    assert rows.columns == list(market_overview.CONTRACT.names)
    return {row["ticker"]: row for row in rows.to_dicts()}


def test_papers_are_ranked_by_return_and_turnover() -> None:
    quotes = [_quote("AAAA3", "1", "10"), _quote("BBBB3", "1", "30"), _quote("CCCC3", "1", "20"),
              _quote("DDDD3", "1", "5")]  # fmt: skip
    found = _overview(quotes, {"AAAA3": 0.1, "BBBB3": -0.2, "CCCC3": 0.1}, {})
    ranks = {t: (r["gainer_rank"], r["loser_rank"], r["turnover_rank"]) for t, r in found.items()}
    assert ranks == {
        "AAAA3": (1, 2, 3), "BBBB3": (3, 1, 1), "CCCC3": (1, 2, 2), "DDDD3": (None, None, 4)
    }  # fmt: skip


def test_a_sector_is_the_sum_and_the_mean_of_its_papers() -> None:
    quotes = [_quote("AAAA3", "1", "10.10"), _quote("AAAA4", "1", "20.20"),
              _quote("BBBB3", "1", "5"), _quote("CCCC3", "1", "7")]  # fmt: skip
    found = _overview(
        quotes, {"AAAA3": 0.1, "AAAA4": 0.3, "BBBB3": 0.5}, {"AAAA": "Bens", "BBBB": "Bens"}
    )
    assert str(found["BBBB3"]["sector_turnover"]) == "35.30"
    assert abs(found["BBBB3"]["sector_return"] - 0.3) < 1e-12
    assert found["CCCC3"]["sector"] is found["CCCC3"]["sector_turnover"] is None


def test_an_issuer_with_many_tickers_counts_each_paper_once() -> None:
    sectors = [{"issuer": "AAAA", "sector": "Bens"}] * 3
    instruments = pl.DataFrame(sectors).lazy()
    quotes = pl.DataFrame([_quote("AAAA3", "1", "1")]).with_columns(
        pl.col("close").cast(pl.Decimal(20, 8)), pl.col("turnover").cast(pl.Decimal(18, 2))
    )
    returns = pl.DataFrame(
        schema={"ref_date": pl.Date, "ticker": pl.String, "split_return": pl.Float64}
    )
    built = market_overview.build(
        *(nw.from_native(frame) for frame in (quotes.lazy(), returns.lazy(), instruments))
    )
    assert built.to_native().collect().height == 1


def test_options_odd_lots_and_forwards_are_no_spot_papers() -> None:
    quotes = [_quote("AAAA3", "1", "1"), _quote("AAAAB10", "1", "9", market_type="070"),
              _quote("AAAA3F", "1", "9", market_type="020"),
              _quote("AAAA11", "1", "9", bdi_code="78")]  # fmt: skip
    assert set(_overview(quotes, {}, {})) == {"AAAA3"}
