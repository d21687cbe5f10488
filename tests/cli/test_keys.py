"""lastro keys: made, shown, rotated, forgotten; and killed in between."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from lastro.core.keys import key_lines, write_keys
from lastro.lake import sealed
from lastro.wiring import platform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    from lastro.simulator.market import SimulatedMarket


@pytest.fixture
def sealed_lake(
    lastro: Callable[..., Ran], files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A lake whose landing is sealed."""
    monkeypatch.setenv("LASTRO_LAKE__SEAL_LANDING", "true")
    folder = tmp_path / "lake"
    done = lastro("--lake", folder, "import", "cvm_funds", files[0], "--build")
    assert done.code == 0, done.err
    with platform(str(folder)).store.session() as session:
        from lastro.store.vault import secret_or

        secret_or(session, "one", "value")
    return folder


def _read_all(folder: Path) -> list[bytes]:
    held = platform(str(folder))
    return [held.landing.read(row) for row in held.landing.ledger("cvm_funds")]


def test_a_new_key_is_written_for_settings(lastro: Callable[..., Ran]) -> None:
    done = lastro("keys", "new")
    assert len(base64.b64decode(done.out)) == 32
    assert done.out != lastro("keys", "new").out


def test_a_rotation_leaves_everything_readable_by_the_new_key_alone(
    lastro: Callable[..., Ran], sealed_lake: Path
) -> None:
    before = _read_all(sealed_lake)
    (first,) = lastro("--lake", sealed_lake, "keys", "--json").json["keys"]
    assert (first["state"], first["values"]) == ("current", 1)
    assert first["files"] >= 1
    done = lastro("--lake", sealed_lake, "keys", "rotate", "--json")
    assert done.code == 0, done.err
    current, former = done.json["keys"]
    assert former == first | {"state": "former", "files": 0, "values": 0}
    assert (current["files"], current["values"]) == (first["files"], 1)
    assert lastro("--lake", sealed_lake, "keys", "forget", "--json").json["forgotten"] == [
        first["key"]
    ]
    assert len(key_lines(sealed_lake / "keys/master.key")) == 1
    assert _read_all(sealed_lake) == before
    from lastro.store.vault import secret

    with platform(str(sealed_lake)).store.reading() as session:
        assert secret(session, "one") == "value"


def test_an_interrupted_rotation_is_finished_without_another_key(
    lastro: Callable[..., Ran], sealed_lake: Path
) -> None:
    path = sealed_lake / "keys/master.key"
    fresh = lastro("keys", "new").out.strip()
    write_keys(path, [fresh, *key_lines(path)])  # and here the power failed
    held = platform(str(sealed_lake))
    assert next(sealed.rewrap(held.storage))[1]  # and there again
    assert lastro("--lake", sealed_lake, "keys", "forget").code == 2
    assert lastro("--lake", sealed_lake, "keys", "rotate").code == 0
    assert key_lines(path)[0] == fresh
    assert len(key_lines(path)) == 2
    assert lastro("--lake", sealed_lake, "keys", "forget").code == 0
    assert _read_all(sealed_lake)


def test_a_key_of_the_environment_is_rotated_by_its_owner(
    lastro: Callable[..., Ran], sealed_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = key_lines(sealed_lake / "keys/master.key")
    monkeypatch.setenv("LASTRO_KEYS__MASTER", old)
    (sealed_lake / "keys/master.key").unlink()
    refused = lastro("--lake", sealed_lake, "keys", "rotate")
    assert (refused.code, "LASTRO_KEYS__FORMER" in refused.err) == (2, True)
    monkeypatch.setenv("LASTRO_KEYS__MASTER", lastro("keys", "new").out.strip())
    lost = lastro("--lake", sealed_lake, "keys", "rotate")
    assert lost.code == 78, lost.err
    monkeypatch.setenv("LASTRO_KEYS__FORMER", old)
    assert lastro("--lake", sealed_lake, "keys", "rotate").code == 0
    monkeypatch.delenv("LASTRO_KEYS__FORMER")
    assert _read_all(sealed_lake)


def test_a_changed_landed_file_is_found_by_the_doctor(
    lastro: Callable[..., Ran], sealed_lake: Path, market: SimulatedMarket
) -> None:
    held = platform(str(sealed_lake))
    (row, *_) = held.landing.ledger("cvm_funds")
    body = bytearray(held.storage.get(row.key))
    body[-1] ^= 1
    held.storage.put(row.key, bytes(body))
    done = lastro("--lake", sealed_lake, "doctor")
    assert row.key in done.out + done.err
