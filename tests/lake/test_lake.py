"""Tables: partitions replaced in one version, past states, and what a partition was made from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.errors import ConflictError, NotFoundError
from lastro.lake.lake import Lake
from lastro.lake.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.lake.contract import Contract
    from lastro.lake.storage import Storage

JANUARY, FEBRUARY = "2024-01-01", "2024-02-01"


def sizes(lake: Lake, things: Contract, **options: Any) -> dict[str, int]:
    return dict(lake.scan(things, **options).select("name", "size").collect().sort("name").rows())


def test_a_commit_replaces_its_partition_and_no_other(
    lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, a=1, b=2)
    commit(2, c=3)
    assert commit(1, a=9) == 3
    assert sizes(lake, things) == {"a": 9, "c": 3}
    assert sizes(lake, things, partitions=[FEBRUARY]) == {"c": 3}
    assert lake.partitions(things) == [JANUARY, FEBRUARY]


def test_an_append_adds(lake: Lake, things: Contract, commit: Callable[..., int]) -> None:
    commit(1, a=1)
    commit(1, append=True, b=2)
    assert sizes(lake, things) == {"a": 1, "b": 2}


def test_an_emptied_partition_is_gone_and_its_state_is_known(
    lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, a=1)
    commit(2, c=3)
    commit(1, state=8)
    assert sizes(lake, things) == {"c": 3}
    assert lake.partitions(things) == [FEBRUARY]
    assert (lake.state(things.name, JANUARY), lake.state(things.name, FEBRUARY)) == (8, 7)


def test_what_a_partition_was_made_from_outlives_the_process(
    storage: Storage, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, state=2**62 + 1, a=1)
    fresh = Lake(storage)
    assert fresh.state(things.name, JANUARY) == 2**62 + 1
    assert fresh.state(things.name, FEBRUARY) is None
    assert fresh.state("silver.none", JANUARY) is None


def test_past_states_are_read_by_version_and_by_instant(
    lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    for size in (1, 2, 3):
        commit(1, a=size)
    for commit_ in lake.history(things.name):
        version = commit_["version"]
        if version:
            assert sizes(lake, things, as_of=version) == {"a": version}
            dated = [c["version"] for c in lake.history(things.name) if c["at"] == commit_["at"]]
            assert sizes(lake, things, as_of=commit_["at"]) == {"a": max(dated)}
    later = lake.history(things.name)[0]["at"] + dt.timedelta(days=1)
    assert sizes(lake, things, as_of=later) == {"a": 3}


def test_what_was_not_there_then_is_not_found(
    lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, a=1)
    with pytest.raises(NotFoundError, match="nothing as of 99"):
        lake.scan(things, as_of=99)
    with pytest.raises(NotFoundError, match=r"as of 2001") as caught:
        lake.scan(things, as_of=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    assert "first version" in caught.value.hint
    with pytest.raises(NotFoundError, match=r"silver\.none has nothing"):
        lake.delta("silver.none")
    assert lake.version("silver.none") == -1
    assert not lake.exists("silver.none")


def test_history_tells_who_wrote_what(
    lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, a=1, b=2)
    newest = lake.history(things.name)[0]
    assert newest["lineage"] == Lineage("run", "0", partitions=(JANUARY,), rows=2)
    assert abs(dt.datetime.now(dt.UTC) - newest["at"]) < dt.timedelta(minutes=5)


def test_a_file_not_committed_is_in_no_version(
    lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, a=1)
    lake.write_file(things, JANUARY, lake.scan(things).collect())
    assert sizes(lake, things) == {"a": 1}
    assert len(lake.files(things.name)) == 1


def test_two_who_change_one_partition_are_told_apart(
    storage: Storage, lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, a=1)
    other = Lake(storage)
    rows = other.scan(things).collect()
    file = other.write_file(things, JANUARY, rows)
    commit(1, a=2)
    with pytest.raises(ConflictError, match=r"changed silver\.things at the same time"):
        other.commit(things, [file], states={}, lineage=Lineage("other", "0"))
    assert sizes(Lake(storage), things) == {"a": 2}


def test_new_text_columns_widen_a_table(lake: Lake, things: Contract) -> None:
    for columns in ((), ("new",), ("new", "another")):
        rows = things_with(columns)
        file = lake.write_file(things, JANUARY, rows)
        lake.commit(things, [file], states={}, lineage=Lineage("r", "0"), columns=columns)
    found = lake.scan(things).collect()
    assert found.columns == ["name", "size", "month", "new", "another"]
    assert found.select("new", "another").rows() == [("x", "x")]


def things_with(columns: tuple[str, ...]) -> Any:
    import polars as pl

    return pl.DataFrame({"name": ["a"], "size": [1], "month": [dt.date(2024, 1, 1)]}).with_columns(
        pl.lit("x").alias(name) for name in columns
    )
