"""lastro users and lastro audit: the operator's way in, and the proof of the record."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from lastro.identity.desk import Visitor
from lastro.wiring import platform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

PASSWORD = "quatro palavras bem soltas"  # noqa: S105 - of a user who lives for one test


@pytest.fixture
def lake(
    lastro: Callable[..., Ran], files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setenv("LASTRO_IDENTITY__ARGON2_MEMORY_KIB", "8")
    folder = tmp_path / "lake"
    assert lastro("--lake", folder, "import", "cvm_funds", files[0]).code == 0
    return folder


def test_somebody_is_invited_and_comes_in_by_the_link(
    lastro: Callable[..., Ran], lake: Path
) -> None:
    assert "no users yet" in lastro("--lake", lake, "users").out
    done = lastro("--lake", lake, "users", "invite", "ana@example.com", "--role", "admin")
    assert done.code == 0, done.err
    link = done.out.splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8321/welcome#")
    held = platform(str(lake))
    held.identity.people.choose(link.partition("#")[2], PASSWORD, Visitor())
    held.store.close()
    (user,) = lastro("--lake", lake, "users", "list", "--json").json["users"]
    assert user == {"email": "ana@example.com", "name": "ana", "role": "admin",
                    "second_factor": False, "state": "active"}  # fmt: skip
    assert "ana@example.com\tana\tadmin\tno\tactive" in lastro("--lake", lake, "users").out


def test_users_are_changed_by_their_email(lastro: Callable[..., Ran], lake: Path) -> None:
    for name in ("ana", "bia"):
        lastro("--lake", lake, "users", "invite", f"{name}@example.com", "--role", "admin")
    bia = ("--lake", lake, "users")
    assert lastro(*bia, "role", "bia@example.com", "--role", "analyst").code == 0
    assert lastro(*bia, "disable", "bia@example.com").code == 0
    assert lastro(*bia, "link", "bia@example.com").code == 2
    assert lastro(*bia, "enable", "bia@example.com").code == 0
    assert lastro(*bia, "drop-second-factor", "bia@example.com").code == 0
    assert "/welcome#" in lastro(*bia, "link", "bia@example.com").out
    assert lastro(*bia, "disable", "ana@example.com").code == 2  # nobody would be left
    assert lastro(*bia, "disable", "nobody@example.com").code == 2
    assert lastro(*bia, "role", "bia@example.com", "--role", "root").code == 2
    assert lastro(*bia, "disable").code == 2


def test_the_log_is_verified_and_a_changed_row_is_named(
    lastro: Callable[..., Ran], lake: Path
) -> None:
    for name in ("ana", "bia"):
        lastro("--lake", lake, "users", "invite", f"{name}@example.com", "--role", "admin")
    whole = lastro("--lake", lake, "audit", "verify")
    assert (whole.code, "2 rows" in whole.out) == (0, True)
    rows = lastro("--lake", lake, "audit", "list", "--json").json["rows"]
    assert [row["action"] for row in rows] == ["users.invite", "users.invite"]
    assert "ana@example.com" not in lastro("--lake", lake, "audit", "list").out
    with sqlite3.connect(lake / "store.db") as store:
        store.execute("DROP TRIGGER audit_no_update")
        store.execute("UPDATE audit SET action = 'nothing' WHERE number = 1")
    store.close()
    broken = lastro("--lake", lake, "audit")
    assert broken.code == 65
    assert "Row 1: its content was changed." in broken.err
    assert lastro("--lake", lake, "audit", "--json").json["faults"] == [[1, "changed"]]
