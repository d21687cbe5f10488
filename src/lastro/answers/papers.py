"""The roster of listed papers: what each ticker is called, what kind it is, when it traded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.answers.folding import fold, folded
from lastro.core.errors import NotFoundError
from lastro.tables.spot import BDI_CODES, MARKET

if TYPE_CHECKING:
    from lastro.answers.kept import Kept

Read = Callable[[str], "pl.LazyFrame | None"]
TABLES = ("gold.common_history", "gold.adjusted_prices", "silver.quotes", "silver.instruments")
KINDS = ("share", "unit", "fii", "etf", "bdr")
_LIVES = {"ticker": pl.String, "first_date": pl.Date, "last_date": pl.Date, "sessions": pl.Int64}
_PRINTED = {"ticker": pl.String, "ref_date": pl.Date, "short_name": pl.String,
            "specification": pl.String, "bdi_code": pl.String}  # fmt: skip
_COMPANY = ("company_name", "trading_name", "sector", "subsector", "industry", "listing_segment",
            "cnpj")  # fmt: skip


def papers(read: Read) -> pl.DataFrame:
    """One row a spot ticker that ever had a price.

    Args:
        read: Gives a table's rows by its name; None where it was never written.

    Returns:
        By ticker: ``isin``, ``name`` (short), ``company_name``, ``kind`` (of ``KINDS``),
        ``sector``, ``subsector``, ``industry``, ``listing_segment``, ``cnpj``, ``first_date``,
        ``last_date``, ``sessions`` (days with a price) and ``folded`` (what is searched).
        Unknown text is null.

    Raises:
        NotFoundError: No price is in the lake.
    """
    lives = _lives(read)
    last = lives.select("ticker", ref_date="last_date")
    found = (
        lives.join(_printed(read, last), on="ticker", how="left")
        .join(_isins(read, last), on="ticker", how="left")
        .with_columns(issuer=pl.col("ticker").str.slice(0, 4))
        .join(_companies(read, "ticker"), on="ticker", how="left")
        .join(_companies(read, "issuer"), on="issuer", how="left", suffix=" of issuer")
    )
    whole = [pl.coalesce(name, f"{name} of issuer").alias(name) for name in _COMPANY]
    named = found.with_columns(*whole).with_columns(
        kind=_kind(), name=pl.coalesce("trading_name", "short_name")
    )
    text = pl.concat_str("ticker", "name", "company_name", "isin", separator=" ", ignore_nulls=True)
    return named.with_columns(folded=folded(text)).select(
        "ticker", "isin", "name", "company_name", "kind", "sector", "subsector", "industry",
        "listing_segment", "cnpj", "first_date", "last_date", "sessions", "folded",
    ).sort("ticker")  # fmt: skip


def kept_papers(
    kept: Kept, read: Read, versions: Callable[[tuple[str, ...]], tuple[int, ...]]
) -> pl.DataFrame:
    """As ``papers``, made once for each state of its tables.

    Args:
        kept: Where it is kept.
        read: Gives a table's rows by its name; None where it was never written.
        versions: Gives the newest versions of tables.
    """
    return kept.get("papers", versions(TABLES), lambda: papers(read))


def newest_session(roster: pl.DataFrame) -> dt.date:
    """The last day on which any of the papers had a price."""
    newest: dt.date = roster["last_date"].max()  # type: ignore[assignment]
    return newest


def _lives(read: Read) -> pl.DataFrame:
    frame = read("gold.common_history")
    lives = pl.DataFrame(schema=_LIVES) if frame is None else frame.select(*_LIVES).collect()
    if lives.is_empty():
        raise no_prices()
    return lives


def no_prices() -> NotFoundError:
    """The error of a lake without prices."""
    return NotFoundError(
        "There are no prices in the lake.",
        hint="Bring them in: `lastro ingest b3_cotahist`, then `lastro build`.",
    )


def _printed(read: Read, last: pl.DataFrame) -> pl.DataFrame:
    """What B3 printed of each ticker in its last month."""
    quotes = read("silver.quotes")
    if quotes is None:
        return pl.DataFrame(schema=_PRINTED)
    spot = (pl.col("market_type") == MARKET) & pl.col("bdi_code").is_in(BDI_CODES)
    rows = _of_last_month(quotes.filter(spot), last, _PRINTED)
    return rows.sort("ref_date").group_by("ticker", maintain_order=True).last().drop("ref_date")


def _isins(read: Read, last: pl.DataFrame) -> pl.DataFrame:
    """The paper that each ticker stood for on its last day."""
    prices = read("gold.adjusted_prices")
    if prices is None:
        return pl.DataFrame(schema={"ticker": pl.String, "isin": pl.String})
    rows = _of_last_month(prices, last, ("ticker", "ref_date", "isin"))
    return rows.join(last, on=["ticker", "ref_date"], how="semi").drop("ref_date")


def _of_last_month(
    frame: pl.LazyFrame, last: pl.DataFrame, columns: Collection[str]
) -> pl.DataFrame:
    """Rows of each ticker in the month of its last day: no other month's files are opened."""
    months = last.select("ticker", month=pl.col("ref_date").dt.truncate("1mo"))
    wanted = frame.filter(pl.col("month").is_in(months["month"].unique().to_list()))
    found = wanted.select(*columns, "month").join(months.lazy(), on=["ticker", "month"], how="semi")
    return found.drop("month").collect()


