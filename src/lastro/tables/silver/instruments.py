"""silver.instruments: who issues what at B3, with tickers, sectors and lots.

One row a ticker of a company whose details are known, one without ticker for every other company of
the register, and one for a listed fund. The register's and the details' newest word counts. Sector,
subsector and industry are those of the details, else of the sector workbook; the register alone
knows an industry.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import CNPJ, DATE, INSTANT, INTEGER, TEXT, Check, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_KEY = ("issuer", "code_cvm", "ticker")
_COMPANY = ("issuer", "code_cvm")
_CLASSES = ("sector", "subsector", "industry")
_OWN = ("_row", *_KEY, "company_name", "trading_name", "cnpj", "status", "isin", "isin_ok",
        "available_at", "month")  # fmt: skip
_FOREVER = dt.date(9999, 1, 1)

CONTRACT = Contract(
    name="silver.instruments",
    title="Issuers and instruments listed at B3: tickers, ISINs, sectors and round lots",
    pt="Emissores e ativos listados na B3: códigos, ISINs, setores e lotes-padrão",
    columns=(
        Column("issuer", TEXT, "emissor", "Four letters that begin its tickers.", required=True),
        Column("code_cvm", TEXT, "código CVM", "The company's number at CVM; blank for funds.",
               required=True),
        Column("ticker", TEXT, "código de negociação", "Ticker; blank where none is known.",
               required=True),
        Column("company", TEXT, "emissor e código CVM",
               "Issuer and number, as B3 is asked for details: ABEV 23264."),
        Column("isin", TEXT, "ISIN", "ISIN of the ticker."),
        Column("company_name", TEXT, "razão social", "Registered name."),
        Column("trading_name", TEXT, "nome de pregão", "Short name."),
        Column("cnpj", CNPJ, "CNPJ", "14 characters; null for foreign issuers."),
        Column("status", TEXT, "situação", "As B3 writes it; A is active."),
        Column("market", TEXT, "mercado", "BOLSA or an organised counter."),
        Column("listing_segment", TEXT, "segmento de listagem", "NM, N1, N2, MA, MB, DR3..."),
        Column("sector", TEXT, "setor econômico", "Sector."),
        Column("subsector", TEXT, "subsetor", "Subsector."),
        Column("industry", TEXT, "segmento econômico", "Industry."),
        Column("round_lot", INTEGER, "lote-padrão", "Shares of a round lot.", "shares"),
        Column("listed_on", DATE, "data de listagem", "Day of listing; null where B3 knows none."),
        Column("available_at", INSTANT, "disponível em", "When it was first seen."),
        Column("flags", TEXT, "marcas", "Codes of what is odd, joined by commas."),
        Column("month", DATE, "mês", "Always 1970-01-01: the table is one partition.",
               required=True),
    ),
    key=_KEY,
    partition="month",
    sort=_KEY,
    checks=(
        Check(
            "missing_issuer", "The row names no issuer.", lambda: nw.col("issuer") == "",
        ),
        Check(
            "isin_check_digit", "The ISIN's check digit is wrong.",
            lambda: nw.col("isin_ok") == 0, action="flag",
        ),
    ),
    freshness=dt.timedelta(days=15),
)  # fmt: skip


def build(b3_instruments: Frame, b3_corporate_actions: Frame) -> Frame:
    """Tickers and companies side by side, each with its sector, listing and lot."""
    rows = _newest(_clean(b3_instruments))
    record = nw.col("record")
    register = rows.filter((record == "company") | (record == "fund"))
    details = rows.filter((record == "ticker") | (record == "detail"))
    listing = register.group_by(*_COMPANY).agg(
        nw.col("listing_segment", "listed_on", "segment").max()
    )
    known = details.select(
        *_OWN, *_CLASSES, _market=nw.col("listing_segment")
    ).join(listing, on=list(_COMPANY), how="left")  # fmt: skip
    alone = register.join(details.select(*_COMPANY).unique(), on=list(_COMPANY), how="anti")
    either = [*_OWN, *_CLASSES, "_market", "listing_segment", "listed_on", "segment"]
    whole = nw.concat(
        [
            known.select(either),
            alone.with_columns(_market=nw.lit(None).cast(nw.String)).select(either),
        ],
        how="vertical",
    )
    return (
        whole.join(_sectors(rows), on="issuer", how="left")
        .join(_lots(b3_corporate_actions), on="issuer", how="left")
        .with_columns(
            company=nw.when(nw.col("code_cvm") != "").then(
                nw.concat_str(["issuer", "code_cvm"], separator=" ")
            ),
            listing_segment=nw.coalesce("listing_segment", "book_segment", "_market"),
            sector=nw.coalesce("sector", "book_sector"),
            subsector=nw.coalesce("subsector", "book_subsector"),
            industry=nw.coalesce("industry", "book_industry", "segment"),
            listed_on=nw.when(nw.col("listed_on") < _FOREVER).then(nw.col("listed_on")),
        )
        .select("_row", "isin_ok", *(name for name in CONTRACT.names if name != "flags"))
    )


def _clean(rows: Frame) -> Frame:
    """What is blank is unknown, but for what names a row, which is blank where unknown."""
    texts = ("company_name", "trading_name", "status", "isin", "listing_segment", "segment",
             *_CLASSES)  # fmt: skip
    blank = {name: nw.when(nw.col(name) != "").then(nw.col(name)) for name in texts}
    return rows.with_columns(**blank, **{name: nw.col(name).fill_null("") for name in _KEY})


def _newest(rows: Frame) -> Frame:
    """Of each company's rows, those of the newest file of their kind."""
    of = ("record", *_COMPANY)
    newest = rows.with_columns(_newest=nw.col("ref_date").max().over(*of))
    return newest.filter(nw.col("ref_date") == nw.col("_newest")).drop("_newest")


def _sectors(rows: Frame) -> Frame:
    """The workbook's classification of each issuer."""
    classes = {f"book_{name}": nw.col(name).max() for name in _CLASSES}
    return (
        rows.filter(nw.col("record") == "sector")
        .group_by("issuer")
        .agg(**classes, book_segment=nw.col("listing_segment").max())
    )


def _lots(b3_corporate_actions: Frame) -> Frame:
    """Round lot and market of each issuer, from the newest supplement that says them."""
    said = b3_corporate_actions.filter(nw.col("kind") == "company").with_columns(
        _newest=nw.col("snapshot").max().over("issuer")
    )
    return (
        said.filter(nw.col("snapshot") == nw.col("_newest"))
        .group_by("issuer")
        .agg(nw.col("round_lot").max(), nw.col("market").max())
    )


TABLE = Table(
    CONTRACT,
    (Input("bronze.b3_instruments"), Input("bronze.b3_corporate_actions")),
    build,
    by_content=True,
)
