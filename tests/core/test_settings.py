"""Settings: where values come from, and what a wrong one says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

import pytest
from pydantic import Field, SecretStr

from lastro.core.errors import ConfigError
from lastro.core.settings import Section, describe, load

if TYPE_CHECKING:
    from pathlib import Path


class LakeSection(Section):
    url: str = Field("./lake", description="Where the lake is.")
    retries: int = Field(3, description="How often.")
    level: Literal["DEBUG", "INFO"] = Field("INFO", description="How much.")
    key: SecretStr = Field(SecretStr("default-key"), description="The key.")
    token: SecretStr | None = Field(None, description="The token.")


SECTIONS = {"lake": LakeSection, "lake_two": LakeSection}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LASTRO_")]:
        monkeypatch.delenv(name)


def _load(env_file: Path | None = None) -> Any:
    return load(SECTIONS, env_file=env_file)


def test_defaults() -> None:
    assert _load().lake == LakeSection()


def test_environment_sets_one_value_and_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTRO_LAKE__RETRIES", "7")
    monkeypatch.setenv("LASTRO_LAKE_TWO__URL", "s3://two")
    found = _load()
    assert found.lake == LakeSection(retries=7)
    assert found.lake_two == LakeSection(url="s3://two")


def test_env_file_is_weaker_than_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("LASTRO_LAKE__URL=file\nLASTRO_LAKE__RETRIES=5\nOTHER=1\nLASTRO_WEB__PORT=2\n")
    monkeypatch.setenv("LASTRO_LAKE__URL", "environment")
    assert _load(file).lake == LakeSection(url="environment", retries=5)


def test_env_file_is_read_from_the_working_folder_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("LASTRO_LAKE__URL=café\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found: Any = load(SECTIONS)
    assert found.lake.url == "café"


def test_absent_env_file_is_ignored(tmp_path: Path) -> None:
    assert _load(tmp_path / "nothing").lake == LakeSection()


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("LASTRO_LAKE__RETRIES", "many", "valid integer"),
        ("LASTRO_LAKE_TWO__RETRIES", "", "valid integer"),
        ("LASTRO_LAKE__TYPO", "1", "not permitted"),
        ("LASTRO_LAKE__LEVEL", "LOUD", "'DEBUG' or 'INFO'"),
        ("LASTRO_LAKE", "not json", "set one by one"),
    ],
)
def test_wrong_value_names_its_variable(
    variable: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        _load()
    assert caught.value.context["variable"] == variable.removeprefix("LASTRO_")
    assert f"{variable} is wrong" in caught.value.message
    assert reason in caught.value.message


def test_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTRO_LAKE", '{"key": ["hidden-value"]}')
    with pytest.raises(ConfigError) as caught:
        _load()
    assert "hidden-value" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_settings_do_not_change() -> None:
    found = _load()
    with pytest.raises(ValueError, match="frozen"):
        found.lake.url = "other"


def test_describe_masks_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTRO_LAKE__KEY", "hidden-value")
    monkeypatch.setenv("LASTRO_LAKE__TOKEN", "hidden-value")
    rows = list(describe(_load()))
    assert ("LASTRO_LAKE__URL", "./lake", "Where the lake is.") in rows
    assert ("LASTRO_LAKE__KEY", "**********", "The key.") in rows
    assert ("LASTRO_LAKE_TWO__TOKEN", None, "The token.") in rows
    assert "hidden-value" not in repr(rows)
