"""One fund at a glance: who answers for a class, peers, funds that left the list."""

from __future__ import annotations

import polars as pl
import pytest

from lastro.answers.fund import fund_card, require, signals
from lastro.answers.funds import fund_list
from lastro.core.errors import NotFoundError

from .fund_tables import ALPHA, BETA, FEBRUARY, GAMMA, MARCH, frame, month, registered, tables


@pytest.fixture(scope="module")
def funds() -> pl.DataFrame:
    return fund_list(tables())


def test_a_card_has_the_class_and_its_subclasses(funds: pl.DataFrame) -> None:
    card = fund_card(funds, tables(), ALPHA)
    assert (card.fund.name, card.fund.net_worth, card.current) == ("ALPHA AÇÕES FI", 5000.0, True)
    assert [row.subclass_id for row in card.subclasses] == ["A1", "A2"]
    part = fund_card(funds, tables(), ALPHA, "A1")
    assert [row.subclass_id for row in part.subclasses] == ["", "A2"]


def test_the_largest_subclass_answers_for_a_class_without_rows(funds: pl.DataFrame) -> None:
    assert fund_card(funds, tables(), BETA).fund.subclass_id == "B1"
    with pytest.raises(NotFoundError, match="reports by subclass only") as error:
        require(funds, tables(), BETA)
    assert "?subclass=B1" in error.value.hint
    require(funds, tables(), BETA, "B1")


@pytest.mark.parametrize(("cnpj", "subclass"), [("90999000000100", ""), (ALPHA, "A9")])
def test_what_is_not_there_is_not_found(funds: pl.DataFrame, cnpj: str, subclass: str) -> None:
    with pytest.raises(NotFoundError, match="no fund class"):
        fund_card(funds, tables(), cnpj, subclass)


def test_a_class_that_left_the_list_is_still_known(funds: pl.DataFrame) -> None:
    left = funds.filter(pl.col("cnpj") != GAMMA)
    card = fund_card(left, tables(), GAMMA)
    assert (card.fund.month, card.current) == (FEBRUARY, False)
    require(left, tables(), GAMMA)


def test_peers_share_its_strategy_and_places_count_from_the_greatest() -> None:
    rows = [month(f"9000000{n}000100", return_1m=n / 100, net_worth_end=n) for n in range(1, 8)]
    rows[0]["return_1m"] = None
    held = dict.fromkeys(("gold.fund_performance", "gold.fund_flows_monthly"), frame(rows))
    registry = [registered(row["cnpj"], "SAME") for row in rows]
    read = tables(**held, **{"silver.fund_registry": frame(registry)})
    listed = fund_list(read)
    peers = fund_card(listed, read, "90000006000100").peers
    assert (peers.group, peers.classes) == ("Ações Livre", 7)
    places = {place.figure: place for place in peers.places}
    assert (places["return_1m"].place, places["return_1m"].known) == (2, 6)
    assert places["return_1m"].median == pytest.approx(0.045)
    assert [row.cnpj for row in peers.rows][:2] == ["90000007000100", "90000005000100"]
    unknown = fund_card(listed, read, "90000001000100").peers.places
    assert next(place for place in unknown if place.figure == "return_1m").place is None


def test_a_place_among_few_says_nothing(funds: pl.DataFrame) -> None:
    assert fund_card(funds, tables(), ALPHA).peers.places == []


def test_signals_are_the_newest_first() -> None:
    found = signals(tables(), ALPHA)
    assert [(signal.month, signal.score) for signal in found] == [(MARCH, 80.0), (FEBRUARY, 10.0)]
    assert signals(lambda _: None, ALPHA) == []
