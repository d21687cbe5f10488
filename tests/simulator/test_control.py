from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.control import Control
from lastro.simulator.publication import Publication

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMarket


@pytest.fixture
def control(eras: SimulatedMarket) -> Control:
    return Control(Publication(eras, hist_until_year=2020))


def test_the_server_says_what_it_is(control: Control) -> None:
    assert control.answer("GET", "/_simulator/", {}) == {
        "simulated": True,
        "seed": 7,
        "classes": 200,
        "dirt": 0.02,
        "months": ["202011", "202012", "202101"],
        "revisions": {},
        "hist_until_year": 2020,
        "as_of": "2021-01-29",
    }


def test_orders_change_what_is_published(control: Control) -> None:
    control.answer("POST", "/_simulator/republish", {"month": "202101"})
    control.answer("POST", "/_simulator/boundary", {"year": "2019"})
    control.answer("POST", "/_simulator/date", {"as_of": "2020-12-10"})
    control.answer("POST", "/_simulator/fault", {"path": "x", "kind": "html", "times": "3"})
    publication = control.publication
    assert publication.revisions[dt.date(2021, 1, 1)] == 1
    assert publication.hist_until_year == 2019
    assert publication.as_of == dt.date(2020, 12, 10)
    fault = control.faults.take("/x")
    assert fault is not None
    assert (fault.kind, fault.times) == ("html", 2)


@pytest.mark.parametrize(
    ("call", "query"),
    [
        ("republish", {}),
        ("republish", {"month": "202x"}),
        ("boundary", {"year": "soon"}),
        ("date", {"as_of": "2024-02-31"}),
        ("fault", {"kind": "html"}),
        ("fault", {"path": "x", "kind": "html", "times": "many"}),
    ],
)
def test_an_argument_that_cannot_be_read_is_named(
    control: Control, call: str, query: dict[str, str]
) -> None:
    with pytest.raises(RequestError, match=r"month|year|as_of|path|times"):
        control.answer("POST", f"/_simulator/{call}", query)


@pytest.mark.parametrize(("method", "call"), [("GET", "republish"), ("POST", ""), ("GET", "x")])
def test_an_unknown_call_is_not_found(control: Control, method: str, call: str) -> None:
    with pytest.raises(NotFoundError, match="There is no"):
        control.answer(method, f"/_simulator/{call}", {})
