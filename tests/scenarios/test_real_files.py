"""Every real CVM file goes in, and every one of its rows is accounted for.

Rows in are counted from the bytes, without any of our code.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scenarios.conftest import Site

DAILY_CSVS = (
    "historico_registro_novo.csv",
    "historico_registro_repetido.csv",
    "inf_diario_fi_202204_duplicated.csv",
    "inf_diario_fi_202306_add.csv",
    "inf_diario_fi_202306_start.csv",
    "inf_diario_fi_202306_update.csv",
)


class Day(NamedTuple):
    """What a line says of a fund's day."""

    quota: Decimal
    net_worth: Decimal
    inflow: Decimal
    outflow: Decimal


def data_lines(body: bytes) -> int:
    """Lines after the header, in a CSV or in every CSV of a zip."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return sum(data_lines(archive.read(name)) for name in archive.namelist())
    return sum(1 for line in body.split(b"\n")[1:] if line.strip())


def lines_of(body: bytes) -> Iterator[dict[str, str]]:
    """Lines of a report by upper-case header."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield from lines_of(archive.read(name))
        return
    text = io.StringIO(body.decode("latin-1"), newline="")
    for line in csv.DictReader(text, delimiter=";", quoting=csv.QUOTE_NONE):
        yield {key.upper(): value.strip() for key, value in line.items()}


def days_of(bodies: list[bytes]) -> dict[tuple[str, str], Day]:
    """The last line of each fund and day."""
    days: dict[tuple[str, str], Day] = {}
    for body in bodies:
        for line in lines_of(body):
            written = line.get("CNPJ_FUNDO_CLASSE") or line["CNPJ_FUNDO"]
            cnpj = written.replace(".", "").replace("/", "").replace("-", "")
            days[cnpj, line["DT_COMPTC"]] = Day(
                *(Decimal(line[name]) for name in ("VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA",
                                                   "RESG_DIA"))
            )  # fmt: skip
    return days


def accounted(site: Site) -> int:
    """Rows that silver holds, that quarantine holds and that collapsed into an equal one."""
    history = site.open().history("silver.fund_navs")
    lineages = [commit["lineage"] for commit in history if commit["lineage"]]
    collapsed: int = sum(lineage.counts.get("collapsed", 0) for lineage in lineages)
    return (
        site.table("silver.fund_navs").height
        + site.table("quarantine.fund_navs").height
        + collapsed
    )


@pytest.fixture
def months(real_data: Path) -> list[Path]:
    """Thirty-six real months."""
    files = sorted((real_data / "cvm" / "daily_reencoded").glob("*.zip"))
    assert len(files) == 36
    return files


def test_three_real_years_lose_nothing_and_add_up(site: Site, months: list[Path]) -> None:
    bodies = [file.read_bytes() for file in months]
    report = site.take(months)
    rows = sum(map(data_lines, bodies))
    assert rows == 40_669
    assert site.table("bronze.cvm_funds").height == rows == accounted(site)
    assert not report.failed
    assert report.counts["collapsed"] == 11
    aside = site.table("quarantine.fund_navs")
    assert aside["reason"].to_list() == ["superseded"]

    days = days_of(bodies)
    assert site.table("silver.fund_navs").height == len(days) == rows - 12
    check_days(site, days)
    check_months(site, days)


def check_days(site: Site, days: dict[tuple[str, str], Day]) -> None:
    """Daily gold against plain arithmetic."""
    rows = site.table("gold.fund_flows_daily").sort("cnpj", "ref_date")
    assert rows.height == len(days)
    before: dict[str, tuple[Decimal, int]] = {}
    compared = 0
    for row in rows.iter_rows(named=True):
        cnpj, day = row["cnpj"], row["ref_date"]
        said = days[cnpj, day.isoformat()]
        assert (row["inflow"], row["outflow"]) == (said.inflow, said.outflow)
        assert row["net_flow"] == said.inflow - said.outflow
        assert row["mean_net_worth"] == float(said.net_worth)
        month = day.year * 12 + day.month
        quota, last_month = before.get(cnpj, (Decimal(0), 0))
        if month - last_month <= 1:
            expected = float(said.quota / quota - 1)
            assert row["quota_return"] == pytest.approx(expected, rel=1e-9, abs=1e-12)
            compared += 1
        else:
            assert row["quota_return"] is None
        before[cnpj] = (said.quota, month)
    assert compared > 40_000


def check_months(site: Site, days: dict[tuple[str, str], Day]) -> None:
    """Monthly gold against plain arithmetic."""
    grouped: dict[tuple[str, str], list[Day]] = defaultdict(list)
    for (cnpj, day), said in sorted(days.items()):
        grouped[cnpj, day[:7]].append(said)
    rows = site.table("gold.fund_flows_monthly")
    found = {(row["cnpj"], row["month"].isoformat()[:7]): row for row in rows.iter_rows(named=True)}
    assert set(found) == set(grouped)
    for (cnpj, month), lines in grouped.items():
        row = found[cnpj, month]
        assert row["inflow"] == sum(day.inflow for day in lines)
        assert row["outflow"] == sum(day.outflow for day in lines)
        assert row["net_flow"] == row["inflow"] - row["outflow"]
        assert row["reporting_days"] == len(lines)
        assert all(day.net_worth > 0 and day.quota > 0 for day in lines)
        mean = sum(day.net_worth for day in lines) / len(lines)
        assert row["mean_net_worth"] == pytest.approx(float(mean), rel=1e-12)
        known = grouped.get((cnpj, month_before(month)))
        base = known[-1].quota if known else lines[0].quota
        expected = float(lines[-1].quota / base - 1)
        assert row["quota_return"] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - (number == 1)}-{(number - 2) % 12 + 1:02d}"


