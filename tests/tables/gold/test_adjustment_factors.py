"""Factors: what adjusts, what does not, and what is told of it."""

from __future__ import annotations

from lastro.tables.gold import adjustment_factors

from .prices import a_payout, adjust, framed, listed, on, quoted


def test_a_payout_that_no_price_is_known_for_adjusts_nothing_and_says_so() -> None:
    quotes = quoted((9, "20"))
    factors = adjustment_factors.build(framed(listed(a_payout(5, "1"))), framed(quotes))
    found = factors.to_native().collect()
    assert found.select("cash_factor", "flags").rows() == [(1.0, "no_price")]


def test_a_subscription_adjusts_nothing() -> None:
    event = {"kind": "subscription", "ref_date": on(2), "ex_date": on(3), "multiplier": "2"}
    assert adjust(quoted((2, "8"), (3, "7")), listed(event))["split_chain"].to_list() == [1, 1]
