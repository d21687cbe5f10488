"""Choosing among funds: filters, order, windows, sums, facets, search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lastro.answers.fund_choice import Choice, chosen, facets, search, sums, window
from lastro.answers.funds import fund_list
from lastro.core.errors import RequestError

from .fund_tables import ALPHA, BETA, GAMMA, tables

if TYPE_CHECKING:
    import polars as pl


@pytest.fixture(scope="module")
def funds() -> pl.DataFrame:
    return fund_list(tables())


def _chosen(funds: pl.DataFrame, **wanted: Any) -> list[tuple[str, str]]:
    return chosen(funds, Choice(**wanted)).select("cnpj", "subclass_id").rows()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"manager": ("CASA OITO",)}, [(BETA, "B1")]),
        ({"classification": ("Cambial", "Nenhuma")}, [(BETA, "B1")]),
        ({"min_worth": 2000.0, "max_worth": 3000.0}, [(ALPHA, "A1"), (ALPHA, "A2")]),
        ({"min_score": 60.0}, [(ALPHA, ""), (BETA, "B1")]),
        ({"max_flow": -20.0}, [(ALPHA, "")]),
        ({"subclasses": False}, [(ALPHA, ""), (BETA, "B1"), (GAMMA, "")]),
        ({"q": "alpha acoes"}, [(ALPHA, "")]),
        ({"q": "11.222.333/0001-81", "min_worth": 5000.0}, [(ALPHA, "")]),
        ({"q": "nobody"}, []),
        ({"sort": "score", "min_score": 60.0}, [(BETA, "B1"), (ALPHA, "")]),
    ],
)
def test_filters_leave_what_was_asked_for(
    funds: pl.DataFrame, wanted: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert _chosen(funds, **wanted) == found


def test_what_is_not_known_comes_last_whichever_way_it_is_sorted(funds: pl.DataFrame) -> None:
    assert _chosen(funds, sort="return_1m")[-1] == (ALPHA, "A2")
    assert _chosen(funds, sort="-return_1m")[-1] == (ALPHA, "A2")


@pytest.mark.parametrize("sort", ["nope", "spark", "searched", "--score", ""])
def test_only_columns_sort(funds: pl.DataFrame, sort: str) -> None:
    with pytest.raises(RequestError, match="cannot be sorted"):
        chosen(funds, Choice(sort=sort))


def test_a_window_says_how_many_there_are_and_sums_them_all(funds: pl.DataFrame) -> None:
    found = window(chosen(funds, Choice()), 1, 2, ("name",))
    assert (found["total"], found["offset"]) == (5, 1)
    assert [row["subclass_id"] for row in found["rows"]] == ["A1", "A2"]
    assert list(found["rows"][0]) == ["cnpj", "subclass_id", "name"]
    assert (found["sums"].classes, found["sums"].net_worth) == (3, 5790.0)
    with pytest.raises(RequestError, match="no column 'nope'"):
        window(funds, 0, 1, ("nope",))


def test_subclasses_are_summed_where_their_class_was_left_out(funds: pl.DataFrame) -> None:
    assert sums(chosen(funds, Choice(max_worth=3000.0))).net_worth == 3000 + 2000 + 700 + 90


def test_facets_count_classes_and_sum_each_once(funds: pl.DataFrame) -> None:
    managers = facets(funds).managers
    assert [(f.value, f.classes, f.net_worth) for f in managers] == [
        ("CASA SETE", 4, 5090.0), ("CASA OITO", 1, 700.0)
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["ações", "ACOES", " alpha  fi ", "11222333", "11.222"])
def test_search_minds_neither_accents_nor_case_nor_points(funds: pl.DataFrame, typed: str) -> None:
    assert search(funds, typed, 5)[0].cnpj == ALPHA


def test_what_begins_as_typed_comes_first(funds: pl.DataFrame) -> None:
    assert [hit.name for hit in search(funds, "a", 5)][:2] == [
        "ALPHA AÇÕES FI",
        "ALPHA SUBCLASSE UM",
    ]
    assert [hit.cnpj for hit in search(funds, "gam", 5)] == [GAMMA]
    assert search(funds, "  ", 5) == []
    assert len(search(funds, "a", 2)) == 2


def test_regular_expressions_are_letters(funds: pl.DataFrame) -> None:
    assert search(funds, ".*", 5) == []
    assert search(funds, "(", 5) == []
