"""Verbs that read: what they show to a person, a pipe and a machine."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lastro = Callable[..., Any]

VERBS = [
    ["tables"],
    ["head", "fund_navs"],
    ["describe", "fund_navs"],
    ["describe", "cvm_p210.gold_cvm210_analytics"],
    ["history", "fund_navs"],
    ["lineage", "fund_flows_monthly"],
    ["quarantine"],
    ["dead-letters"],
    ["restatements", "cvm_funds"],
    ["doctor"],
    ["optimize", "ops.ledger"],
    ["vacuum"],
    ["build"],
    ["config", "show"],
]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_machines_get_one_json_object_that_says_it_is_simulated(
    on: Lastro, verb: list[str]
) -> None:
    done = on(*verb, "--json")
    assert done.code == 0, done.err
    assert done.json["simulated"] is True


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_simulated_data_carry_a_banner_in_both_languages(
    on: Lastro, verb: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "SIMULATED DATA" in on(*verb).err
    monkeypatch.setenv("LANGUAGE", "pt_BR")
    done = on(*verb)
    assert "DADOS SIMULADOS" in done.err
    assert "SIMULAD" not in done.out.replace("SIMULADA", "")


def test_a_pipe_gets_bare_rows(on: Lastro, portuguese: None) -> None:
    rows = list(csv.reader(io.StringIO(on("tables").out), delimiter="\t"))
    found = {row[0]: row for row in rows[1:]}
    assert rows[0][0] == "tabela"
    assert int(found["silver.fund_navs"][1]) > 3000
    assert int(found["silver.fund_navs"][4]) > 1000  # bytes, bare
    assert found["silver.fund_navs"][2] == "2024-01-01 … 2024-03-01"
    assert "cvm_p210.gold_cvm210_analytics" in found


def test_a_terminal_gets_numbers_in_its_language(
    on: Lastro, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = (
        "SELECT 1234567.5::DECIMAL(12,2) AS money, 12345 AS n, NULL AS nothing, DATE '2024-01-02'"
    )
    assert "1,234,567.50" in on("sql", query).out
    assert "12,345" in on("sql", query).out
    monkeypatch.setenv("LANGUAGE", "pt_BR")
    told = on("sql", query).out
    assert "1.234.567,50" in told
    assert "–" in told  # noqa: RUF001
    assert "2024-01-02" in told


def test_a_terminal_names_the_columns_that_do_not_fit(on: Lastro, terminal: None) -> None:
    done = on("head", "fund_navs", "-n", "1")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.out)
    assert max(len(line) for line in plain.splitlines()) <= 100
    assert "Left out for want of room:" in done.err
    assert "available_at" in done.err


def test_a_long_answer_on_a_terminal_says_what_it_leaves_out(on: Lastro, terminal: None) -> None:
    done = on("sql", "SELECT * FROM range(1234)")
    assert "1,034 more rows are not shown" in done.err


def test_money_keeps_every_digit_in_json(on: Lastro) -> None:
    query = "SELECT 12345678901234567.89::DECIMAL(20,2) AS money, 'nan'::DOUBLE AS nan"
    done = on("sql", query, "--format", "json")
    assert '"money": 12345678901234567.89' in done.out
    assert done.json["rows"][0]["nan"] is None


def test_head_shows_the_state_of_a_version_or_an_instant(on: Lastro) -> None:
    assert on("head", "silver.fund_navs", "--as-of", "1", "--json").json["rows"]
    assert on("head", "fund_navs", "--as-of", "0").out.count("\n") == 1
    early = on("head", "fund_navs", "--as-of", "2001-01-01")
    assert early.code == 2
    assert "has nothing as of" in early.err
    assert on("head", "fund_navs", "--as-of", "yesterday").code == 2


def test_describe_says_what_a_column_means(on: Lastro, lastro: Lastro) -> None:
    told = on("describe", "fund_navs").out
    assert "net_worth\tdecimal(18,2)\tBRL\tpatrimônio líquido\tAssets less liabilities." in told
    assert "Key: cnpj, subclass_id, ref_date" in told
    assert "Built from: bronze.cvm_funds" in told
    assert "Check quota_not_positive (flag)" in told


def test_describe_needs_no_lake(lastro: Lastro, tmp_path: Path) -> None:
    assert lastro("--lake", tmp_path / "none", "describe", "fund_navs").code == 0
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "are not public"), ("pt", "não são públicos")]
)
@pytest.mark.parametrize("verb", ["head", "describe"])
def test_a_notice_is_shown_with_its_table(
    on: Lastro, verb: str, language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    assert said in on(verb, "portability_signals").err


def test_history_and_lineage_lead_back_to_the_files(on: Lastro) -> None:
    newest, first = on("history", "fund_navs", "--json").json["versions"]
    assert newest["lineage"]["rows"] > 3000
    assert first["operation"] == "CREATE TABLE"
    told = on("lineage", "gold.fund_flows_monthly").out
    assert "silver.fund_navs v1" in told
    assert "landing/cvm_funds/inf_diario_fi_202403.zip/" in told
    assert on("lineage", "fund_navs", "--version", "9").code == 2
    assert "carries no lineage" in on("lineage", "fund_navs", "--version", "0").out


def test_quarantine_counts_reasons_with_an_example_each(on: Lastro) -> None:
    found = on("quarantine", "fund_navs", "--json").json["reasons"]
    counted = {row["reason"]: row["rows"] for row in found}
    assert len(counted) > 3
    assert all(len(row["examples"]) == 1 for row in found)
    assert "/landing/cvm_funds/" in found[0]["examples"][0]["file"]
    reason = max(counted, key=lambda name: counted[name])
    only = on("quarantine", "--reason", reason, "--json").json["reasons"]
    assert [row["reason"] for row in only] == [reason]
    assert len(only[0]["examples"]) == min(counted[reason], 10)
    assert reason in on("quarantine").out


def test_out_writes_a_file_that_says_it_is_simulated(on: Lastro, tmp_path: Path) -> None:
    query = "SELECT cnpj, inflow FROM silver.fund_navs LIMIT 5"
    for suffix in ("csv", "json", "parquet"):
        done = on("sql", query, "--out", tmp_path / f"flows.{suffix}")
        assert f"flows.simulated.{suffix}" in done.err
        assert done.out == ""
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "flows.simulated.csv",
        "flows.simulated.json",
        "flows.simulated.parquet",
    ]
    metadata = pl.read_parquet_metadata(tmp_path / "flows.simulated.parquet")
    assert metadata["lastro.simulated"] == "true"
    assert json.loads((tmp_path / "flows.simulated.json").read_text())["simulated"] is True
    assert pl.read_csv(tmp_path / "flows.simulated.csv").height == 5


def test_out_needs_to_know_the_format(on: Lastro, tmp_path: Path) -> None:
    assert on("sql", "SELECT 1", "--out", tmp_path / "flows").code == 2
    done = on("sql", "SELECT 1 AS a", "--out", tmp_path / "flows", "--format", "csv")
    assert (done.code, (tmp_path / "flows.simulated").read_text()) == (0, "a\n1\n")
    assert on("sql", "SELECT 1", "--out", tmp_path / "f.csv", "--format", "table").code == 2


def test_sql_formats_and_refusals(on: Lastro) -> None:
    assert on("sql", "SELECT 1 AS a", "--format", "csv").out == "a\n1\n"
    assert on("sql", "SELECT nothing FROM silver.fund_navs").code == 2
    error = json.loads(on("sql", "DROP TABLE x", "--format", "json").err.splitlines()[-1])
    assert error["exit_code"] == 2


def test_config_masks_secrets(lastro: Lastro, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTRO_LAKE__S3_SECRET_ACCESS_KEY", "hush")
    told = lastro("config", "show").out
    assert "LASTRO_LAKE__URL\tlake" in told
    assert "hush" not in told
