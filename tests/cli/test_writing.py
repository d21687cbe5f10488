"""Verbs that write: import, ingest, build, dead letters, restatements, upkeep."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from lastro.simulator.server import SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from lastro.simulator.market import SimulatedMarket

    Lastro = Callable[..., Any]


def test_import_tells_what_it_did_and_a_second_time_nothing(
    lastro: Lastro, files: list[Path], tmp_path: Path
) -> None:
    arguments = ["--lake", tmp_path / "lake", "import", "cvm_funds", files[0], "--build"]
    first = lastro(*arguments)
    assert "Files: 1 new, 0 unchanged, 0 not at the source." in first.out
    assert "silver.fund_navs" in first.out
    assert "rows/s" in first.out
    assert first.err.count("SIMULATED DATA") == 1
    again = lastro(*arguments)
    assert "Nothing new: every table stands as it stood." in again.out


def test_import_for_machines(lastro: Lastro, files: list[Path], tmp_path: Path) -> None:
    done = lastro("--lake", tmp_path / "lake", "import", "cvm_funds", files[0], "--json").json
    assert done["tables"]["bronze.cvm_funds"]["rows"] == done["rows"]["bronze"] > 1000
    assert done["landed"] == [files[0].name]
    assert done["simulated"] is True
    assert lastro("--lake", tmp_path / "lake", "build", "--json").json["tables"]


def test_files_that_are_not_there_import_nothing(lastro: Lastro, tmp_path: Path) -> None:
    done = lastro("--lake", tmp_path / "lake", "import", "cvm_funds", tmp_path / "none.zip")
    assert done.code == 2
    assert "nothing was imported" in done.err


def test_an_unreadable_file_is_a_dead_letter_and_a_failure(
    lastro: Lastro, own_lake: Path, tmp_path: Path
) -> None:
    torn = tmp_path / "inf_diario_fi_202406.zip"
    torn.write_bytes(b"PK torn SIMULATED by lastro")
    done = lastro("--lake", own_lake, "import", "cvm_funds", torn, "--json")
    assert done.code == 65
    assert list(done.json["failed"]) == [torn.name]
    letters = lastro("--lake", own_lake, "dead-letters", "--json").json["dead_letters"]
    assert [letter["name"] for letter in letters] == [torn.name]
    assert torn.name in lastro("--lake", own_lake, "dead-letters").out
    assert lastro("--lake", own_lake, "dead-letters", "retry").code == 65
    assert lastro("--lake", own_lake, "doctor").code == 1


def test_ingest_asks_the_source_and_tells_failures_after_the_report(
    lastro: Lastro, market: SimulatedMarket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_HTTP__INTERVAL", "0")
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "1")
    ingest = ["--lake", tmp_path / "lake", "ingest", "cvm_funds", "--from", "2024-01"]
    with SimulatorServer(market) as server:
        monkeypatch.setenv("LASTRO_CVM__URL", f"{server.url}/dados")
        done = lastro(*ingest, "--to", "2024-02", "--json").json
        assert done["landed"] == ["inf_diario_fi_202401.zip", "inf_diario_fi_202402.zip"]
        server.control.answer(
            "POST",
            "/_simulator/fault",
            {
                "path": "/dados/FI/DOC/INF_DIARIO/DADOS/inf_diario_fi_202402.zip",
                "kind": "status500",
            },
        )
        failed = lastro(*ingest, "--to", "2024-03")
    assert failed.code == 69
    assert "Files: 1 new, 1 unchanged" in failed.out
    assert "failed with status 500" in failed.err


def test_run_does_what_is_due_and_builds(
    lastro: Lastro, market: SimulatedMarket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_HTTP__INTERVAL", "0")
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "1")
    with SimulatorServer(market) as server:
        monkeypatch.setenv("LASTRO_CVM__URL", f"{server.url}/dados")
        done = lastro("--lake", tmp_path / "lake", "run", "--json").json
        assert done["landed"] == ["registro_fundo_classe.zip"]  # the months are of long ago
        assert "silver.fund_registry" in done["tables"]
        again = lastro("--lake", tmp_path / "lake", "run", "--json").json
    assert (again["landed"], again["tables"]) == ([], {})


def test_run_goes_on_past_a_source_that_fails(
    lastro: Lastro, own_lake: Path, market: SimulatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_HTTP__INTERVAL", "0")
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "1")
    with SimulatorServer(market) as server:
        monkeypatch.setenv("LASTRO_CVM__URL", f"{server.url}/dados")
        fault = {"path": "/dados/FI/CAD/DADOS/registro_fundo_classe.zip", "kind": "status500"}
        server.control.answer("POST", "/_simulator/fault", fault)
        done = lastro("--lake", own_lake, "run", "--json")
    assert done.code == 69
    assert done.json["simulated"] is True
    assert json.loads(done.err.splitlines()[-1])["error"] == "TemporaryError"


def test_run_goes_on_past_a_source_that_is_not_set_up(
    lastro: Lastro, market: SimulatedMarket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_HTTP__INTERVAL", "0")
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "1")
    monkeypatch.setenv("LASTRO_SOURCES__ALPHA_VANTAGE_QUOTES__TICKERS", '["PETR4"]')
    with SimulatorServer(market) as server:
        monkeypatch.setenv("LASTRO_CVM__URL", f"{server.url}/dados")
        done = lastro("--lake", tmp_path / "lake", "run", "--json")
    assert done.code == 78
    assert done.json["landed"] == ["registro_fundo_classe.zip"]
    assert "silver.fund_registry" in done.json["tables"]
    assert "LASTRO_ALPHA_VANTAGE__KEY" in done.err


def test_a_republished_month_shows_its_restatements(
    lastro: Lastro, own_lake: Path, market: SimulatedMarket, tmp_path: Path
) -> None:
    assert "ever restated" in lastro("--lake", own_lake, "restatements", "cvm_funds").out
    again = tmp_path / "inf_diario_fi_202402.zip"
    again.write_bytes(market.month_zip(dt.date(2024, 2, 1), 1))
    done = lastro("--lake", own_lake, "import", "cvm_funds", again, "--build", "--json").json
    found = lastro("--lake", own_lake, "restatements", "cvm_funds", "-n", "3", "--json").json
    assert [month["month"] for month in found["months"]] == ["2024-02-01"]
    assert found["months"][0]["restated"] == done["rows"]["restated"] > 0
    assert found["months"][0]["withdrawn"] == done["rows"]["withdrawn"]
    assert len(found["changes"]) == 3
    told = lastro("--lake", own_lake, "restatements", "cvm_funds").out
    assert "before" in told
    assert "withdrawn" in told


def test_optimize_and_vacuum_leave_nothing_to_build(lastro: Lastro, own_lake: Path) -> None:
    told = lastro("--lake", own_lake, "optimize", "fund_navs").out
    assert "silver.fund_navs\t3\t3\t2" in told
    assert "Nothing to do" in lastro("--lake", own_lake, "optimize", "fund_navs").out
    assert "Nothing new" in lastro("--lake", own_lake, "build").out
    assert "silver.fund_navs v2" in lastro("--lake", own_lake, "lineage", "fund_navs").out
    assert (
        "3 files would be removed" in lastro("--lake", own_lake, "vacuum", "--keep-days", "0").out
    )
    assert "Nothing to remove." in lastro("--lake", own_lake, "vacuum").out
    done = lastro("--lake", own_lake, "vacuum", "--keep-days", "0", "--yes", "--json").json
    assert len(done["files"]["silver.fund_navs"]) == 3
    assert lastro("--lake", own_lake, "doctor").code == 0


def test_doctor_says_what_mends_and_it_does(lastro: Lastro, own_lake: Path) -> None:
    lost = next((own_lake / "gold" / "fund_flows_daily").rglob("*.parquet"))
    rows = lastro("--lake", own_lake, "tables", "--json").json["tables"]
    lost.unlink()
    sick = lastro("--lake", own_lake, "doctor")
    assert sick.code == 1
    assert "1 data files of gold.fund_flows_daily are gone" in sick.out
    assert "lastro doctor --mend" in sick.out
    mended = lastro("--lake", own_lake, "doctor", "--mend")
    assert "will be built again" in mended.out
    assert lastro("--lake", own_lake, "build").code == 0
    after = lastro("--lake", own_lake, "tables", "--json").json["tables"]
    assert [table["rows"] for table in after] == [table["rows"] for table in rows]
    assert lastro("--lake", own_lake, "doctor", "--json").json["findings"] == []


def test_demo_shows_the_whole_way_and_a_second_time_writes_nothing(
    lastro: Lastro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = ["demo", "--dir", tmp_path, "--funds", "60", "--months", "2", "--no-serve"]
    first = lastro(*demo)
    assert first.code == 0, first.err
    assert "fluxo_liquido" in first.out
    assert "tables" in first.out
    monkeypatch.setenv("LANGUAGE", "pt")
    second = lastro(*demo)
    assert "Nada de novo" in second.out
    assert "Nothing new" not in first.out

    def versions(told: str) -> list[str]:
        return [line for line in told.splitlines() if line.startswith(("silver.", "gold.", "ops."))]

    assert versions(second.out) == versions(first.out) != []
