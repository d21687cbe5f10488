"""Settings: each package declares one section beside the code it configures.

Values come, strongest first, from the environment (``LASTRO_LAKE__URL``), a ``.env`` file in the
working folder, and the section's defaults. Nothing is read at import; only the root (``wiring``)
reads, and passes plain values down.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, create_model

from lastro.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_PREFIX = "LASTRO_"


class Section(BaseModel):
    """Base of a section of settings; fields carry a description and a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Group(Section):
    model_config = ConfigDict(extra="ignore")


S = TypeVar("S", bound=Section)


def load(
    sections: Mapping[str, type[Section]], *, env_file: Path | None = Path(".env")
) -> BaseModel:
    """Read every section from the environment.

    Args:
        sections: Section class by name; ``{"lake": LakeSettings}`` reads ``LASTRO_LAKE__*``.
        env_file: A file of ``NAME=value`` lines, ignored where absent.

    Returns:
        A model with one attribute a section.

    Raises:
        ConfigError: A value is not what its section allows; the message names the variable.
    """
    fields: dict[str, Any] = {
        name: (section, section.model_construct()) for name, section in sections.items()
    }  # defaults are as they are written: what checks values is made only where some are told
    told = any(name.upper().startswith(_PREFIX) for name in os.environ)
    if not told and not (env_file and env_file.exists()):
        return create_model("Settings", __base__=_Group, **fields).model_construct()
    from pydantic_settings import (  # noqa: PLC0415 - slow to load, and most set nothing
        BaseSettings,
        SettingsConfigDict,
        SettingsError,
    )

    class Base(BaseSettings):
        model_config = SettingsConfigDict(
            env_prefix=_PREFIX,
            env_nested_delimiter="__",
            env_file=env_file,
            env_file_encoding="utf-8",
            extra="ignore",
            frozen=True,
        )

    model = create_model("Settings", __base__=Base, **fields)
    try:
        return cast("BaseModel", model())
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(
            "__".join(str(part) for part in first["loc"]),
            first["msg"][:1].lower() + first["msg"][1:],
        ) from None
    except SettingsError as error:
        named = [name for name in sections if f'"{name}"' in str(error)]
        raise _wrong(
            ", ".join(named), "it is a section, whose values are set one by one or as a JSON object"
        ) from None


def changed(settings: BaseModel, values: Mapping[str, object]) -> BaseModel:
    """The same settings with some others, by the names of their variables: ``LASTRO_B3__URL``."""
    updates: dict[str, dict[str, object]] = {}
    for variable, value in values.items():
        section, field = variable.removeprefix("LASTRO_").lower().split("__")
        updates.setdefault(section, {})[field] = value
    sections = {
        name: getattr(settings, name).model_copy(update=fields) for name, fields in updates.items()
    }
    return settings.model_copy(update=sections)


def group(sections: Mapping[str, type[Section]]) -> type[Section]:
    """A section of sections; others' settings in it are none of its business."""
    fields = {name: (section, section()) for name, section in sections.items()}
    made: type[Section] = create_model("Group", __base__=_Group, **fields)  # type: ignore[call-overload]
    return made


def _wrong(variable: str, reason: str) -> ConfigError:
    return ConfigError(
        "The setting LASTRO_{variable} is wrong: {reason}.",
        hint="Correct it in the environment or in .env; `lastro config show` lists them all.",
        variable=variable.upper(),
        reason=reason,
    )


def describe(sections: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, object, str]]:
    """Every setting as (environment variable, present value, meaning); secrets stay masked.

    Args:
        sections: Sections by name: settings as ``load`` gives them, or part of them;
            ``sources__x`` names a section within a section.
    """
    for name, section in sections:
        for field, info in type(section).model_fields.items():
            value = getattr(section, field)
            shown = str(value) if isinstance(value, SecretStr) else value
            yield f"LASTRO_{name}__{field}".upper(), shown, info.description or ""
