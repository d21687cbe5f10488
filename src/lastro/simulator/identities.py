"""Identities that belong to nobody: CNPJs above the real ones, CPFs that cannot exist, names.

CNPJs carry valid check digits over roots from 90000000 upwards, where no company is registered.
CPFs carry wrong check digits on purpose, so that they can be no living person's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROOT_CLASS = 90_000_000
ROOT_FIRM = 95_000_000
ROOT_FUND = 96_000_000

_FIRST_WEIGHTS = np.array([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
_SECOND_WEIGHTS = np.array([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])


def _digit(values: NDArray[np.int64], weights: NDArray[np.int64]) -> NDArray[np.int64]:
    rest = values @ weights % 11
    return np.where(rest < 2, 0, 11 - rest)


def complete_cnpjs(roots: Sequence[str]) -> pl.Series:
    """Head-office CNPJs of eight-character roots.

    Args:
        roots: Upper-case roots, digits or letters, eight characters each.

    Returns:
        Text of 14 characters without mask, in the order given, with valid check digits.
    """
    bases = np.array([root + "0001" for root in roots], dtype="S12")
    values = bases.view(np.uint8).reshape(-1, 12).astype(np.int64) - ord("0")
    first = _digit(values, _FIRST_WEIGHTS)
    second = _digit(np.column_stack([values, first]), _SECOND_WEIGHTS)
    text = pl.DataFrame({"base": bases.astype(str), "digits": first * 10 + second})
    return text.select(pl.format("{}{}", "base", pl.col("digits").cast(pl.String).str.zfill(2)))[
        "base"
    ].alias("cnpj")


def masked(cnpjs: pl.Series) -> pl.Series:
    """CNPJs of 14 characters as ``00.000.000/0000-00``."""
    cuts = ((0, 2, "."), (2, 3, "."), (5, 3, "/"), (8, 4, "-"), (12, 2, ""))
    name = cnpjs.name
    parts = [
        part
        for start, length, mark in cuts
        for part in (pl.col(name).str.slice(start, length), pl.lit(mark))
    ]
    return cnpjs.to_frame().select(pl.concat_str(parts).alias(name))[name]


def impossible_cpf(number: int) -> str:
    """Eleven digits whose last one contradicts the CPF rule.

    Args:
        number: At most six digits; tells one person from another.
    """
    digits = [int(figure) for figure in f"900{number:06d}"]
    for weights in (range(10, 1, -1), range(11, 1, -1)):
        rest = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    digits[-1] = (digits[-1] + 1) % 10
    return "".join(map(str, digits))
