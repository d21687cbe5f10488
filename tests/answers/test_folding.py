"""Text as it is searched."""

from __future__ import annotations

import polars as pl
import pytest

from lastro.answers.folding import fold, folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Petróleo  E   GÁS ", "PETROLEO E GAS"),
        (" São João ç ", "SAO JOAO C"),
        ("1ª\u00a0Série", "1A SERIE"),
        (" ", ""),
        ("", ""),
    ],
)
def test_folding_takes_accents_case_and_blanks_away(text: str, plain: str) -> None:
    assert fold(text) == plain
    column = pl.DataFrame({"text": [text, None]}).select(folded(pl.col("text")))
    assert column["text"].to_list() == [plain, None]
