"""gold.adjusted_prices: spot prices as printed, and beside them adjusted for corporate events.

Split-adjusted prices compare numbers of shares alike; total-return prices reinvest what was paid.
Both end at today's printed price, so their *levels* before a future event were not known at the
time: use returns where time matters (``gold.returns``), never levels.

Where B3 has no row for a day, a fallback provider's may stand: only its split-adjusted close, and
only since the paper's newest event, where adjusted and printed prices are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, FLOAT, INSTANT, INTEGER, MONEY, TEXT, Column, Contract, Type
from lastro.tables.spot import is_spot

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_PRICE = Type("decimal", 20, 8)
_PRICES = ("open", "high", "low", "close")
_OPEN = "session_may_be_open"  # a provider's bar of a session that had perhaps not ended

CONTRACT = Contract(
    name="gold.adjusted_prices",
    title="Spot prices of every day: printed, split-adjusted and total-return",
    pt="Preços à vista por dia: como impressos, ajustados por quantidade e com proventos",
    columns=(
        Column("ticker", TEXT, "código", "B3 ticker of the day.", required=True),
        Column("isin", TEXT, "ISIN", "Paper; what stays where a ticker is renamed."),
        Column("ref_date", DATE, "pregão", "Session.", required=True),
        Column("open", _PRICE, "abertura", "As printed, a unit.", "BRL"),
        Column("high", _PRICE, "máximo", "As printed, a unit.", "BRL"),
        Column("low", _PRICE, "mínimo", "As printed, a unit.", "BRL"),
        Column("close", _PRICE, "fechamento", "As printed, a unit.", "BRL"),
        Column("quantity", INTEGER, "quantidade", "Units traded, as printed.", "units"),
        Column("turnover", MONEY, "volume financeiro", "Traded.", "BRL"),
        Column("split_chain", FLOAT, "fator de quantidade", "By which prices are adjusted.",
               "ratio"),
        Column("total_chain", FLOAT, "fator total", "The same with what was paid in cash.",
               "ratio"),
        Column("split_open", FLOAT, "abertura ajustada", "Split-adjusted.", "BRL"),
        Column("split_high", FLOAT, "máximo ajustado", "Split-adjusted.", "BRL"),
        Column("split_low", FLOAT, "mínimo ajustado", "Split-adjusted.", "BRL"),
        Column("split_close", FLOAT, "fechamento ajustado", "Split-adjusted.", "BRL"),
        Column("total_close", FLOAT, "fechamento com proventos",
               "Adjusted for splits and cash: its ratios are total returns.", "BRL"),
        Column("provider", TEXT, "provedor", "b3, or the fallback that filled the day."),
        Column("available_at", INSTANT, "disponível em", "When the price could be known."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("ticker", "ref_date"),
    partition="month",
    sort=("ticker", "ref_date"),
)  # fmt: skip


def build(quotes: Frame, provider_quotes: Frame, adjustment_factors: Frame) -> Frame:
    """Every spot row beside the chain that holds on its day."""
    own = quotes.filter(is_spot()).select(
        "ticker", "isin", "ref_date", *_PRICES, "quantity", "turnover", "available_at", "month",
        provider=nw.lit("b3"),
    )  # fmt: skip
    own = own.filter(nw.col("turnover") == nw.col("turnover").max().over("ticker", "ref_date"))
    filled = _filled(own, provider_quotes)
    rows = nw.concat([own, filled], how="vertical")
    chains = adjustment_factors.select(
        "isin", "valid_from", "ex_date", "split_chain", "total_chain"
    )
    held = (
        rows.select("ticker", "isin", "ref_date")
        .join(chains, on="isin", how="inner")
        .filter(nw.col("ref_date") >= nw.col("valid_from"), nw.col("ref_date") < nw.col("ex_date"))
        .select("ticker", "ref_date", "split_chain", "total_chain")
    )
    one = nw.lit(1.0)
    found = rows.join(held, on=["ticker", "ref_date"], how="left").with_columns(
        split_chain=nw.coalesce("split_chain", one), total_chain=nw.coalesce("total_chain", one)
    )
    found = found.filter((nw.col("provider") == "b3") | (nw.col("total_chain") == 1.0))
    adjusted = {
        f"split_{name}": nw.col(name).cast(nw.Float64) * nw.col("split_chain") for name in _PRICES
    }
    total = nw.col("close").cast(nw.Float64) * nw.col("total_chain")
    return found.with_columns(total_close=total, **adjusted).select(CONTRACT.names)


def _filled(own: Frame, provider_quotes: Frame) -> Frame:
    """Fallback days of tickers that B3 has, but not on that day; of several, the first by name."""
    newest = own.filter(nw.col("ref_date") == nw.col("ref_date").max().over("ticker"))
    papers = newest.select("ticker", "isin")
    printed = (nw.col("provider") != "yahoo_adjusted") & ~nw.col("flags").str.contains(_OPEN)
    missing = provider_quotes.filter(~nw.col("close").is_null(), printed).join(
        own.select("ticker", "ref_date"), on=["ticker", "ref_date"], how="anti"
    )
    first = nw.col("provider").min().over("ticker", "ref_date")
    chosen = missing.filter(nw.col("provider") == first)
    return chosen.join(papers, on="ticker", how="inner").select(
        "ticker", "isin", "ref_date", *(nw.col(name).cast(nw.Decimal(20, 8)) for name in _PRICES),
        "quantity", nw.lit(None).cast(nw.Decimal(18, 2)).alias("turnover"), "available_at",
        "month", "provider",
    )  # fmt: skip


TABLE = Table(
    CONTRACT,
    (
        Input("silver.quotes", months_back=1),
        Input("silver.provider_quotes"),
        Input("gold.adjustment_factors", months_back=None),
    ),
    build,
    pace="all",
)
