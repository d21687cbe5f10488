"""Files written with ``--out``: the format, and the label that simulated data carry away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

Format = Literal["table", "json", "csv", "parquet"]
_LABEL = ".simulated"
_BY_SUFFIX: dict[str, Format] = {".csv": "csv", ".json": "json", ".parquet": "parquet"}


def format_of(path: Path) -> Format:
    """The format a file's name asks for.

    Raises:
        RequestError: Its suffix is none we write.
    """
    if path.suffix.lower() not in _BY_SUFFIX:
        raise RequestError(
            "{name} does not say its format.",
            hint="Name it .csv, .json or .parquet, or add --format.",
            name=path.name,
        )
    return _BY_SUFFIX[path.suffix.lower()]


def labelled(path: Path, *, simulated: bool) -> Path:
    """The same path; of simulated data, with ``.simulated`` before its suffix."""
    if not simulated or _LABEL in path.suffixes:
        return path
    return path.with_name(f"{path.stem}{_LABEL}{path.suffix}")


def write(frame: pl.DataFrame, path: Path, kind: Format, *, simulated: bool) -> None:
    """Write a frame to a file.

    Args:
        frame: Its rows.
        path: Where.
        kind: In which format; ``table`` is not one for files.
        simulated: Whether to label it.

    Raises:
        RequestError: ``table`` was asked for.
    """
    if kind == "parquet":
        metadata = {"lastro.simulated": "true"} if simulated else {}
        frame.write_parquet(path, metadata=metadata)
    elif kind == "csv":
        frame.write_csv(path)
    elif kind == "json":
        from lastro.cli.screen import as_json

        body = {"simulated": simulated, "columns": frame.columns, "rows": frame.to_dicts()}
        path.write_text(as_json(body), encoding="utf-8")
    else:
        raise RequestError(
            "A table on the screen cannot be written to a file.",
            hint="Choose --format csv, json or parquet.",
        )