def test_a_second_import_of_the_years_changes_nothing(site: Site, months: list[Path]) -> None:
    site.take(months[-3:])
    before = site.versions()
    assert not site.take(months[-3:]).written
    assert site.versions() == before


@pytest.mark.parametrize("name", DAILY_CSVS)
def test_a_real_csv_loses_nothing(name: str, real_data: Path, site: Site) -> None:
    file = real_data / "cvm" / "raw" / name
    report = site.take([file])
    assert not report.failed
    assert site.table("bronze.cvm_funds").height == data_lines(file.read_bytes()) == accounted(site)
    days = days_of([file.read_bytes()])
    silver = site.table("silver.fund_navs")
    found = {
        (row["cnpj"], row["ref_date"].isoformat()): Day(
            row["quota"], row["net_worth"], row["inflow"], row["outflow"]
        )
        for row in silver.iter_rows(named=True)
    }
    assert found == days


def test_a_fund_reported_under_two_types_counts_once(real_data: Path, site: Site) -> None:
    report = site.take([real_data / "cvm" / "raw" / "inf_diario_fi_202204_duplicated.csv"])
    assert (report.counts["bronze"], report.counts["silver"]) == (40, 20)
    aside = site.table("quarantine.fund_navs")
    assert report.counts["collapsed"] + aside.height == 20
    assert set(aside["reason"]) <= {"superseded"}


def test_rows_of_resolution_175(real_data: Path, site: Site) -> None:
    file = real_data / "cvm" / "res175" / "inf_diario_fi_res175_rows.csv"
    report = site.take([file])
    silver = site.table("silver.fund_navs")
    assert not report.failed
    assert data_lines(file.read_bytes()) == silver.height == 9
    assert silver["subclass_id"].n_unique() == 3
    negative = silver.filter(pl.col("quota") < 0).to_dicts()
    assert [row["flags"] for row in negative] == ["quota_not_positive,net_worth_not_positive"]
    assert negative[0]["quota"] == Decimal("-0.970952080000")


def test_a_file_of_another_kind_is_a_dead_letter_and_harms_nothing(
    site: Site, real_data: Path, months: list[Path]
) -> None:
    cda = real_data / "cvm" / "raw" / "cda_fi_PL_202306.csv"
    report = site.take([months[0], cda, months[1]])
    assert set(report.failed) == {cda.name}
    for said in (cda.name, "VL_QUOTA", "CAPTC_DIA", "RESG_DIA", "NR_COTST"):
        assert said in report.failed[cda.name]
    assert site.dead() == report.failed
    assert site.table("bronze.cvm_funds").height == sum(
        data_lines(file.read_bytes()) for file in months[:2]
    )
    assert site.table("silver.fund_navs")["month"].n_unique() == 2


def test_the_published_registry_headers_are_read(
    site: Site, real_data: Path, tmp_path: Path, zipped: Callable[..., bytes]
) -> None:
    said = (real_data / "cvm" / "res175" / "registro_fundo_classe_headers.txt").read_text("utf-8")
    lines = said.splitlines()
    headers = dict(line.split(": ", 1) for line in lines if line.startswith("registro_"))
    classes = [line.removesuffix("...") for line in lines if line[:5].isdigit()]
    columns = headers["registro_classe.csv"].split(";")
    padded = [";".join((line.split(";") + [""] * len(columns))[: len(columns)]) for line in classes]
    bodies = {name: [header] for name, header in headers.items()}
    bodies["registro_classe.csv"] += padded
    fund = "66089;38729027000192;65510;;2020-09-17;FIF;AMW;;;;;;;;;;1;ADM;PF;12345678909;FULANA"
    bodies["registro_fundo.csv"].append(fund)
    file = tmp_path / "registro_fundo_classe.zip"
    file.write_bytes(zipped({n: "\r\n".join(b).encode("latin-1") for n, b in bodies.items()}))
    report = site.take([file], "cvm_registry")
    assert not report.failed
    assert len(classes) == 2
    bronze = site.table("bronze.cvm_registry")
    assert bronze["_member"].value_counts().sort("_member").rows() == [("classe", 2), ("fundo", 1)]
    silver = site.table("silver.fund_registry").sort("cnpj")
    assert silver["cnpj"].to_list() == ["38729027000192", "55139905000139"]
    assert silver["manager_id"].to_list() == ["***.456.789-**", None]
    assert silver["audience"].to_list() == ["Profissional", None]
