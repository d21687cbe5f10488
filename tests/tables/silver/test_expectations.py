"""silver.expectations: four resources in one form, told apart by the key."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl

from lastro.pipeline.refine import Refined, Text, gather, number, refine
from lastro.sources import bcb_focus
from lastro.tables.silver.expectations import TABLE

SEEN = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)
MONTH = dt.date(2026, 11, 1)
GOOD = {"Indicador": "IPCA", "Data": "2026-11-06", "Media": 4.312, "Mediana": 4.3,
        "DesvioPadrao": 0.21, "Minimo": 3.9, "Maximo": 5.0, "numeroRespondentes": 140,
        "baseCalculo": 0}  # fmt: skip


def refined(**rows: list[dict[str, object]]) -> Refined:
    frames = []
    for horizon, values in rows.items():
        name = f"focus_{horizon.strip('_')}_2026-11.json"
        body = json.dumps({"value": [GOOD | value for value in values]}).encode()
        (period,) = bcb_focus.parse(name, body, SEEN.date())
        frames.append(period.text.with_columns(_file=pl.lit(name), _ingested_at=pl.lit(SEEN)))
    text = Text(bcb_focus.SOURCE, gather(bcb_focus.SOURCE, frames))
    return refine(TABLE, number([text], anew=True), MONTH)


def test_resources_of_a_month_stand_together() -> None:
    found = refined(
        annual=[{"DataReferencia": "2026"}, {"DataReferencia": "2026", "baseCalculo": 1}],
        monthly=[{"DataReferencia": "11/2026"}],
        _12months=[{"Suavizada": "S"}, {"Suavizada": "N"}],
        selic=[{"Indicador": "Selic", "Reuniao": "R8/2026"}],
    )
    assert found.rows.select("horizon", "target", "smoothed", "base").rows() == [
        ("12months", "", "N", 0), ("12months", "", "S", 0), ("annual", "2026", "", 0),
        ("annual", "2026", "", 1), ("monthly", "11/2026", "", 0), ("selic", "R8/2026", "", 0),
    ]  # fmt: skip
    assert found.rejects.is_empty()
    assert set(found.rows["detail"]) == {""}
    assert set(found.rows["available_at"]) == {dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)}


def test_a_row_without_a_median_is_set_aside_and_an_odd_one_said() -> None:
    found = refined(annual=[{"Mediana": None}, {"DataReferencia": "2027", "Mediana": 5.5}])
    assert found.rejects["reason"].to_list() == ["median_missing"]
    assert found.rows["flags"].to_list() == ["median_outside_answers"]
