"""silver.fund_registry: the three records joined, whatever is missing among them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pytest

from lastro.lake.quality import judge, with_checks
from lastro.tables.silver import fund_registry

if TYPE_CHECKING:
    from collections.abc import Callable

    Built = Callable[..., list[dict[str, Any]]]

A, B = "00000000000191", "00000000000272"
DAY = dt.date(2024, 1, 31)


def _fund(**more: object) -> dict[str, object]:
    return {"record": "fundo", "ref_date": DAY, "fund_id": "1", "fund_cnpj": B, "subclass_id": None,
            "administrator_cnpj": "90", "manager_id": "70", "manager": "M70", **more}  # fmt: skip


def _class(**more: object) -> dict[str, object]:
    return {"record": "classe", "ref_date": DAY, "fund_id": "1", "class_id": "C1", "class_cnpj": A,
            "name": "CLASSE", "custodian": "CUST", "classification": "Ações", "subclass_id": None,
            **more}  # fmt: skip


def _built(built: Built, *rows: dict[str, object]) -> list[dict[str, Any]]:
    return built("silver.fund_registry", {"bronze.cvm_registry": rows})


def test_a_class_has_its_funds_providers(built: Built) -> None:
    [row] = _built(built, _fund(), _class())
    assert (row["cnpj"], row["subclass_id"], row["fund_cnpj"]) == (A, "", B)
    assert (row["administrator_cnpj"], row["manager"], row["custodian"]) == ("90", "M70", "CUST")


def test_a_subclass_has_its_own_name_and_its_classs_providers(built: Built) -> None:
    subclass = {"record": "subclasse", "ref_date": DAY, "class_id": "C1", "subclass_id": "S1",
                "name": "SUBCLASSE"}  # fmt: skip
    of_class, row = _built(built, _fund(), _class(), subclass)
    assert (of_class["subclass_id"], of_class["name"]) == ("", "CLASSE")
    assert (row["cnpj"], row["subclass_id"], row["name"]) == (A, "S1", "SUBCLASSE")
    assert (row["manager"], row["custodian"], row["classification"]) == ("M70", "CUST", "Ações")


def test_of_several_managers_the_lowest_number_stands(built: Built) -> None:
    funds = [_fund(manager_id=n, manager=f"M{n}") for n in ("71", "70", "72", "70")]
    [row] = _built(built, *funds, _class())
    assert (row["manager_id"], row["manager"]) == ("70", "M70")


def test_a_blank_manager_does_not_hide_a_named_one(built: Built) -> None:
    funds = [_fund(manager_id="", manager=""), _fund()]
    [row] = _built(built, *funds, _class())
    assert row["manager_id"] == "70"


def test_what_is_blank_is_unknown(built: Built) -> None:
    [row] = _built(built, _fund(administrator_cnpj=""), _class(classification=""))
    assert row["administrator_cnpj"] is None
    assert row["classification"] is None


def test_a_fund_without_class_stands_for_itself(built: Built) -> None:
    [row] = _built(built, _fund())
    assert (row["cnpj"], row["administrator_cnpj"], row["custodian"]) == (B, "90", None)


def test_a_class_without_fund_stands_without_providers(built: Built) -> None:
    [row] = _built(built, _class(fund_id="404"))
    assert (row["cnpj"], row["fund_cnpj"], row["manager"]) == (A, None, None)


def test_snapshots_do_not_mix(built: Built) -> None:
    later = dt.date(2024, 2, 29)
    rows = _built(
        built, _fund(), _class(), _fund(ref_date=later, administrator_cnpj="91", manager_id="69"),
        _class(ref_date=later),
    )  # fmt: skip
    assert [(r["ref_date"], r["administrator_cnpj"], r["manager_id"]) for r in rows] == [
        (DAY, "90", "70"),
        (later, "91", "69"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (_class(class_cnpj=None), "missing_cnpj"),
        ({"record": "subclasse", "ref_date": DAY, "class_id": "C1", "subclass_id": "",
          "name": "SEM CÓDIGO"}, "missing_subclass_id"),
    ],
)  # fmt: skip
def test_a_row_without_its_code_is_set_aside(
    bench: Any, row: dict[str, object], reason: str
) -> None:
    good = _class(class_id="C1", class_cnpj=A)
    typed = nw.from_native(bench.typed("bronze.cvm_registry", [_fund(), good, row]).lazy())
    checked = with_checks(fund_registry.build(typed), fund_registry.CONTRACT).to_native()
    found = judge(checked.collect(), fund_registry.CONTRACT)
    assert found.rejects["reason"].to_list() == [reason]
    assert found.rows["cnpj"].to_list() == [A]
