"""The roster of papers, and search among them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from lastro.answers.kept import Kept
from lastro.answers.papers import Read, kept_papers, paper, papers, search
from lastro.core.errors import NotFoundError

from .listed import bars, company, market, printed

D1, D2 = dt.date(2024, 1, 10), dt.date(2024, 3, 28)


def _read() -> Read:
    prices = pl.concat(
        [bars("ACOS3", [(D1, 1.0), (D2, 2.0)]), bars("ACOS11", [(D2, 5.0)]),
         bars("OLDE4", [(D1, 1.0)], isin="BRNEWE"), bars("NEWE4", [(D2, 1.0)], isin="BRNEWE"),
         bars("FUND11", [(D2, 90.0)])]
    )  # fmt: skip
    quotes = pl.DataFrame(
        [
            printed("ACOS3", D1, short_name="OLD NAME"),
            printed("ACOS3", D2),
            printed("ACOS3", D2, bdi_code="96", short_name="ODD LOT"),
            printed("ACOS11", D2, specification="UNT     N2"),
            printed("OLDE4", D1, isin="BRNEWE", short_name="OLDENERG"),
            printed("NEWE4", D2, isin="BRNEWE"),
            printed("FUND11", D2, bdi_code="12", specification="CI", short_name="FII TIJOLO"),
        ]
    )
    companies = pl.DataFrame(
        [company("ACOS3", company_name="SIDERÚRGICA DE AÇO S.A.", trading_name="AÇOBRAS",
                 sector="Siderurgia"),
         company("NEWE4", company_name="NOVA ENERGIA S.A.", trading_name="NOVAENERG")]
    )  # fmt: skip
    return market(prices, silver__quotes=quotes, silver__instruments=companies)


def test_names_come_from_the_register_then_the_issuer_then_the_print() -> None:
    roster = papers(_read())
    named = {row["ticker"]: row for row in roster.to_dicts()}
    assert named["ACOS3"]["name"] == "AÇOBRAS"
    assert named["ACOS11"]["company_name"] == "SIDERÚRGICA DE AÇO S.A."  # by its issuer
    assert named["ACOS11"]["sector"] == "Siderurgia"
    assert named["OLDE4"]["name"] == "OLDENERG"  # no register knows it: its last print does
    assert [named[t]["kind"] for t in ("ACOS3", "ACOS11", "FUND11")] == ["share", "unit", "fii"]


def test_a_roster_needs_no_quotes_and_no_register() -> None:
    row = papers(market(bars("ABCD3", [(D1, 1.0)]))).row(0, named=True)
    assert (row["kind"], row["name"], row["isin"]) == ("share", None, "BRABCD3")


@pytest.mark.parametrize("held", [{}, {"gold__common_history": pl.DataFrame(
    schema={"ticker": pl.String, "first_date": pl.Date, "last_date": pl.Date,
            "sessions": pl.Int64})}])  # fmt: skip
def test_a_lake_without_prices_says_how_to_fill_it(held: dict[str, pl.DataFrame]) -> None:
    read = {name.replace("__", "."): frame.lazy() for name, frame in held.items()}.get
    with pytest.raises(NotFoundError, match="lastro ingest b3_cotahist"):
        papers(read)


@pytest.mark.parametrize(
    ("text", "first"),
    [("acos3", "ACOS3"), ("AÇO", "ACOS3"), ("siderurgica", "ACOS3"), ("tijolo", "FUND11"),
     ("brnewe", "NEWE4"), ("energia nova", "NEWE4")],
)  # fmt: skip
def test_search_knows_codes_names_and_isins_whatever_the_accents(text: str, first: str) -> None:
    roster = papers(_read())
    assert search(roster, text, 5)[0].ticker == first


def test_search_puts_a_code_before_a_name_and_who_trades_before_who_stopped() -> None:
    roster = papers(_read())
    assert [hit.ticker for hit in search(roster, "acos", 5)] == ["ACOS3", "ACOS11"]
    found = search(roster, "brnewe", 5)
    assert [(hit.ticker, hit.is_trading) for hit in found] == [("NEWE4", True), ("OLDE4", False)]
    assert search(roster, "  ", 5) == []
    assert search(roster, "a.*", 5) == []  # what is typed is no pattern
    assert len(search(roster, "br", 2)) == 2


def test_an_unknown_ticker_is_not_found() -> None:
    roster = papers(_read())
    assert paper(roster, " newe4 ")["isin"] == "BRNEWE"
    with pytest.raises(NotFoundError, match="NOPE3"):
        paper(roster, "nope3")


def test_the_roster_is_made_once_for_each_state_of_its_tables() -> None:
    state, kept, read = [1], Kept(), _read()

    def versions(names: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(state[0] for _ in names)

    first = kept_papers(kept, read, versions)
    assert kept_papers(kept, read, versions) is first
    state[0] = 2
    assert kept_papers(kept, read, versions) is not first
