"""Text as people search it: upper case, without accents, single blanks."""

from __future__ import annotations

import polars as pl


def folded(text: pl.Expr) -> pl.Expr:
    """A column as it is searched."""
    plain = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase()
    return plain.str.replace_all(r"\s+", " ").str.strip_chars()


def fold(text: str) -> str:
    """What a person typed, as ``folded`` makes columns."""
    found: str = pl.select(folded(pl.lit(text))).item()
    return found
