"""Choosing among the screener's papers."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from lastro.answers.papers import papers
from lastro.answers.screener import screener
from lastro.answers.screener_choice import COLUMNS, Choice, chosen, table, window
from lastro.core.errors import RequestError

from .listed import bars, company, days, market, printed

SESSIONS = days(dt.date(2024, 1, 2), 40)
END = SESSIONS[-1]


@pytest.fixture(scope="module")
def all_papers() -> pl.DataFrame:
    """Three papers that trade and one that stopped."""
    prices = pl.concat(
        [
            bars("AAAA3", [(day, 1.0) for day in SESSIONS], turnover=3e6),
            bars("BBBB4", [(END, 2.0)], turnover=42e6),
            bars("CCCC11", [(END, 3.0)], turnover=1e6),
            bars("GONE3", [(SESSIONS[0], 1.0)], turnover=5e9),
        ]
    )
    quotes = pl.DataFrame([printed("CCCC11", END, bdi_code="12"), printed("AAAA3", END)])
    companies = pl.DataFrame(
        [company("AAAA3", company_name="AÇÚCAR S.A.", sector="Alimentos"),
         company("BBBB4", company_name="BANCO S.A.", sector="Bancos")]
    )  # fmt: skip
    weights = pl.DataFrame(
        {"index_code": ["IBOV", "IDIV"], "portfolio": ["day", "day"], "ref_date": [END, END],
         "ticker": ["AAAA3", "BBBB4"], "weight": [9.0, 2.0], "month": [END.replace(day=1)] * 2}
    )  # fmt: skip
    read = market(prices, silver__quotes=quotes, silver__instruments=companies,
                  silver__index_weights=weights)  # fmt: skip
    return screener(read, papers(read))


def _tickers(all_papers: pl.DataFrame, **wanted: object) -> list[str]:
    return chosen(all_papers, Choice(**wanted))["ticker"].to_list()  # type: ignore[arg-type]


def test_papers_that_stopped_are_left_out_unless_asked_for(all_papers: pl.DataFrame) -> None:
    assert _tickers(all_papers) == ["AAAA3", "BBBB4", "CCCC11"]  # 3, 2 and 0.05 million a session
    assert "GONE3" in _tickers(all_papers, idle=True)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"q": "acucar"}, ["AAAA3"]),
        ({"q": "s.a. banco"}, ["BBBB4"]),
        ({"kind": ("fii",)}, ["CCCC11"]),
        ({"sector": ("Alimentos", "Bancos")}, ["AAAA3", "BBBB4"]),
        ({"index": ("IDIV",)}, ["BBBB4"]),
        ({"min_turnover": 2_500_000.0}, ["AAAA3"]),
        ({"min_yield": 0.01}, []),
        ({"sort": "ticker"}, ["AAAA3", "BBBB4", "CCCC11"]),
        ({"sort": "-ticker"}, ["CCCC11", "BBBB4", "AAAA3"]),
        ({"sort": "-close"}, ["CCCC11", "BBBB4", "AAAA3"]),
        ({"sort": "ibov_weight"}, ["AAAA3", "BBBB4", "CCCC11"]),  # unknown ones last
        ({"sort": "-ibov_weight"}, ["AAAA3", "BBBB4", "CCCC11"]),
    ],
)
def test_a_choice_filters_and_sorts(
    all_papers: pl.DataFrame, wanted: dict[str, object], found: list[str]
) -> None:
    assert _tickers(all_papers, **wanted) == found


@pytest.mark.parametrize("column", ["sparkline", "folded", "ticker; drop table", ""])
def test_a_column_that_does_not_sort_is_named(all_papers: pl.DataFrame, column: str) -> None:
    with pytest.raises(RequestError, match="cannot be sorted"):
        _tickers(all_papers, sort=column)


def test_a_window_says_how_many_there_are_and_what_to_filter_by(all_papers: pl.DataFrame) -> None:
    found = window(all_papers, Choice(), 1, 1)
    assert (found.total, found.all_papers, [row.ticker for row in found.rows]) == (3, 4, ["BBBB4"])
    assert found.turnover_mean21 == pytest.approx(3e6 + 2e6 + 1e6 / 21)
    assert [(facet.value, facet.papers) for facet in found.facets.kinds] == [
        ("share", 3), ("fii", 1),
    ]  # fmt: skip
    assert [facet.value for facet in found.facets.indexes] == ["IBOV", "IDIV"]


def test_a_file_has_every_chosen_row_and_only_plain_columns(all_papers: pl.DataFrame) -> None:
    rows = table(all_papers, Choice(idle=True))
    assert rows.height == 4
    assert set(COLUMNS) - set(rows.columns) == {"sparkline"}
    assert rows.filter(pl.col("ticker") == "AAAA3")["indexes"].item() == "IBOV"
    assert not any(kind.is_nested() for kind in rows.dtypes)
