"""Old months go in one commit, with a copy where one is wanted, and are known to be gone."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.core.errors import RequestError
from lastro.lake import retention
from lastro.lake.lake import Lake
from lastro.lake.landing import LEDGER
from lastro.lake.lineage import Lineage
from lastro.lake.quality import RESTATEMENTS
from lastro.lake.retention import (
    RetentionSettings,
    Retired,
    Retirement,
    cold_storage,
    is_retired,
    keeps_from,
    manifest,
    plan,
    policy,
    retain,
)
from lastro.lake.storage import LakeSettings, Storage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lastro.lake.contract import Contract

TODAY = dt.date(2025, 3, 10)
THINGS = "silver.things"


@pytest.fixture
def held(lake: Lake, commit: Callable[..., int]) -> Lake:
    """January to April 2024; fingerprints 101 to 104."""
    for month in (1, 2, 3, 4):
        commit(month, state=100 + month, a=month, b=month)
    return lake


@pytest.fixture
def cold(tmp_path: Path) -> Storage:
    found = cold_storage(str(tmp_path / "cold"), LakeSettings())
    assert found
    return found


def _retain(lake: Lake, things: Contract, years: int = 1, **how: Any) -> Retirement:
    how = {"cold": None, "delete": True, "today": TODAY} | how
    today = how.pop("today")
    (found,) = retain(lake, [(things, years)], today, Lineage("run", "0"), **how)
    return found


def _again(lake: Lake) -> Lake:
    return Lake(lake.storage)


def test_a_dry_run_names_and_changes_nothing(held: Lake, things: Contract) -> None:
    found = _retain(held, things, delete=False)
    assert found == Retirement(THINGS, dt.date(2024, 3, 1), ("2024-01-01", "2024-02-01"), 4)
    assert held.version(THINGS) == 4
    assert not is_retired(held, THINGS, "2024-01-01")


def test_old_months_go_in_one_commit_with_lineage(held: Lake, things: Contract) -> None:
    _retain(held, things)
    lake = _again(held)
    assert lake.version(THINGS) == 5
    assert lake.partitions(things) == ["2024-03-01", "2024-04-01"]
    assert lake.scan(things).collect().height == 4
    assert lake.scan(things, as_of=4).collect().height == 8  # until vacuum
    lineage = lake.history(THINGS)[0]["lineage"]
    assert lineage.partitions == ("2024-01-01", "2024-02-01")
    assert lineage.counts == {"retired": 4}


def test_what_went_is_known_and_its_fingerprint_kept(held: Lake, things: Contract) -> None:
    _retain(held, things)
    lake = _again(held)
    assert keeps_from(lake, THINGS) == dt.date(2024, 3, 1)
    assert [is_retired(lake, THINGS, f"2024-0{m}-01") for m in (1, 2, 3, 4)] == [1, 1, 0, 0]
    assert is_retired(lake, THINGS, "2019-12 IBOV")
    assert not is_retired(lake, THINGS, "1970-01-01")  # standing
    assert not is_retired(lake, THINGS, "a register")
    assert lake.state(THINGS, "2024-01-01") == 101
    retired = Retired(lake)
    assert retired.partitions(things) == ("2024-01-01", "2024-02-01")
    assert retired.has(THINGS, dt.date(2020, 1, 1))
    assert not retired.has(THINGS, dt.date(1970, 1, 1))
    assert not retired.has("silver.others", dt.date(2020, 1, 1))


def test_a_second_time_there_is_nothing_to_do(held: Lake, things: Contract) -> None:
    _retain(held, things)
    lake = _again(held)
    assert _retain(lake, things).partitions == ()
    assert _again(lake).version(THINGS) == 5


def test_a_longer_policy_takes_months_back(held: Lake, things: Contract) -> None:
    _retain(held, things)
    lake = _again(held)
    shown = _retain(lake, things, 2, delete=False)
    assert (shown.partitions, shown.returning) == ((), ("2024-01-01", "2024-02-01"))
    _retain(lake, things, 2)
    lake = _again(lake)
    assert not is_retired(lake, THINGS, "2024-01-01")
    assert lake.state(THINGS, "2024-01-01") == 0  # the next build makes it again
    assert lake.state(THINGS, "2024-03-01") == 103
    assert Retired(lake).partitions(things) == ()


def test_what_goes_is_copied_first_and_noted(held: Lake, things: Contract, cold: Storage) -> None:
    found = _retain(held, things, cold=cold)
    assert found.cold == cold.url
    noted = manifest(cold, things)
    assert list(noted) == ["2024-01-01", "2024-02-01"]
    body = cold.get("silver/things/2024-02-01.parquet")
    rows = pl.read_parquet(io.BytesIO(body)).sort("name")
    assert rows.rows() == [("a", 2, dt.date(2024, 2, 1)), ("b", 2, dt.date(2024, 2, 1))]
    assert noted["2024-02-01"] == {
        "file": "2024-02-01.parquet", "rows": 2, "bytes": len(body), "run_id": "run",
        "sha256": hashlib.sha256(body).hexdigest(), "version": 4, "fingerprint": 102,
    }  # fmt: skip
    _retain(_again(held), things, cold=cold, today=dt.date(2025, 4, 1))
    assert list(manifest(cold, things)) == ["2024-01-01", "2024-02-01", "2024-03-01"]


def test_where_copying_fails_nothing_goes(
    held: Lake, things: Contract, cold: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = cold.put

    def _full(key: str, body: bytes) -> None:
        if "2024-02" in key:
            raise OSError("no room")
        put(key, body)

    monkeypatch.setattr(cold, "put", _full)
    with pytest.raises(OSError, match="no room"):
        _retain(held, things, cold=cold)
    assert _again(held).version(THINGS) == 4
    assert manifest(cold, things) == {}


@pytest.mark.parametrize("contract", [LEDGER, RESTATEMENTS])
def test_what_is_not_kept_by_months_is_refused(lake: Lake, contract: Contract) -> None:
    with pytest.raises(RequestError, match="not kept by months"):
        plan(lake, contract, 5, TODAY)


def test_no_years_are_no_policy(lake: Lake, things: Contract) -> None:
    with pytest.raises(RequestError, match="for 0 years"):
        plan(lake, things, 0, TODAY)


def test_the_years_come_from_the_command_or_from_the_settings() -> None:
    settings = RetentionSettings(years={"a": 3, "b": 5})
    assert policy([], None, settings) == {"a": 3, "b": 5}
    assert policy(["a", "c"], 7, settings) == {"a": 7, "c": 7}
    assert policy(["b"], None, settings) == {"b": 5}
    with pytest.raises(RequestError, match="how long c is kept"):
        policy(["a", "c"], None, settings)
    for years in (None, 3):
        with pytest.raises(RequestError, match="No table is named"):
            policy([], years, RetentionSettings(years={"a": 1} if years else {}))


def test_a_table_that_was_never_written_has_nothing_to_give(lake: Lake, things: Contract) -> None:
    assert _retain(lake, things).partitions == ()
    assert not lake.exists(THINGS)
    assert keeps_from(lake, THINGS) == dt.date.min
    assert retention.cold_storage("", LakeSettings()) is None
