from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from lastro.simulator.restatement import CHANGES, reserve

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMarket

PLACES = {"quota": 5, "net_worth": 6, "inflow": 7, "outflow": 8}


def compared(before: bytes, after: bytes) -> Counter[str]:
    """What changed between two files, by key and position."""
    old, new = (Counter(csv.split(b"\r\n")) for csv in (before, after))
    gone, come = list((old - new).elements()), list((new - old).elements())
    lost = {tuple(line.split(b";")[:4]): line.split(b";") for line in gone}
    found: Counter[str] = Counter()
    for line in come:
        fields = line.split(b";")
        earlier = lost.pop(tuple(fields[:4]), None)
        if earlier is None:
            found["late"] += 1
            continue
        differing = [place for place in range(10) if fields[place] != earlier[place]]
        assert len(differing) == 1
        found.update(name for name, place in PLACES.items() if [place] == differing)
    found["withdrawn"] = len(lost)
    return found


@pytest.mark.parametrize("revision", [1, 2, 3])
def test_the_tally_is_what_changed_from_the_revision_before(
    market: SimulatedMarket, revision: int
) -> None:
    month = market.months[1]
    before, after = (market.month(month, number) for number in (revision - 1, revision))
    assert compared(before.csv, after.csv) == Counter(after.restated)
    assert set(after.restated) == {*CHANGES, "withdrawn", "late"}
    assert after.rows == before.rows - after.restated["withdrawn"] + after.restated["late"]


def test_the_first_publication_restates_nothing(market: SimulatedMarket) -> None:
    assert market.month(market.months[1]).restated == {}


def test_restated_lines_keep_the_decimals(market: SimulatedMarket) -> None:
    month = market.months[1]
    lines = set(market.month(month, 1).csv.split(b"\r\n"))
    for line in lines - set(market.month(month).csv.split(b"\r\n")):
        _, _, _, _, total, quota, *money, _ = line.split(b";")
        assert [len(text.partition(b".")[2]) for text in (total, *money)] == [2] * 4
        assert len(quota.partition(b".")[2]) == 12


def test_dirt_stays_where_it_is(market: SimulatedMarket) -> None:
    month = market.months[1]
    assert market.month(month, 4).dirt == market.month(month).dirt


def test_late_lines_come_for_twelve_revisions(market: SimulatedMarket) -> None:
    month = market.months[1]
    twelfth, after = market.month(month, 12), market.month(month, 13)
    assert twelfth.restated["late"] == 1
    assert "late" not in after.restated
    assert after.restated["withdrawn"] == 1
    assert reserve(twelfth.rows) == 12


def test_a_big_month_changes_one_line_in_a_thousand(market: SimulatedMarket) -> None:
    month = market.month(market.months[1], 1)
    changed = sum(month.restated[name] for name in CHANGES)
    assert changed == max(4, round(month.rows * 0.001))
