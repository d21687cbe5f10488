"""lastro export: files, addresses, and what a person is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lastro = Callable[..., Any]
FLOWS, NAVS = "gold.fund_flows_monthly", "silver.fund_navs"


def test_a_workbook_of_several_tables(on: Lastro, tmp_path: Path) -> None:
    out = tmp_path / "funds.xlsx"
    done = on("export", "excel", "fund_flows_monthly", NAVS, "quarantine.fund_navs", "--out", out)
    assert done.code == 0, done.err
    written = tmp_path / "funds.simulated.xlsx"
    assert f"{FLOWS}\t" in done.out
    assert str(written) in done.out
    book = openpyxl.load_workbook(written, read_only=True)
    assert book.sheetnames == ["About", FLOWS, NAVS, "quarantine.fund_navs"]
    assert [cell.value for cell in next(book[FLOWS].iter_rows())][:3] == [
        "CNPJ",
        "subclasse",
        "mês",
    ]
    told = {cell.value for cells in book["About"].iter_rows() for cell in cells}
    assert "CVM" in " ".join(map(str, told))


def test_the_cover_is_portuguese_for_whom_it_should(
    on: Lastro, tmp_path: Path, portuguese: None
) -> None:
    done = on("export", "excel", FLOWS, "--out", tmp_path)
    book = openpyxl.load_workbook(tmp_path / f"{FLOWS}.simulated.xlsx", read_only=True)
    assert done.code == 0
    assert book.sheetnames[0] == "Sobre"


def test_for_machines(on: Lastro, tmp_path: Path) -> None:
    done = on("export", "parquet", FLOWS, NAVS, "--out", tmp_path, "--since", "2024-02", "--json")
    assert done.json["simulated"] is True
    flows, navs = done.json["tables"]
    assert (flows["table"], navs["table"]) == (FLOWS, NAVS)
    found = pl.read_parquet(navs["target"])
    assert found.height == navs["rows"]
    assert str(found["ref_date"].min()) == "2024-02-01"


def test_csv_speaks_the_dialect(on: Lastro, tmp_path: Path) -> None:
    for dialect, separator in (("br", b";"), ("international", b",")):
        out = tmp_path / f"{dialect}.simulated.csv"
        assert on("export", "csv", FLOWS, "--dialect", dialect, "--out", out).code == 0
        assert out.read_bytes().removeprefix(b"\xef\xbb\xbf").startswith(b"cnpj" + separator)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["excel", NAVS, "--where", "nope = 1"], 2, "--where cannot be evaluated"),
        (["excel", NAVS, "--to", "postgresql://u:s3cret@h/d"], 2, "writes files"),
        (["postgres", NAVS, "--to", "postgresql://u:s3cret@127.0.0.1:9/d"], 69, "u:***@127"),
        (["postgres", NAVS], 78, "LASTRO_EXPORTS__POSTGRES_URL"),
        (["mysql", NAVS, "--to", "mysql://u:s3/cret@h/d"], 78, "LASTRO_EXPORTS__MYSQL_URL"),
        (["nowhere", NAVS], 2, "csv, excel, mysql, parquet, postgres, redshift"),
        (["csv", "silver.nothing"], 2, "no table called 'silver.nothing'"),
        (["csv", NAVS, "--since", "soon"], 2, "'soon' is not a month"),
    ],
)
def test_what_cannot_be_is_told_without_passwords(
    on: Lastro, arguments: list[str], code: int, told: str
) -> None:
    for more in ([], ["--json"]):
        done = on("export", *arguments, *more)
        assert done.code == code
        assert told in done.err
        assert "s3" not in done.err + done.out


def test_an_address_comes_from_the_settings_and_stays_secret(
    on: Lastro, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://u:s3cret@127.0.0.1:9/d"
    monkeypatch.setenv("LASTRO_EXPORTS__POSTGRES_URL", url)
    assert (
        "postgresql://u:***@127.0.0.1:9/d cannot be reached" in on("export", "postgres", NAVS).err
    )
    shown = on("config", "show")
    assert "LASTRO_EXPORTS__POSTGRES_URL" in shown.out
    assert "s3cret" not in shown.out
