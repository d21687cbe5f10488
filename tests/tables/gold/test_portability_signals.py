"""gold.portability_signals: each part of the score by hand, and what the reason says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import add_months
from lastro.core.ids import cnpj_check_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Built = Callable[..., list[dict[str, Any]]]

JANUARY = dt.date(2023, 1, 1)
A, B = "00000000000191", "00000000000272"
Rows = list[dict[str, object]]


def _flow(index: int, net: object, **more: object) -> dict[str, object]:
    return {"month": add_months(JANUARY, index), "net_flow": net, "mean_net_worth": 100.0,
            "holders_end": 50, "fund_type": "FIF", **more}  # fmt: skip


def _snapshot(index: int, **more: object) -> dict[str, object]:
    month = add_months(JANUARY, index)
    return {"month": month, "ref_date": month, "name": f"NAME {index}", "administrator_cnpj": "1",
            "administrator": "ADM", "manager_id": "2", "custodian_cnpj": "3", **more}  # fmt: skip


def _built(
    built: Built, flows: Sequence[dict[str, object]], snapshots: Sequence[dict[str, object]] = ()
) -> list[dict[str, Any]]:
    inputs = {"gold.fund_flows_monthly": flows, "silver.fund_registry": snapshots}
    return built("gold.portability_signals", inputs)


def test_flows_over_months(built: Built) -> None:
    flows = [_flow(i, "-0.10" if i else "5", mean_net_worth=100.0 + i) for i in range(13)]
    rows = _built(built, flows)
    last = rows[-1]
    assert last["net_flow_1m"] == -0.1
    assert last["net_flow_3m"] == -0.3
    assert last["net_flow_12m"] == -1.2
    assert last["flow_ratio_1m"] == pytest.approx(-0.1 / 112)
    assert last["flow_ratio_3m"] == pytest.approx(-0.3 / 111)
    assert last["flow_ratio_12m"] == pytest.approx(-1.2 / 106.5)
    assert rows[11]["net_flow_12m"] == pytest.approx(3.9)
    assert rows[10]["net_flow_12m"] is None


def test_a_gap_of_three_months_ends_every_window(built: Built) -> None:
    flows = [_flow(i, -1, holders_end=50 - i) for i in (0, 1, 2, 6, 7, 8, 9)]
    rows = _built(built, flows)
    assert [row["net_flow_3m"] for row in rows] == [None, None, -3, None, None, -3, -3]
    assert [row["outflow_run"] for row in rows] == [1, 2, 3, 1, 2, 3, 4]
    assert [row["holders_change_3m"] for row in rows] == [None] * 6 + [-3]


def test_a_run_ends_with_a_month_that_gains_or_stands(built: Built) -> None:
    flows = [_flow(i, net) for i, net in enumerate([-1, -1, 0, -1, 2, -1, -1, -1])]
    assert [row["outflow_run"] for row in _built(built, flows)] == [1, 2, 0, 1, 0, 1, 2, 3]


def test_a_run_is_counted_up_to_twelve(built: Built) -> None:
    rows = _built(built, [_flow(i, -1) for i in range(15)])
    assert [row["outflow_run"] for row in rows] == [*range(1, 13), 12, 12, 12]
    assert "há 11 meses seguidos;" in rows[10]["reason"]
    assert "há 12 meses seguidos ou mais;" in rows[11]["reason"]


def test_an_emptied_fund_keeps_its_ratio(built: Built) -> None:
    rows = _built(
        built,
        [_flow(0, 0), _flow(1, -100, mean_net_worth=60.0), _flow(2, 0, mean_net_worth=None)],
    )
    assert rows[-1]["flow_ratio_1m"] is None
    assert rows[-1]["flow_ratio_3m"] == pytest.approx(-100 / 80)


def test_the_score_by_hand(built: Built) -> None:
    """-12 % in 3 months, 3 months in a row, 5 of 50 holders lost: 16 + 7.5 + 7.5."""
    flows = [_flow(0, 0), *(_flow(i, -4, holders_end=50 if i < 3 else 45) for i in (1, 2, 3))]
    row = _built(built, flows)[-1]
    assert row["score"] == 31.0
    assert row["reason"] == (
        "mais resgates que captações há 3 meses seguidos; saíram 12,0% do patrimônio em 3 meses; "
        "perdeu 5 cotistas em 3 meses"
    )
    assert row["reason_en"] == (
        "more redemptions than subscriptions for 3 months in a row; 12.0% of net worth left in 3 "
        "months; lost 5 holders in 3 months"
    )


def test_a_young_fund_is_judged_by_its_month(built: Built) -> None:
    [row] = _built(built, [_flow(0, -5)])
    assert row["score"] == 22.5  # 5 % of 10 % is half of 40, and one month of six is 2.5
    assert row["reason"] == ("mais resgates que captações no mês; saíram 5,0% do patrimônio no mês")


def test_the_score_stays_within_its_bounds(built: Built) -> None:
    many = [{**_flow(i, 1), "cnpj": _cnpj(n)} for n in range(2, 9) for i in range(13)]
    worst = [_flow(i, -1000, holders_end=1000 - 80 * i) for i in range(13)]
    spread = [{**row, "net_flow": int(str(row["cnpj"])[7])} for row in many]
    changes = [_snapshot(11), _snapshot(12, manager_id="9")]
    row = _only(_built(built, [*worst, *spread], changes), A)[-1]
    assert row["score"] == 100.0
    assert row["rank"] == 1


def test_nothing_to_say(built: Built) -> None:
    rows = _built(built, [_flow(i, 1, holders_end=50 + i) for i in range(4)])
    assert {row["reason"] for row in rows} == {"sem sinal de saída"}
    assert {row["reason_en"] for row in rows} == {"no sign of leaving"}
    assert {row["score"] for row in rows} == {0.0}


@pytest.mark.parametrize(
    ("net", "pt", "en"),
    [
        ("-12.34", "saíram 12,3% ", "12.3% of"),
        ("-0.05", "saíram 0,1% ", "0.1% of"),  # a half goes up
        ("-2000", "saíram mais de 999,9% ", "more than 999.9% of"),
    ],
)
def test_shares_are_printed_in_tenths(built: Built, net: str, pt: str, en: str) -> None:
    [row] = _built(built, [_flow(0, net)])
    assert pt in row["reason"]
    assert en in row["reason_en"]


def test_a_share_too_small_to_print_is_not_said(built: Built) -> None:
    [row] = _built(built, [_flow(0, "-0.04")])
    assert row["reason"] == "mais resgates que captações no mês"


def test_one_holder_is_singular(built: Built) -> None:
    flows = [_flow(i, 1, holders_end=50 - (i == 3)) for i in range(4)]
    row = _built(built, flows)[-1]
    assert (row["reason"], row["reason_en"]) == (
        "perdeu 1 cotista em 3 meses",
        "lost 1 holder in 3 months",
    )


def _cnpj(number: int) -> str:
    body = f"{number:08d}0001"
    return body + cnpj_check_digits(body)


def _only(rows: list[dict[str, Any]], cnpj: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["cnpj"] == cnpj]


def _peers(nets: Sequence[int], **more: object) -> Rows:
    return [
        {**_flow(i, net, **more), "cnpj": _cnpj(n)}
        for n, net in enumerate(nets, 1)
        for i in range(3)
    ]


def test_distance_from_peers_in_robust_deviations(built: Built) -> None:
    """Ratios 0.03 0.06 0.09 0.12 -0.30: median 0.06, deviations 0.03 0 0.03 0.06 0.36."""
    rows = _built(built, _peers([1, 2, 3, 4, -10]))
    last = [row for row in rows if row["month"] == dt.date(2023, 3, 1)]
    scores = {row["cnpj"]: row["peer_score"] for row in last}
    unit = 1.4826 * 0.03
    assert scores[_cnpj(1)] == pytest.approx(-0.03 / unit)
    assert scores[_cnpj(4)] == pytest.approx(0.06 / unit)
    assert scores[_cnpj(5)] == pytest.approx(-0.36 / unit)
    assert {row["peers"] for row in last} == {5}
    assert "pior que os pares de FIF" in _only(last, _cnpj(5))[0]["reason"]
    assert "pares" not in _only(last, _cnpj(1))[0]["reason"]
    assert [_only(last, _cnpj(n))[0]["rank"] for n in (5, 1, 2, 3, 4)] == [1, 2, 3, 3, 3]


def test_distance_is_cut_at_ten(built: Built) -> None:
    rows = _built(built, _peers([1, 2, 3, 4, -9000, 9000]))
    assert {row["peer_score"] for row in _only(rows, _cnpj(5))} == {None, -10.0}
    assert {row["peer_score"] for row in _only(rows, _cnpj(6))} == {None, 10.0}


@pytest.mark.parametrize("nets", [[1, 2, 3, -10], [1, 1, 1, 1, -10]])
def test_few_or_equal_peers_say_nothing(built: Built, nets: list[int]) -> None:
    assert {row["peer_score"] for row in _built(built, _peers(nets))} == {None}


def test_peers_share_the_registered_classification(built: Built) -> None:
    named = [_snapshot(0, cnpj=_cnpj(n), classification="Ações" if n < 6 else "Renda Fixa")
             for n in range(1, 8)]  # fmt: skip
    rows = _built(built, _peers([1, 2, 3, 4, 5, 6, 7]), named)
    last = [row for row in rows if row["month"] == dt.date(2023, 3, 1)]
    assert [(row["peer_group"], row["peers"]) for row in last] == [
        *[("Ações", 5)] * 5,
        *[("Renda Fixa", 2)] * 2,
    ]


def test_the_registry_is_read_as_of_the_month(built: Built) -> None:
    rows = _built(built, [_flow(i, 1) for i in range(6)], [_snapshot(i) for i in (2, 4)])
    names = ["NAME 2", "NAME 2", "NAME 2", "NAME 2", "NAME 4", "NAME 4"]
    assert [row["fund_name"] for row in rows] == names


def test_a_change_of_provider_shows_in_its_month_alone(built: Built) -> None:
    snapshots = [
        _snapshot(1),
        _snapshot(3, administrator_cnpj="8"),
        _snapshot(5, administrator_cnpj="8", manager_id="9", custodian_cnpj=None),
    ]
    rows = _built(built, [_flow(i, 1) for i in range(7)], snapshots)
    assert [row["administrator_changed"] for row in rows] == [
        None, None, None, True, None, False, None,
    ]  # fmt: skip
    assert [row["manager_changed"] for row in rows][3:6] == [False, None, True]
    assert rows[5]["custodian_changed"] is None
    assert [row["score"] for row in rows] == [0, 0, 0, 5, 0, 5, 0]
    assert rows[3]["reason"] == "trocou de administrador"
    assert (rows[5]["reason"], rows[5]["reason_en"]) == ("trocou de gestor", "changed manager")


def test_a_class_new_to_the_registry_has_not_changed(built: Built) -> None:
    snapshots = [_snapshot(1), _snapshot(2, cnpj=B)]
    flows = [{**_flow(2, 1), "cnpj": cnpj} for cnpj in (A, B)]
    absent, new = _built(built, flows, snapshots)
    assert (absent["fund_name"], absent["manager_changed"]) == (None, None)
    assert (new["fund_name"], new["manager_changed"]) == ("NAME 2", None)


def test_a_subclass_falls_back_on_its_class(built: Built) -> None:
    flows = [{**_flow(0, 1), "subclass_id": code} for code in ("S1", "S2")]
    snapshots = [_snapshot(0), _snapshot(0, subclass_id="S2", name="SUBCLASS")]
    rows = _built(built, flows, snapshots)
    assert [row["fund_name"] for row in rows] == ["NAME 0", "SUBCLASS"]


def test_it_is_known_when_the_last_of_its_data_is(built: Built) -> None:
    late = dt.datetime(2023, 8, 9, tzinfo=dt.UTC)
    early = dt.datetime(2023, 2, 1, tzinfo=dt.UTC)
    flows = [_flow(0, 1, available_at=early), _flow(3, 1, available_at=late)]
    rows = _built(built, flows, [_snapshot(0, available_at=dt.datetime(2023, 3, 1, tzinfo=dt.UTC))])
    assert [row["available_at"].date() for row in rows] == [
        dt.date(2023, 3, 1),
        dt.date(2023, 8, 9),
    ]


def test_every_row_says_what_it_rests_on(built: Built) -> None:
    [row] = _built(built, [_flow(0, 1)])
    assert row["basis"] == "public proxy; not Resolution CVM 210 data"
