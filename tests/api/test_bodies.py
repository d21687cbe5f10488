"""Bodies: how large, how deep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.api.bodies import deeper_than

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=40,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(JSON, st.integers(0, 6), st.booleans())
def test_depth_is_that_of_the_value(value: object, most: int, plain: bool) -> None:  # noqa: FBT001
    body = json.dumps(value, ensure_ascii=plain).encode()
    assert deeper_than(body, most) == (depth(value) > most)


@pytest.mark.parametrize("body", [b'"[[[[[[', b'"\\"[[[[[["', b"]]]]]]]", b'{"a": "[[[[[[[[["}'])
def test_brackets_that_are_no_nesting(body: bytes) -> None:
    assert not deeper_than(body, 3)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, b'[{"a":' * 30_000 + b"1" + b"}]" * 30_000]
)
def test_deep_json_is_refused(signed_in: Callable[[str], TestClient], body: bytes) -> None:
    found = signed_in("analyst").post(
        "/api/v1/sql", content=body,
        headers={"Content-Type": "application/json", "Accept-Language": "en"},
    )  # fmt: skip
    assert found.status_code == 400
    assert "nested deeper" in found.json()["detail"]


def test_a_large_body_is_refused_by_what_it_announces(
    signed_in: Callable[[str], TestClient],
) -> None:
    found = signed_in("analyst").post("/api/v1/sql", json={"query": "x" * 5_000_000})
    assert found.status_code == 413
    assert found.json()["status"] == 413


def test_a_large_body_is_refused_by_what_it_is(signed_in: Callable[[str], TestClient]) -> None:
    parts = (b'{"query": "' + b"x" * 1_000_000 for _ in range(6))
    found = signed_in("analyst").post(
        "/api/v1/sql", content=parts, headers={"Content-Type": "application/json"}
    )
    assert found.status_code == 413


def test_nobodys_body_is_not_read(api: TestClient) -> None:
    found = api.post(
        "/api/v1/sql", content=b"[" * 1000, headers={"Content-Type": "application/json"}
    )
    assert found.status_code == 401
