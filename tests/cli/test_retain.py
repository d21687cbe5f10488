"""lastro retain: shows first, lets go when told, and says what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lastro = Callable[..., Any]
NAVS = "silver.fund_navs"


def _rows(lastro: Lastro, lake: Path) -> int:
    tables = lastro("--lake", lake, "tables", "--json").json["tables"]
    return next(int(table["rows"]) for table in tables if table["name"] == NAVS)


def test_a_dry_run_is_the_default(lastro: Lastro, own_lake: Path) -> None:
    before = _rows(lastro, own_lake)
    done = lastro("--lake", own_lake, "retain", "fund_navs", "--years", "1")
    assert done.code == 0
    assert f"{NAVS}\t" in done.out
    assert "2024-01-01 … 2024-03-01" in done.out
    assert "rows would go: --delete lets them." in done.err
    assert _rows(lastro, own_lake) == before


def test_what_goes_is_copied_counted_and_gone(
    lastro: Lastro, own_lake: Path, tmp_path: Path
) -> None:
    before = _rows(lastro, own_lake)
    retain = ["--lake", own_lake, "retain", NAVS, "--years", "1", "--cold", tmp_path / "cold"]
    done = lastro(*retain, "--delete", "--json").json
    (table,) = done["tables"]
    assert (done["deleted"], table["rows"], table["table"]) == (True, before, NAVS)
    assert len(list((tmp_path / "cold" / "silver" / "fund_navs").glob("*.parquet"))) == 3
    assert _rows(lastro, own_lake) == 0
    again = lastro(*retain, "--delete")
    assert "Nothing is older than its table is kept for." in again.err


def test_the_settings_hold_a_policy(
    lastro: Lastro, own_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lastro("--lake", own_lake, "retain").code == 2
    monkeypatch.setenv("LASTRO_RETENTION__YEARS", '{"fund_navs": 1, "gold.fund_flows_daily": 90}')
    done = lastro("--lake", own_lake, "retain", "--json").json
    assert {table["table"]: len(table["partitions"]) for table in done["tables"]} == {
        NAVS: 3, "gold.fund_flows_daily": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ops.ledger", "--years", "1"], "not kept by months"),
        (["silver.nothing", "--years", "1"], "no table called"),
        (["fund_navs"], "how long fund_navs is kept"),
    ],
)
def test_what_cannot_be_is_told(
    lastro: Lastro, lake: Path, arguments: list[str], told: str
) -> None:
    done = lastro("--lake", lake, "retain", *arguments)
    assert done.code == 2
    assert told in done.err
