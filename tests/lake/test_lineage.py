"""Lineage is written into a commit and read back as it was."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from lastro.lake.lineage import Lineage, fingerprint

NAMES = st.text(max_size=8)
COUNTS = st.dictionaries(NAMES, st.integers(0, 10**9), max_size=3)
LINEAGES = st.builds(
    Lineage, run_id=NAMES, code=NAMES, inputs=COUNTS, rows=st.integers(0, 10**12), counts=COUNTS,
    files=st.lists(NAMES, max_size=3).map(tuple), partitions=st.lists(NAMES, max_size=3).map(tuple),
)  # fmt: skip


@given(LINEAGES)
def test_it_comes_back_as_it_went(lineage: Lineage) -> None:
    commit = json.loads(json.dumps(lineage.to_metadata()))
    assert Lineage.from_commit(commit) == lineage


def test_a_commit_of_somebody_else_has_none() -> None:
    assert Lineage.from_commit({"operation": "OPTIMIZE"}) is None


@given(st.lists(st.one_of(st.text(max_size=3), st.integers()), max_size=5))
def test_a_fingerprint_fits_a_delta_version_and_stays(parts: list[object]) -> None:
    assert 0 <= fingerprint(*parts) < 2**63
    assert fingerprint(*parts) == fingerprint(*parts)


def test_a_fingerprint_tells_parts_from_their_sum() -> None:
    made = {
        fingerprint("ab", "c"),
        fingerprint("a", "bc"),
        fingerprint("abc"),
        fingerprint("c", "ab"),
    }
    assert len(made) == 4
