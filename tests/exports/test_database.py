"""Addresses without their passwords, names that fit, and what has changed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import ConfigError, ConflictError
from lastro.exports._database import (
    Address,
    Change,
    Trouble,
    address,
    change,
    fitting,
    refuse_mixing,
    table_name,
    trouble,
)

from .conftest import row

if TYPE_CHECKING:
    from .conftest import Sample


def _address(url: str) -> Address:
    return address(url, ("postgresql", "postgres"), "LASTRO_EXPORTS__POSTGRES_URL")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:s3cret@h:5433/d", "postgresql://u:***@h:5433/d"),
        ("postgres://u@h/d", "postgres://u@h/d"),
        ("postgresql://h/d?user=u&password=s3cret", "postgresql://h/d?user=u&password=***"),
        ("postgresql:///d?host=/run/x&password=s3cret", "postgresql:///d?host=/run/x&password=***"),
        ("postgresql://u:s3cret@[::1]/d", "postgresql://u:***@[::1]/d"),
    ],
)
def test_people_see_no_password(url: str, shown: str) -> None:
    assert _address(url).shown == shown


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=3))
def test_no_spelling_of_a_password_gets_through(password: str) -> None:
    found = _address(f"postgresql://u:{quote(password, safe='')}@h/d")
    assert found.password == password
    said = found.clean(f"failed for <{password}> <{quote(password)}> <{quote(password, safe='')}>")
    assert said.count("***") == 3
    assert f"<{password}>" not in said


@pytest.mark.parametrize(
    "url",
    ["", "s3cret", "u:s3cret@h/d", "mysql://u:s3cret@h/d", "postgresql://u:s3/cret@h/d",
     "postgresql://u:s3cret@h:port/d", "postgresql://u:s3cret@[h/d", "postgresql:///d"],
)  # fmt: skip
def test_what_is_no_address_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _address(url)
    told = f"{caught.value} {caught.value.context} {caught.value.__cause__}"
    assert "s3" not in told
    assert "LASTRO_EXPORTS__POSTGRES_URL" in told


def test_names_fit_and_differ() -> None:
    assert table_name("gold.fund_flows") == "gold_fund_flows"
    long = [f"silver.{'ção_' * 20}{number}" for number in range(3)]
    found = {table_name(name) for name in long}
    assert len(found) == 3
    assert all(len(name.encode()) <= 63 for name in found)
    assert fitting("x" * 63) == "x" * 63


def test_what_changed_follows_from_fingerprints(sample: Sample) -> None:
    for month in (1, 2, 3):
        sample.put(row(dt.date(2024, month, 1)))
    table = sample.given()
    held = dict(table.partitions) | {"2023-12-01": 5, "": 9, "2024-02-01": 0}
    del held["2024-03-01"]
    expected = Change(("2024-02-01", "2024-03-01"), ("2023-12-01",))
    assert change(table, held, anew=False) == expected
    assert change(table, table.partitions, anew=False) == Change((), ())
    every = ("2024-01-01", "2024-02-01", "2024-03-01")
    assert change(table, held, anew=True) == Change(every, ())


def test_a_table_cannot_be_made_again_from_a_part(sample: Sample) -> None:
    sample.put(row(dt.date(2024, 3, 1)))
    table = sample.given(since=dt.date(2024, 3, 1))
    assert change(table, {"2024-01-01": 5, "": 1}, anew=False).remove == ()
    with pytest.raises(ConflictError, match="without --since"):
        change(table, {"2024-01-01": 5, "": 1}, anew=True)


@pytest.mark.parametrize("simulated", [True, False])
def test_kinds_of_data_never_mix(simulated: bool) -> None:  # noqa: FBT001
    refuse_mixing([simulated], simulated=simulated, place="there")
    refuse_mixing([], simulated=simulated, place="there")
    with pytest.raises(ConflictError, match="there holds"):
        refuse_mixing([not simulated], simulated=simulated, place="there")


def test_trouble_says_who_acts_and_whether_to_try_again() -> None:
    place = _address("postgresql://u:s3cret@h/d")
    found = {kind: trouble(place, "said s3cret.", kind) for kind in get_args(Trouble)}
    assert all("s3cret" not in str(error) for error in found.values())
    assert [kind for kind, error in found.items() if error.retryable] == ["unreachable", "passing"]
    assert {kind: error.exit_code for kind, error in found.items()} == {
        "unreachable": 69, "refused": 78, "forbidden": 78, "depended": 2, "row": 65, "passing": 69,
        "other": 69,
    }  # fmt: skip
