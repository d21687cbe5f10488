"""cvm_p210.gold_cvm210_analytics: people's own query runs as it is, and counts nobody twice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from lastro.tables.views.gold_cvm210_analytics import VIEW

if TYPE_CHECKING:
    from collections.abc import Callable

QUERY = """
SELECT CNPJ_FUNDO, total_captacao, total_resgate, fluxo_liquido, patrimonio_medio
FROM cvm_p210.gold_cvm210_analytics
WHERE fluxo_liquido < 0 ORDER BY fluxo_liquido ASC LIMIT 10
"""
A, B, C = "00000000000191", "00000000000272", "00000000000353"


def _row(
    cnpj: str, subclass: str, inflow: str, outflow: str, month: int = 2, quota: float | None = 0.01
) -> dict[str, object]:
    net = Decimal(inflow) - Decimal(outflow)
    return {"cnpj": cnpj, "subclass_id": subclass, "month": dt.date(2024, month, 1),
            "inflow": inflow, "outflow": outflow, "net_flow": net, "mean_net_worth": 100.0,
            "quota_return": quota}  # fmt: skip


@pytest.fixture
def ask(bench: Any) -> Callable[..., list[tuple[Any, ...]]]:
    def _ask(query: str, rows: list[dict[str, object]]) -> list[tuple[Any, ...]]:
        with duckdb.connect() as lake:
            lake.register("flows", bench.typed("gold.fund_flows_monthly", rows).to_arrow())
            lake.execute("CREATE SCHEMA gold")
            lake.execute("CREATE TABLE gold.fund_flows_monthly AS FROM flows")
            lake.execute("CREATE SCHEMA cvm_p210")
            lake.execute(f"CREATE VIEW {VIEW.name} AS {VIEW.sql}")
            return lake.execute(query).fetchall()

    return _ask


def test_the_query_people_have_runs_as_it_is(ask: Callable[..., Any]) -> None:
    rows = [
        _row(A, "", "10.00", "30.05"),
        _row(A, "", "0", "999", month=1),  # an older month
        _row(B, "", "1", "0.50"),  # gains
        _row(C, "", "0", "40"),
    ]
    assert ask(QUERY, rows) == [
        (C, Decimal(0), Decimal(40), Decimal(-40), 100.0),
        (A, Decimal("10.00"), Decimal("30.05"), Decimal("-20.05"), 100.0),
    ]


def test_a_class_is_not_added_to_its_subclasses(ask: Callable[..., Any]) -> None:
    rows = [_row(A, "", "0", "30"), _row(A, "S1", "0", "10"), _row(A, "S2", "0", "20")]
    assert ask(f"FROM {VIEW.name}", rows) == [
        (A, Decimal(0), Decimal(30), Decimal(-30), 100.0, 0.01)
    ]


def test_subclasses_alone_are_summed_without_a_return(ask: Callable[..., Any]) -> None:
    rows = [_row(A, "S1", "1", "10"), _row(A, "S2", "0", "20"), _row(B, "S1", "0", "5", quota=0.2)]
    assert ask(f"FROM {VIEW.name} ORDER BY ALL", rows) == [
        (A, Decimal(1), Decimal(30), Decimal(-29), 200.0, None),
        (B, Decimal(0), Decimal(5), Decimal(-5), 100.0, 0.2),
    ]


def test_its_columns_are_exactly_these(ask: Callable[..., Any]) -> None:
    described = ask(f"DESCRIBE {VIEW.name}", [])
    assert [column[0] for column in described] == [
        "CNPJ_FUNDO", "total_captacao", "total_resgate", "fluxo_liquido", "patrimonio_medio",
        "variacao_cota",
    ]  # fmt: skip