def _companies(read: Read, by: str) -> pl.DataFrame:
    """Companies by ticker, or by the four letters that begin an issuer's tickers."""
    frame = read("silver.instruments")
    if frame is None:
        return pl.DataFrame(schema=dict.fromkeys((by, *_COMPANY), pl.String))
    rows = frame.filter(pl.col(by) != "").select(by, *_COMPANY).collect()
    return rows.group_by(by).agg(pl.col(name).drop_nulls().first() for name in _COMPANY)


def _kind() -> pl.Expr:
    by_code = {"12": "fii", "14": "etf", "34": "bdr"}
    plain = pl.when(pl.col("specification").str.starts_with("UNT")).then(pl.lit("unit"))
    return pl.col("bdi_code").replace_strict(
        by_code, default=plain.otherwise(pl.lit("share")), return_dtype=pl.String
    )


def paper(roster: pl.DataFrame, ticker: str) -> dict[str, Any]:
    """One paper's row of the roster.

    Args:
        roster: Rows of ``papers``.
        ticker: B3 ticker, in any case.

    Raises:
        NotFoundError: No price of it is in the lake.
    """
    code = ticker.strip().upper()
    found = roster.filter(pl.col("ticker") == code)
    if found.is_empty():
        raise no_price_of(code)
    return found.row(0, named=True)


def no_price_of(ticker: str) -> NotFoundError:
    """The error of a ticker that never had a price."""
    return NotFoundError(
        "There is no price of {ticker} in the lake.",
        hint="Check the spelling, or bring prices in: `lastro ingest b3_cotahist`, then "
        "`lastro build`.",
        ticker=ticker,
    )


@dataclass(frozen=True)
class PaperFound:
    """A paper that a search found.

    Attributes:
        ticker: B3 ticker.
        name: Short name.
        company_name: Registered name of the issuer.
        kind: share, unit, fii, etf or bdr.
        sector: Sector of its issuer.
        last_date: Last session with a price.
        is_trading: Whether that is among the newest 30 days of the market.
    """

    ticker: str
    name: str | None
    company_name: str | None
    kind: str
    sector: str | None
    last_date: dt.date
    is_trading: bool


def search(roster: pl.DataFrame, text: str, limit: int) -> list[PaperFound]:
    """Papers whose ticker, ISIN or names contain every word, the best match first.

    A ticker that begins so comes before a word that begins so, before anything else; papers that
    trade before those that stopped; then those with more sessions.

    Args:
        roster: Rows of ``papers``.
        text: What a person typed: accents, case and order of words do not matter.
        limit: How many at most.
    """
    words = fold(text).split()
    if not words:
        return []
    searched, code = pl.col("folded"), pl.col("ticker")
    newest = newest_session(roster)
    trading = pl.col("last_date") >= newest - dt.timedelta(days=30)
    begins = (pl.lit(" ") + searched).str.contains(" " + words[0], literal=True)
    found = roster.filter(searched.str.contains(word, literal=True) for word in words)
    ranked = found.with_columns(
        is_trading=trading,
        _exact=code == words[0],
        _code=code.str.starts_with(words[0]),
        _word=begins,
    ).sort(
        ["_exact", "_code", "_word", "is_trading", "sessions", "ticker"],
        descending=[True] * 5 + [False],
    )
    rows = ranked.head(limit).select(*PaperFound.__dataclass_fields__)
    return [PaperFound(*row) for row in rows.iter_rows()]
