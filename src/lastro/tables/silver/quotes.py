"""silver.quotes: what every paper did in every market and session of B3, in prices of one paper.

All markets are kept: spot, odd lot, forward, options, exercises, auctions. Prices are as traded,
never adjusted for proceeds or splits.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    DATE,
    INSTANT,
    INTEGER,
    MONEY,
    TEXT,
    Check,
    Column,
    Contract,
    Type,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

UNIT_PRICE = Type("decimal", 20, 8)
RAW_PRICE = Type("decimal", 13, 2)
POINTS = Type("decimal", 13, 6)
PRICES = ("open", "high", "low", "average", "close", "bid", "ask")
FACTORS = tuple(10**power for power in range(7))
BDI_CODES = (
    "00", "02", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "18", "22", "26", "32",
    "33", "34", "35", "36", "37", "38", "42", "46", "48", "49", "50", "51", "52", "53", "54", "56",
    "58", "60", "61", "62", "66", "68", "70", "71", "74", "75", "78", "82", "83", "84", "90", "92",
    "93", "96", "99",
)  # fmt: skip
MARKET_TYPES = ("010", "012", "013", "017", "020", "021", "030", "050", "060", "070", "080")
ISIN_SINCE = dt.date(1995, 5, 15)
_NEVER = dt.date(9999, 12, 31)  # how B3 writes that there is no expiry
_LETTERS = {chr(ord("A") + place): str(10 + place) for place in range(26)}
_ISIN = r"^[A-Z]{2}[0-9A-Z]{9}[0-9]$"
_LONGEST = 24  # digits of an ISIN whose letters are written as numbers
_CENT, _NOTHING = Decimal("0.01"), Decimal("0.00")


def _price(name: str, pt: str, doc: str) -> Column:
    return Column(name, UNIT_PRICE, pt, doc, "BRL")


def _raw(name: str, pt: str) -> Column:
    doc = f"As printed: the {name} of quotation_factor papers."
    return Column(f"raw_{name}", RAW_PRICE, pt, doc, "BRL")


def _turnover(more: Decimal) -> nw.Expr:
    """Turnover and so much more, times the factor: compared with prices times quantities."""
    turnover = (nw.col("turnover") + nw.lit(more)).cast(nw.Decimal(19, 2))
    return turnover * nw.col("quotation_factor").cast(nw.Decimal(18, 0))


def _worth(more: Decimal) -> nw.Expr:
    """The quantity at the average price and so much more."""
    average = (nw.col("raw_average") + nw.lit(more)).cast(nw.Decimal(14, 2))
    return average * nw.col("quantity").cast(nw.Decimal(18, 0))


def _out_of_bounds() -> nw.Expr:
    """Average and turnover are both cut to the cent, so each may be up to a cent more."""
    low = _turnover(_CENT) <= _worth(_NOTHING)
    return low | ((_turnover(_NOTHING) >= _worth(_CENT)) & (nw.col("quantity") > 0))


CONTRACT = Contract(
    name="silver.quotes",
    title="Daily prices, trades and turnover of every paper and market of B3, unadjusted",
    pt="Preços, negócios e volume diários de cada papel e mercado da B3, sem ajuste",
    columns=(
        Column("ref_date", DATE, "data do pregão", "Session.", required=True),
        Column("ticker", TEXT, "código de negociação", "Trading code.", required=True),
        Column("bdi_code", TEXT, "código BDI", "Section of B3's bulletin: 02 round lot, 12 fund, "
               "14 ETF, 34 BDR, 62 forward, 78 and 82 options, 96 odd lot...", required=True),
        Column("market_type", TEXT, "tipo de mercado", "010 spot, 012 and 013 exercise, 017 "
               "auction, 020 odd lot, 030 forward, 070 calls, 080 puts.", required=True),
        Column("term", TEXT, "prazo do termo", "Days of a forward; 000 on options, else blank.",
               required=True),
        Column("isin", TEXT, "código ISIN", "ISIN; before 1995-05-15 a code of B3's own."),
        Column("short_name", TEXT, "nome resumido", "Issuer, shortened to 12 letters."),
        Column("specification", TEXT, "especificação", "Class, event marks (ED, EJ...), segment."),
        Column("currency", TEXT, "moeda", "Reference currency, as B3 writes it."),
        _price("open", "abertura", "First price."),
        _price("high", "máximo", "Highest price."),
        _price("low", "mínimo", "Lowest price."),
        _price("average", "médio", "Average price; cut to a cent of quotation_factor papers."),
        _price("close", "último", "Last price."),
        _price("bid", "melhor oferta de compra", "Best bid at the end; 0 is none."),
        _price("ask", "melhor oferta de venda", "Best ask at the end; 0 is none."),
        _raw("open", "abertura impressa"),
        _raw("high", "máximo impresso"),
        _raw("low", "mínimo impresso"),
        _raw("average", "médio impresso"),
        _raw("close", "último impresso"),
        _raw("bid", "oferta de compra impressa"),
        _raw("ask", "oferta de venda impressa"),
        Column("trades", INTEGER, "negócios", "Trades; B3 gives it five digits.", "trades"),
        Column("quantity", INTEGER, "quantidade", "Papers traded, in units.", "papers"),
        Column("turnover", MONEY, "volume financeiro", "Value traded.", "BRL"),
        Column("strike", RAW_PRICE, "preço de exercício", "Strike; a forward contract's value.",
               "BRL"),
        Column("strike_points", POINTS, "exercício em pontos", "Of options on indexes.", "points"),
        Column("strike_index", TEXT, "indicador de correção", "What corrects the strike; 0 nothing,"
               " 1 US$, 8 IGP-M..."),
        Column("expires_on", DATE, "vencimento", "Expiry; null where there is none."),
        Column("quotation_factor", INTEGER, "fator de cotação", "Papers that a raw price is for.",
               "papers"),
        Column("distribution", INTEGER, "número de distribuição", "Rises with corporate actions."),
        Column("available_at", INSTANT, "disponível em", "When anybody could have known it."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("ticker", "bdi_code", "market_type", "term", "ref_date"),
    partition="month",
    sort=("ticker", "ref_date"),
    checks=(
        Check(
            "date_outside_month", "The session is not in the month the file speaks of.",
            lambda: nw.col("ref_date").dt.truncate("1mo").cast(nw.Date) != nw.col("month"),
        ),
        Check(
            "quotation_factor_unknown", "Prices are for a number of papers that is no power of 10.",
            lambda: ~nw.col("quotation_factor").is_in(FACTORS),
        ),
        Check(
            "turnover_out_of_bounds", "The turnover is not the quantity at the average price.",
            _out_of_bounds, action="flag",
        ),
        Check(
            "isin_check_digit", "The ISIN's check digit is wrong, or it is no ISIN.",
            lambda: nw.col("_isin_sum") != 0, action="flag",
        ),
        Check(
            "unknown_bdi_code", "The bulletin code is in no table of B3's that we know.",
            lambda: ~nw.col("bdi_code").is_in(BDI_CODES), action="flag",
        ),
        Check(
            "unknown_market_type", "The market is in no table of B3's that we know.",
            lambda: ~nw.col("market_type").is_in(MARKET_TYPES), action="flag",
        ),
        Check(
            "incomplete_file", "Its file's last line does not count the file's lines: some may "
            "be missing.",
            lambda: nw.col("_incomplete"), action="flag",
        ),
    ),
    freshness=dt.timedelta(days=6),
    notice="Prices are as traded: splits, bonuses and proceeds are not taken out.",
    notice_pt="Preços como negociados: sem ajuste por desdobramentos, bonificações e proventos.",
)  # fmt: skip
_MADE_HERE = {"flags", *PRICES}


def build(b3_cotahist: Frame) -> Frame:
    """Prices of one paper, no expiry as null, and what the checks ask of ISIN and file."""
    unit = _reciprocal(nw.col("quotation_factor"))
    expiry = nw.col("expires_on")
    rows = b3_cotahist.with_columns(
        *((nw.col(f"raw_{p}").cast(nw.Decimal(20, 8)) * unit).cast(nw.Decimal(20, 8)).alias(p)
          for p in PRICES),
        term=nw.col("term").fill_null(""),
        expires_on=nw.when(expiry < nw.lit(_NEVER)).then(expiry),
        _incomplete=nw.col("doubt").fill_null("") != "",
        _isin=nw.when(nw.col("ref_date") >= nw.lit(ISIN_SINCE)).then(nw.col("isin")),
    )  # fmt: skip
    sums = rows.select("_isin").filter(~nw.col("_isin").is_null()).unique()
    sums = sums.with_columns(_digits=_as_digits(nw.col("_isin"))).select(
        "_isin", _isin_sum=_luhn(nw.col("_digits"))
    )
    kept = [name for name in CONTRACT.names if name not in _MADE_HERE]
    return rows.join(sums, on="_isin", how="left").select(
        *kept, *PRICES, "_row", "_incomplete", "_isin_sum"
    )


def _reciprocal(factor: nw.Expr) -> nw.Expr:
    """One over a power of ten, exactly; null for other factors, which are set aside."""
    found = nw.lit(None).cast(nw.Decimal(7, 6))
    for value in FACTORS:
        exact = nw.lit(Decimal(1) / Decimal(value)).cast(nw.Decimal(7, 6))
        found = nw.when(factor == value).then(exact).otherwise(found)
    return found


def _as_digits(isin: nw.Expr) -> nw.Expr:
    """Letters as 10 to 35, zeros before; what is not shaped as an ISIN as a sum that is wrong."""
    found = nw.when(isin.str.contains(_ISIN)).then(isin).otherwise(nw.lit("1"))
    for letter, number in _LETTERS.items():
        found = found.str.replace_all(letter, number, literal=True)
    return found.str.zfill(_LONGEST)


def _luhn(digits: nw.Expr) -> nw.Expr:
    """0 where the last digit checks the others: every second one doubled, their digits added."""
    total = nw.lit(0)
    for place in range(_LONGEST):
        digit = digits.str.slice(place, 1).cast(nw.Int64)
        if (_LONGEST - place) % 2 == 0:
            digit = nw.when(digit > 4).then(digit * 2 - 9).otherwise(digit * 2)
        total = total + digit
    return total % 10


TABLE = Table(CONTRACT, (Input("bronze.b3_cotahist"),), build)
