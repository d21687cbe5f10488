"""gold.market_overview: what rose, what fell and what was traded, each session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    MONEY,
    MONEY_SUM,
    TEXT,
    Column,
    Contract,
    Type,
)
from lastro.tables.spot import is_spot

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_KEY = ("ref_date", "ticker")
_SECTOR = ("ref_date", "sector")

CONTRACT = Contract(
    name="gold.market_overview",
    title="Each session's spot papers by return and turnover, beside their sectors",
    pt="Maiores altas, baixas e volumes de cada pregão, ao lado dos setores",
    columns=(
        Column("ref_date", DATE, "pregão", "Session.", required=True),
        Column("ticker", TEXT, "código", "B3 ticker.", required=True),
        Column("isin", TEXT, "ISIN", "Paper."),
        Column("sector", TEXT, "setor", "Sector of its issuer, as B3 classifies it today."),
        Column("close", Type("decimal", 20, 8), "fechamento", "Closing price as printed.", "BRL"),
        Column("day_return", FLOAT, "variação", "Price return since the session it traded in "
               "before; a split is none.", "ratio"),
        Column("turnover", MONEY, "volume financeiro", "Traded in the session.", "BRL"),
        Column("gainer_rank", INTEGER, "posição nas altas", "1 rose most; equals share a place."),
        Column("loser_rank", INTEGER, "posição nas baixas", "1 fell most; equals share a place."),
        Column("turnover_rank", INTEGER, "posição em volume", "1 was traded most."),
        Column("sector_turnover", MONEY_SUM, "volume do setor", "Of all its papers.", "BRL"),
        Column("sector_return", FLOAT, "variação média do setor",
               "Mean of its papers' returns, each counting the same.", "ratio"),
        Column("available_at", INSTANT, "disponível em", "When the price could be known."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=_KEY,
    partition="month",
    sort=_KEY,
)  # fmt: skip


def build(quotes: Frame, returns: Frame, instruments: Frame) -> Frame:
    """Spot quotations with their returns, ranked within each session and each sector."""
    moves = returns.select(*_KEY, day_return=nw.col("split_return"))
    sectors = instruments.group_by("issuer").agg(sector=nw.col("sector").max())
    papers = (
        quotes.filter(is_spot())
        .select(*_KEY, "isin", "close", "turnover", "available_at", "month",
                issuer=nw.col("ticker").str.slice(0, 4))
        .join(moves, on=list(_KEY), how="left")
        .join(sectors, on="issuer", how="left")
    )  # fmt: skip
    moved = ~nw.col("day_return").is_null()
    has_sector = ~nw.col("sector").is_null()
    traded = nw.col("turnover").cast(nw.Decimal(30, 2))
    return (
        papers.with_columns(
            _up=_rank("day_return", "ref_date", descending=True),
            _down=_rank("day_return", "ref_date", descending=False),
            turnover_rank=_rank("turnover", "ref_date", descending=True),
            _traded=traded.sum().over(*_SECTOR).cast(nw.Decimal(38, 2)),
            _mean=nw.col("day_return").mean().over(*_SECTOR),
        )
        .with_columns(
            gainer_rank=nw.when(moved).then(nw.col("_up")),
            loser_rank=nw.when(moved).then(nw.col("_down")),
            sector_turnover=nw.when(has_sector).then(nw.col("_traded")),
            sector_return=nw.when(has_sector).then(nw.col("_mean")),
        )
        .select(CONTRACT.names)
    )


def _rank(name: str, *within: str, descending: bool) -> nw.Expr:
    return nw.col(name).rank("min", descending=descending).over(*within).cast(nw.Int64)


TABLE = Table(
    CONTRACT,
    (
        Input("silver.quotes"),
        Input("gold.returns"),
        Input("silver.instruments", months_back=None),
    ),
    build,
    pace="all",
)
