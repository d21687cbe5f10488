"""What became of a fund, and what says so: registry, restatements, files, lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lastro.answers.fund_past import files, registry, restatements, source_lines
from lastro.core.ids import format_cnpj

from .fund_tables import ALPHA, BETA, KNOWN, frame, registered, tables

JANUARY, APRIL = dt.date(2024, 1, 31), dt.date(2024, 4, 30)
KEY = "landing/cvm_funds/inf_diario_fi_202403.zip/abc"


def _line(cnpj: str, row: int, period: str = "2024-03", **more: Any) -> dict[str, Any]:
    return {
        "CNPJ_FUNDO_CLASSE": format_cnpj(cnpj), "CNPJ_FUNDO": None, "ID_SUBCLASSE": "",
        "DT_COMPTC": "2024-03-01", "VL_QUOTA": "2,50", "_row": row, "_period": period,
        "_file": KEY, **more,
    }  # fmt: skip


def _landed(**more: Any) -> dict[str, Any]:
    return {
        "source": "cvm_funds", "name": "inf_diario_fi_202403.zip", "key": KEY, "sha256": "abc0",
        "size": 12, "url": "https://dados.cvm.gov.br/x.zip", "landed_at": KNOWN, "run_id": "r1",
        **more,
    }  # fmt: skip


def _sources() -> Any:
    lines = [
        _line(ALPHA, 8), _line(ALPHA, 9), _line(ALPHA, 10, ID_SUBCLASSE="A1"), _line(BETA, 11),
        _line(ALPHA, 1, "2020-01", CNPJ_FUNDO_CLASSE=None, CNPJ_FUNDO=ALPHA, _file="old"),
    ]  # fmt: skip
    return tables(**{"bronze.cvm_funds": frame(lines), "ops.ledger": frame([_landed()])})


def test_a_change_is_dated_by_the_snapshot_that_shows_it() -> None:
    rows = [
        registered(ALPHA, "ALPHA", ref_date=JANUARY),
        registered(ALPHA, "ALPHA", manager_id="9", manager="CASA NOVE"),
        registered(ALPHA, "ALPHA NOVO", ref_date=APRIL, manager_id="9", manager="Casa Nove S.A."),
    ]
    found = registry(tables(**{"silver.fund_registry": frame(rows)}), ALPHA)
    assert [(e.date, e.seen_before, e.field, e.before, e.after) for e in found.events] == [
        (APRIL, dt.date(2024, 3, 28), "name", "ALPHA", "ALPHA NOVO"),
        (dt.date(2024, 3, 28), JANUARY, "manager", "CASA SETE", "CASA NOVE"),
    ]
    assert (found.snapshots, found.first, found.last) == (3, JANUARY, APRIL)


def test_a_subclass_the_registry_lacks_has_its_class_past() -> None:
    assert registry(tables(), ALPHA, "A2").status == "Em Funcionamento"
    assert registry(tables(), "90999000000100").snapshots == 0
    assert registry(lambda _: None, ALPHA).events == []


def test_restatements_are_of_this_class_alone() -> None:
    def row(key: str, **more: Any) -> dict[str, Any]:
        told = {"before": "1", "after": "2", "file": KEY, "seen_at": KNOWN, "run_id": "r"}
        return {"table": "silver.fund_navs", "key": key, "kind": "restated", "column": "quota",
                **told, **more}  # fmt: skip

    rows = [
        row(f"{ALPHA} |  | 2024-03-01"), row(f"{ALPHA} | A1 | 2024-03-01"),
        row(f"{BETA} |  | 2024-03-01"), row(f"{ALPHA} |  | 2024-03-01", table="silver.quotes"),
        row(f"{ALPHA} |  | odd", kind="withdrawn", column=""),
    ]  # fmt: skip
    read = tables(**{"ops.restatements": frame(rows)})
    found = restatements(read, ALPHA)
    assert [(r.ref_date, r.kind) for r in found] == [
        (None, "withdrawn"), (dt.date(2024, 3, 1), "restated")
    ]  # fmt: skip
    assert len(restatements(read, ALPHA, "A1")) == 1
    assert restatements(tables(), ALPHA) == []


def test_files_say_which_lines_and_which_bytes() -> None:
    march, old = files(_sources(), ALPHA)
    assert (march.lines, march.first_line, march.last_line, march.sha256) == (2, 8, 9, "abc0")
    assert (old.period, old.key, old.sha256) == ("2020-01", "old", None)
    assert files(_sources(), ALPHA, "A1")[0].lines == 1
    assert files(tables(), ALPHA) == []


def test_lines_are_as_the_source_wrote_them() -> None:
    found = source_lines(_sources(), ALPHA, "", "2024-03")
    assert found.header == ["CNPJ_FUNDO_CLASSE", "ID_SUBCLASSE", "DT_COMPTC", "VL_QUOTA"]
    assert (found.numbers, found.files) == ([8, 9], [KEY, KEY])
    assert found.lines[0] == ["11.222.333/0001-81", "", "2024-03-01", "2,50"]
    assert source_lines(_sources(), ALPHA, "", "1999-01").lines == []
    assert source_lines(tables(), ALPHA, "", "2024-03").header == []
