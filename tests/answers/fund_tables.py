"""A handful of fund classes as tables: what the tests of funds read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl

KNOWN = dt.datetime(2024, 3, 29, 23, tzinfo=dt.UTC)
ALPHA, BETA, GAMMA = "11222333000181", "90000001000100", "90000002000100"
MARCH, FEBRUARY = dt.date(2024, 3, 1), dt.date(2024, 2, 1)
DAYS = [dt.date(2024, 3, day) for day in (25, 26, 27, 28)]


def flow(cnpj: str, day: dt.date, inflow: float, outflow: float, **more: Any) -> dict[str, Any]:
    """One day of a class."""
    return {
        "cnpj": cnpj, "subclass_id": "", "ref_date": day, "month": day.replace(day=1),
        "inflow": Decimal(str(inflow)), "outflow": Decimal(str(outflow)),
        "net_flow": Decimal(str(inflow)) - Decimal(str(outflow)), "mean_net_worth": 1000.0,
        "quota_return": 0.0, "flow_ratio": (inflow - outflow) / 1000, "holders_end": 10,
        "holders_change": 0, "reporting_days": 1, "available_at": KNOWN, **more,
    }  # fmt: skip


def month(cnpj: str, at: dt.date = MARCH, **more: Any) -> dict[str, Any]:
    """One month of a class in the tables of performance, flows and signals alike."""
    return {
        "cnpj": cnpj, "subclass_id": "", "month": at, "quota_end": Decimal("2.5"),
        "return_1m": 0.01, "return_3m": 0.03, "return_6m": None, "return_12m": 0.12,
        "return_ytd": 0.03, "return_since_start": 0.2, "volatility_12m": 0.05,
        "worst_drawdown": -0.1, "months": 14, "available_at": KNOWN,
        "net_worth_end": Decimal(1000), "holders_end": 10, "fund_type": "FI",
        "fund_name": f"REGISTERED LATE {cnpj[-4:]}", "score": Decimal("10.00"), "rank": 2,
        "reason": "sem sinal de saída", "reason_en": "no sign of leaving", "net_flow_1m": -1.0,
        "net_flow_3m": -3.0, "net_flow_12m": None, "flow_ratio_1m": -0.001,
        "flow_ratio_3m": -0.003, "flow_ratio_12m": None, "outflow_run": 1,
        "holders_change_3m": 0, "holders_change_12m": None, "peer_group": "Ações", "peers": 5,
        "peer_score": 0.0, "administrator_changed": False, "manager_changed": False,
        "custodian_changed": None, **more,
    }  # fmt: skip


def registered(cnpj: str, name: str, **more: Any) -> dict[str, Any]:
    """One class in a snapshot of the registry."""
    return {
        "cnpj": cnpj, "subclass_id": "", "ref_date": dt.date(2024, 3, 28), "fund_cnpj": cnpj,
        "name": name, "fund_type": "FI", "class_type": "Classe", "status": "Em Funcionamento",
        "status_since": dt.date(2010, 1, 4), "started_on": dt.date(2010, 1, 4),
        "cancelled_on": None, "classification": "Ações", "anbima_classification": "Ações Livre",
        "benchmark": "IBOVESPA", "audience": "Público Geral", "condominium": "Aberto",
        "exclusive": "N", "administrator_cnpj": "1", "administrator": "BANCO UM",
        "manager_kind": "PJ", "manager_id": "7", "manager": "CASA SETE", "custodian_cnpj": "3",
        "custodian": "BANCO TRÊS", "available_at": KNOWN, "month": MARCH, **more,
    }  # fmt: skip


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a table."""
    return pl.DataFrame(rows, infer_schema_length=None)


def benchmarks() -> pl.DataFrame:
    """CDI and Ibovespa over a year and a bit; CDI knows nothing of the last day."""
    days = [dt.date(2023, 2, 28), dt.date(2023, 3, 31), dt.date(2024, 2, 29), *DAYS]
    cdi = [1.0, 1.01, 1.10, 1.11, 1.111, 1.112]
    ibov = [1.0, 0.9, 1.2, 1.21, 1.22, 1.23, 1.24]
    return frame(
        [{"benchmark": "CDI", "ref_date": d, "level": v} for d, v in zip(days, cdi, strict=False)]
        + [
            {"benchmark": "IBOV", "ref_date": d, "level": v}
            for d, v in zip(days, ibov, strict=True)
        ]
    )


def tables(**more: pl.DataFrame) -> Any:
    """A reader of three classes: Alpha with two subclasses, Beta of one alone, Gamma late."""
    months = [
        month(ALPHA, FEBRUARY, quota_end=Decimal("2.0")),
        month(ALPHA, net_worth_end=Decimal(5000), score=Decimal("80.00"), rank=1),
        month(ALPHA, subclass_id="A1", net_worth_end=Decimal(3000)),
        month(ALPHA, subclass_id="A2", net_worth_end=Decimal(2000), return_1m=None),
        month(BETA, subclass_id="B1", net_worth_end=Decimal(700), score=Decimal("60.00")),
        month(GAMMA, FEBRUARY, net_worth_end=Decimal(90)),
    ]
    flows = [
        *(flow(ALPHA, day, 0, 10) for day in DAYS[1:]),
        flow(ALPHA, DAYS[0], 5, 0),
        flow(ALPHA, dt.date(2024, 2, 20), 1000, 0),  # more than 30 days before
        *(flow(ALPHA, day, 0, 6, subclass_id="A1", mean_net_worth=600.0) for day in DAYS[1:]),
        *(flow(BETA, day, 2, 1, subclass_id="B1", mean_net_worth=500.0) for day in DAYS),
        flow(GAMMA, dt.date(2024, 2, 29), 0, 0, mean_net_worth=None),
    ]
    registry = [
        registered(ALPHA, "ALPHA AÇÕES FI"),
        registered(ALPHA, "ALPHA SUBCLASSE UM", subclass_id="A1"),
        registered(BETA, "BETA", manager="CASA OITO", manager_id="8", classification="Cambial",
                   anbima_classification=None),
        registered(GAMMA, "GAMMA"),
    ]  # fmt: skip
    held = {
        "gold.fund_performance": frame(months), "gold.fund_flows_monthly": frame(months),
        "gold.portability_signals": frame(months), "gold.fund_flows_daily": frame(flows),
        "silver.fund_registry": frame(registry), "gold.benchmarks": benchmarks(), **more,
    }  # fmt: skip
    return lambda name: held[name].lazy() if name in held else None
