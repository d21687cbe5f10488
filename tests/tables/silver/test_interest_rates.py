"""silver.interest_rates: series under their names, and when each could be known."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from lastro.lake.contract import STANDING
from lastro.pipeline.refine import Refined, Text, gather, number, refine
from lastro.sources import bcb_rates
from lastro.tables.silver.interest_rates import TABLE

if TYPE_CHECKING:
    from pathlib import Path

SEEN = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)


def refined(*files: tuple[str, bytes]) -> Refined:
    """Files as the machine would take them, the later ones seen later."""
    frames = [
        period.text.with_columns(
            _file=pl.lit(name), _ingested_at=pl.lit(SEEN + dt.timedelta(hours=hours))
        )
        for hours, (name, body) in enumerate(files)
        for period in bcb_rates.parse(name, body, SEEN.date())
    ]
    text = Text(bcb_rates.SOURCE, gather(bcb_rates.SOURCE, frames))
    return refine(TABLE, number([text], anew=True), STANDING)


def series(code: int, *values: tuple[str, str], **more: str) -> tuple[str, bytes]:
    rows = [{"data": day, "valor": value, **more} for day, value in values]
    return f"sgs_{code}_2020-2029.json", json.dumps(rows).encode()


def known(found: Refined) -> list[str]:
    return [f"{at:%Y-%m-%d %H}" for at in found.rows["available_at"]]


def test_the_real_cdi_stands_as_published(real_data: Path) -> None:
    folder = real_data / "bcb" / "sgs_reencoded"
    names = ("bcdata.sgs.12.json", "bcdata.sgs.432.json", "bcdata.sgs.433.json")
    found = refined(*((name, (folder / name).read_bytes()) for name in names))
    assert (found.rows.height, found.rejects.height, found.collapsed) == (753 + 9902, 0, 0)
    assert set(found.rows["rate"]) == {"CDI", "SELIC_TARGET"}
    cdi = found.rows.filter(pl.col("rate") == "CDI")
    assert cdi["value"].sum() == Decimal("34.270111")
    assert set(cdi["unit"]) == {"percent a day"}
    assert set(found.rows["month"]) == {STANDING}


def test_a_daily_rate_is_known_on_the_next_bank_day() -> None:
    found = refined(series(12, ("29/05/2024", "0.039270")), series(11, ("31/12/2024", "0.045513")))
    assert found.rows["rate"].to_list() == ["SELIC", "CDI"]
    assert known(found) == ["2025-01-02 12", "2024-05-31 12"]


def test_the_target_is_known_on_its_own_day_and_no_sooner() -> None:
    found = refined(series(432, ("18/11/2026", "14.75"), ("09/12/2026", "14.75")))
    assert known(found) == ["2026-11-18 03", "2026-12-09 03"]  # midnight in Brasília


def test_a_rate_of_a_month_is_known_after_it() -> None:
    assert known(refined(series(4391, ("01/05/2024", "0.83")))) == ["2024-06-06 12"]


def test_a_series_of_periods_keeps_their_end() -> None:
    found = refined(series(226, ("31/05/2024", "0.0812"), datafim="30/06/2024"),
                    series(25, ("02/06/2024", "0.58"), datafim="01/06/2024"))  # fmt: skip
    assert found.rows.select("rate", "end_date").rows() == [("TR", dt.date(2024, 6, 30))]
    assert found.rejects["reason"].to_list() == ["ends_before_it_starts"]


def test_an_unknown_series_is_called_by_its_number_and_claims_little() -> None:
    monthly = series(24364, ("01/05/2024", "148.2"), ("01/06/2024", "-1"))
    daily = series(7811, ("02/05/2024", "0.03"), ("01/06/2024", "0.04"))
    found = refined(monthly, daily)
    assert found.rows.select("rate", "unit", "flags").rows() == [
        ("SGS 7811", "", ""), ("SGS 7811", "", ""), ("SGS 24364", "", ""),
        ("SGS 24364", "", "rate_negative"),
    ]  # fmt: skip
    assert known(found) == ["2024-05-03 12", "2024-06-03 12", "2024-08-01 12", "2024-09-01 12"]


def test_price_indexes_are_left_to_their_own_table() -> None:
    assert refined(series(433, ("01/05/2024", "0.46"))).rows.is_empty()


def test_a_persons_file_and_the_banks_stand_as_one_and_the_later_counts() -> None:
    body = series(12, ("02/01/2024", "0.043739"), ("03/01/2024", "0.043739"))
    theirs = json.dumps([{"data": "02/01/2024", "valor": "0.043739"},
                         {"data": "03/01/2024", "valor": "0.05"}]).encode()  # fmt: skip
    found = refined(body, ("bcdata.sgs.12.json", theirs))
    assert found.rows["value"].to_list() == [Decimal("0.043739"), Decimal("0.05")]
    assert found.collapsed == 1
    assert found.rejects.rows() == [(2, "superseded")]
