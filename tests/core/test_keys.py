"""Where the master key comes from, and what is said when it cannot."""

from __future__ import annotations

import base64
import logging
import os
import stat
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from lastro.core.errors import ConfigError
from lastro.core.keys import KeySettings, LocalMaster, key_lines, new_key, ring, write_keys

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
OLD_ID, NEW_ID = LocalMaster(b"o" * 32).id, LocalMaster(b"n" * 32).id


def test_a_key_of_the_environment(tmp_path: Path) -> None:
    found = ring(
        KeySettings(master=SecretStr(NEW), former=SecretStr(f"{OLD}, ")),
        tmp_path,
        development=False,
    )
    assert (found.current.id, [m.id for m in found.former]) == (NEW_ID, [OLD_ID])
    assert (found.origin, found.path) == ("environment", None)
    assert list(tmp_path.iterdir()) == []
    assert NEW not in repr(found)


def test_a_key_file_has_the_current_key_above_the_former(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_keys(path, [NEW, OLD])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(f"# of the house\n\n{NEW}  # 2024\n{OLD}\n")
    found = ring(KeySettings(file=str(path)), None, development=False)
    assert (found.current.id, [m.id for m in found.former]) == (NEW_ID, [OLD_ID])
    assert found.origin == "file"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    write_keys(path, [NEW])
    path.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        ring(KeySettings(file=str(path)), None, development=True)


@pytest.mark.parametrize("text", ["", "not base64", "c2hvcnQ=", "ção"])
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ConfigError) as caught:
        ring(KeySettings(file=str(path)), None, development=True)
    assert not text or text not in str(caught.value)
    if text:
        with pytest.raises(ConfigError, match="LASTRO_KEYS__MASTER"):
            ring(KeySettings(master=SecretStr(text)), None, development=True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.key"):
        ring(KeySettings(file=str(tmp_path / "no.key")), tmp_path, development=True)


def test_two_master_keys_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="More than one"):
        ring(KeySettings(master=SecretStr(NEW), file="x"), tmp_path, development=True)


def test_in_development_a_key_is_made_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("lastro.core.keys")  # others may have closed what is above it
    assert not logger.disabled
    logger.addHandler(caplog.handler)
    with caplog.at_level(logging.WARNING, logger.name):
        first = ring(KeySettings(), tmp_path / "lake", development=True)
    logger.removeHandler(caplog.handler)
    path = tmp_path / "lake/keys/master.key"
    assert (first.origin, first.path) == ("generated", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["master.key"]  # noqa: PTH208 - hidden ones as well
    assert str(path) in caplog.text
    assert key_lines(path)[0] not in caplog.text
    assert ring(KeySettings(), tmp_path / "lake", development=True).current.id == first.current.id


def test_outside_development_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No master key"):
        ring(KeySettings(), tmp_path / "lake", development=False)
    with pytest.raises(ConfigError, match="No master key"):
        ring(KeySettings(), None, development=True)  # a bucket is no place for it
    assert list(tmp_path.iterdir()) == []


def test_new_keys_differ() -> None:
    assert len({new_key() for _ in range(9)}) == 9
    assert len(base64.b64decode(new_key())) == 32
