"""Whose client books somebody may see."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lastro.core.errors import NotFoundError
from lastro.identity.principal import Principal
from lastro.identity.reach import Reach, reach_of
from lastro.identity.scopes import ROLES
from lastro.store.users import User

BOOKS = pl.DataFrame(
    {
        "adviser_id": ["ana", "ana", "bia", None, ""],
        "client": ["c1", "c2", "c3", "c4", ""],
    }
)
EVERYBODY = ["c1", "c2", "c3", "c4", ""]


def _principal(acting: str, user: str = "", client: str = "", **more: object) -> Principal:
    user = user or acting
    fields = {"id": user, "kind": "user", "name": user, "role": acting, "client": client,
              "scopes": ROLES[acting], "user": user, "acting": acting}  # fmt: skip
    return Principal(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("principal", "seen"),
    [
        (_principal("admin"), EVERYBODY),
        (_principal("adviser", "ana"), ["c1", "c2"]),
        (_principal("adviser", "bia"), ["c3"]),
        (_principal("adviser", "new"), []),
        (_principal("client", client="c4"), ["c4"]),
        (_principal("client"), []),
        (_principal("analyst", "ana"), []),
        (_principal("adviser", "ana", scopes=frozenset({"market:read"})), []),
        (_principal("adviser", "ana", kind="key", role="service", id="k1"), ["c1", "c2"]),
        (_principal("adviser", "ana", kind="app", id="app"), ["c1", "c2"]),
        (_principal("service", "machine"), []),
    ],
)
def test_who_sees_whom(principal: Principal, seen: list[str]) -> None:
    reach = reach_of(principal)
    assert BOOKS.filter(reach.frame())["client"].to_list() == seen
    held = [c for a, c in BOOKS.rows() if reach.holds(a, c)]
    assert held == seen


@given(
    st.builds(Reach, st.booleans(), st.sampled_from(["", "ana", "bia"]),
              st.sampled_from(["", "c1", "c4"])),
)  # fmt: skip
def test_one_rule_in_three_forms(reach: Reach) -> None:
    seen = BOOKS.filter(reach.frame())["client"].to_list()
    assert seen == [client for adviser, client in BOOKS.rows() if reach.holds(adviser, client)]
    text = str(select(User.id).where(reach.sql(User.adviser_id, User.client)))
    assert ("adviser_id = " in text) == (not reach.everybody and bool(reach.adviser))


def test_out_of_reach_and_absent_sound_the_same() -> None:
    reach = Reach(adviser="ana")
    reach.check("ana", "c1")
    with pytest.raises(NotFoundError, match="no client c3 among yours"):
        reach.check("bia", "c3")
    with pytest.raises(NotFoundError, match="no client c9 among yours"):
        reach.check(None, "c9")
