"""silver.fx_rates: one closing bulletin a currency and day."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from lastro.pipeline.refine import Refined, Text, gather, number, refine
from lastro.sources import bcb_fx
from lastro.tables.silver.fx_rates import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEEN = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)
GOOD = {"paridadeCompra": 1.08, "paridadeVenda": 1.09, "cotacaoCompra": 6.1, "cotacaoVenda": 6.2,
        "dataHoraCotacao": "2025-04-23 13:06:30.416", "tipoBoletim": "Fechamento"}  # fmt: skip


def refined(name: str, body: bytes, month: dt.date = dt.date(2025, 4, 1)) -> Refined:
    frames = [
        period.text.with_columns(_file=pl.lit(name), _ingested_at=pl.lit(SEEN))
        for period in bcb_fx.parse(name, body, SEEN.date())
        if period.month == month
    ]
    return refine(TABLE, number([Text(bcb_fx.SOURCE, gather(bcb_fx.SOURCE, frames))], anew=True),
                  month)  # fmt: skip


def bulletins(*changes: Mapping[str, object]) -> Refined:
    rows = [{**GOOD, **change} for change in changes]
    return refined("ptax_EUR_2025.json", json.dumps({"value": rows}).encode())


def test_of_a_day_told_twice_the_later_line_counts(real_data: Path) -> None:
    path = real_data / "bcb" / "ptax_20250422-20250425.csv"
    found = refined(path.name, path.read_bytes())
    assert found.rows.select("ref_date", "buy", "sell", "quoted_at").rows()[1] == (
        dt.date(2025, 4, 23), Decimal("5.6874"), Decimal("5.688"), "2025-04-23 13:06:30.443"
    )  # fmt: skip
    assert found.rows.height == 4
    assert found.rejects.rows() == [(2, "superseded")]
    assert set(found.rows["currency"]) == {"USD"}
    assert set(found.rows["bulletin"]) == {"Fechamento"}


def test_a_line_repeated_value_for_value_collapses() -> None:
    found = bulletins({}, {})
    assert (found.rows.height, found.collapsed, found.rejects.height) == (1, 1, 0)


def test_only_the_closing_bulletin_counts() -> None:
    kinds = ("Abertura", "Intermediário", "Fechamento PTAX", "Fechamento Interbancário")
    found = bulletins(*({"tipoBoletim": kind} for kind in kinds))
    assert found.rows["bulletin"].to_list() == ["Fechamento PTAX"]


def test_prices_that_cannot_be_are_set_aside_and_odd_ones_said() -> None:
    found = bulletins(
        {"dataHoraCotacao": "2025-04-01 13:06:30.4", "cotacaoCompra": None, "cotacaoVenda": None},
        {"dataHoraCotacao": "2025-04-02 13:06:30.4", "cotacaoCompra": 0},
        {"dataHoraCotacao": "2025-04-03 13:06:30.4", "cotacaoVenda": 6.0},
        {"dataHoraCotacao": "2025-04-04 13:06:30.4", "cotacaoCompra": None},
    )
    assert found.rejects["reason"].to_list() == ["price_missing", "price_not_positive"]
    assert found.rows["flags"].to_list() == ["sell_below_buy", ""]


def test_a_bulletin_is_known_on_its_day() -> None:
    row = bulletins({}).rows.row(0, named=True)
    assert row["available_at"] == dt.datetime(2025, 4, 23, 21, tzinfo=dt.UTC)
    assert (row["currency"], row["parity_buy"], row["parity_sell"]) == (
        "EUR", Decimal("1.08"), Decimal("1.09")
    )  # fmt: skip
