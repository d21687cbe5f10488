"""The list of funds: one row a class, its flows of 30 days, its run, what counts once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from lastro.answers.funds import COLUMNS, fund_list

from .fund_tables import ALPHA, BETA, DAYS, GAMMA, MARCH, flow, frame, month, registered, tables


def _row(cnpj: str, subclass: str = "", **more: Any) -> dict[str, object]:
    rows = fund_list(tables(**more)).filter(
        pl.col("cnpj") == cnpj, pl.col("subclass_id") == subclass
    )
    assert rows.height == 1
    return rows.row(0, named=True)


def test_it_has_a_row_a_class_and_subclass_the_largest_first() -> None:
    rows = fund_list(tables())
    assert rows.select("cnpj", "subclass_id").rows() == [
        (ALPHA, ""), (ALPHA, "A1"), (ALPHA, "A2"), (BETA, "B1"), (GAMMA, ""),
    ]  # fmt: skip
    assert set(COLUMNS) < set(rows.columns)


def test_flows_are_of_the_last_30_days_and_the_run_is_signed() -> None:
    alpha = _row(ALPHA)
    assert alpha["net_flow_30d"] == -25.0
    assert alpha["flow_ratio_30d"] == pytest.approx(-0.025)
    assert alpha["flow_run"] == -3
    assert _row(BETA, "B1")["flow_run"] == 4
    gamma = _row(GAMMA)
    assert (gamma["flow_run"], gamma["flow_ratio_30d"], gamma["net_flow_30d"]) == (0, None, 0.0)


def test_a_day_that_is_not_known_breaks_a_run() -> None:
    rows = [flow(ALPHA, day, 0, 1) for day in DAYS]
    rows[2] |= {"inflow": None, "net_flow": None}
    assert _row(ALPHA, "", **{"gold.fund_flows_daily": frame(rows)})["flow_run"] == -1


def test_a_run_is_followed_past_the_newest_months() -> None:
    days = [dt.date(2023, 12, 1) + dt.timedelta(days=step) for step in range(0, 119, 7)]
    rows = [flow(ALPHA, day, 0, 1) for day in days]
    rows[0] |= {"net_flow": Decimal(3)}
    assert _row(ALPHA, "", **{"gold.fund_flows_daily": frame(rows)})["flow_run"] == -16


def test_a_class_that_reports_beside_its_subclasses_counts_them() -> None:
    rows = fund_list(tables())
    assert dict(rows.select(pl.col("subclass_id"), "within").rows()) == {
        "": False, "A1": True, "A2": True, "B1": False
    }  # fmt: skip


def test_a_late_class_keeps_its_month_and_a_cancelled_one_goes() -> None:
    assert _row(GAMMA)["month"] == dt.date(2024, 2, 1)
    gone = frame([registered(GAMMA, "GAMMA", status="Cancelado")])
    rows = fund_list(tables(**{"silver.fund_registry": gone}))
    assert GAMMA not in rows["cnpj"]


def test_a_subclass_the_registry_lacks_is_described_by_its_class() -> None:
    lacking = _row(ALPHA, "A2")
    assert (lacking["manager"], lacking["classification"]) == ("CASA SETE", "Ações")
    assert lacking["name"] == "REGISTERED LATE 0181"
    assert _row(ALPHA, "A1")["name"] == "ALPHA SUBCLASSE UM"


def test_the_year_is_compared_with_cdi_from_the_same_closing() -> None:
    alpha = _row(ALPHA)
    assert alpha["cdi_12m"] == pytest.approx(1.112 / 1.01 - 1)
    assert alpha["excess_12m"] == pytest.approx(0.12 - (1.112 / 1.01 - 1))


def test_sparks_begin_at_one() -> None:
    assert _row(ALPHA)["spark"] == [1.0, 1.25]


def test_what_was_never_built_is_unknown_and_not_an_error() -> None:
    alone = frame([month(ALPHA)])
    read = {"gold.fund_performance": alone}
    rows = fund_list(lambda name: read[name].lazy() if name in read else None)
    assert rows.row(0, named=True)["cnpj"] == ALPHA
    assert rows.row(0, named=True)["month"] == MARCH
    assert rows["net_flow_30d"].to_list() == [None]
    assert fund_list(lambda _: None).height == 0
