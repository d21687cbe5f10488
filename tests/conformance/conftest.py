"""Inputs for the conformance of tables: what the machine would hand over.

Text is read by the source's own ``parse`` and typed against its contract; tables are built from it
on Polars, each as the machine would keep it.
"""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest

from lastro import sources
from lastro.core import registry
from lastro.core.clock import add_months
from lastro.core.ids import cnpj_check_digits, format_cnpj
from lastro.lake._polars import schema, type_text
from lastro.lake.catalog import Catalog, Table
from lastro.lake.quality import judge, with_checks
from lastro.sources import Source, cvm_funds, cvm_registry
from lastro.tables import gold, silver
from lastro.wiring import platform

from .simulated import typed, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCES: dict[str, Source] = {
    source.bronze.name: source for source in registry.load(sources, "SOURCE", Source).values()
}
TABLES: dict[str, Table] = {
    table.name: table
    for shelf in (silver, gold)
    for table in registry.load(shelf, "TABLE", Table).values()
}
CATALOG = Catalog(TABLES.values(), [source.bronze for source in SOURCES.values()])

FIRST = dt.date(2023, 1, 1)
MONTHS = [add_months(FIRST, count) for count in range(14)]
CNPJS = [f"{n:08d}0001" + cnpj_check_digits(f"{n:08d}0001") for n in range(1, 10)]
FUND_HEADER = (
    "ID_Registro_Fundo;CNPJ_Fundo;Denominacao_Social;Tipo_Fundo;CNPJ_Administrador;"
    "Administrador;Tipo_Pessoa_Gestor;CPF_CNPJ_Gestor;Gestor"
)
CLASS_HEADER = (
    "ID_Registro_Fundo;ID_Registro_Classe;CNPJ_Classe;Denominacao_Social;"
    "Classificacao;CNPJ_Custodiante;Custodiante"
)
_INDEX, _SGS = "b3/index_portfolio", "bcb/sgs_reencoded"
REAL_FILES = {
    "b3_cotahist": {"COTAHIST_D23032021.ZIP": "b3/cotahist/COTAHIST_D23032021.ZIP"},
    "b3_corporate_actions": {"assets_20240229.json.gz": "b3/listed/assets_20240229.json.gz"},
    "b3_index_portfolio": {
        "portfolio_day_IBOV_2022-12-08.json": f"{_INDEX}/GetPortfolioDay_20221208.json",
        "IBOVDia_03-10-25.csv": f"{_INDEX}/IBOVDia_03-10-25.csv",
    },
    "b3_index_levels": {
        "levels_IBOV_2022.json": f"{_INDEX}/GetPortfolioDay_IndexStatistics_20221208.json"
    },
    "b3_price_report": {"PR180102.xml.gz": "b3/pricereport.xml.gz"},
    "bcb_rates": {f"bcdata.sgs.{n}.json": f"{_SGS}/bcdata.sgs.{n}.json" for n in (12, 433)},
    "yahoo_quotes": {"PETR4.SA.csv": "yahoo/PETR4.SA.csv"},
}
REAL_MONTHS = [add_months(dt.date(2022, 12, 1), count) for count in range(14)]


def _quota(number: int, age: int, day: int) -> str:
    """A quota that moves, or what some funds report instead."""
    good = f"{1 + number / 7 + age / 50 + day / 900 - (age == 7) * number / 30:.12f}"
    if number == 2 and day == 12:
        return ("", "0", "-1.5", good)[age % 4]
    odd = {(4, 6): "2400", (7, 6): ""}  # re-based: no return; a whole month without a good quota
    return odd.get((number, age), good)


def _days_of(month: dt.date, number: int) -> Iterator[str]:
    """Lines of layout C, with what CVM's files hold that a clean file would not."""
    age = MONTHS.index(month)
    cnpj = format_cnpj(CNPJS[number])
    for day in (4, 5, 12, 27):
        date = month.replace(day=day)
        quota = _quota(number, age, day)
        worth, inflow, outflow = f"{1000 * number + 37 * age}.25", f"{number}.10", f"{day * age}.07"
        holders = str(40 - age * number % 17)
        if number == 1 and age in {3, 4}:
            continue  # a gap of two months
        if number == 3:
            worth, inflow = ("0", "-12.34", "")[age % 3], ""
        yield f"CLASSES - FIF;{cnpj};;{date};{worth};{quota};{worth};{inflow};{outflow};{holders}"
        if number == 5:
            yield f"CLASSES - FIF;{cnpj};SUB1;{date};1;{quota};9.5;0;0;1"
        if number == 6 and day == 5:  # repeated, and then corrected
            yield f"CLASSES - FIF;{cnpj};;{date};{worth};{quota};{worth};{inflow};0.01;{holders}"
            yield f"CLASSES - FIF;{cnpj};;{date};{worth};{quota};{worth};{inflow};0.02;{holders}"
            yield f"CLASSES - FIF;{cnpj};;{date};{worth};{quota};{worth};{inflow};0.02;{holders}"


def _dirty_month(month: dt.date) -> bytes:
    header = (
        "TP_FUNDO_CLASSE;CNPJ_FUNDO_CLASSE;ID_SUBCLASSE;DT_COMPTC;VL_TOTAL;VL_QUOTA;"
        "VL_PATRIM_LIQ;CAPTC_DIA;RESG_DIA;NR_COTST"
    )
    lines = [line for number in range(len(CNPJS)) for line in _days_of(month, number)]
    other = add_months(month, 1).replace(day=3)
    cnpj = format_cnpj(CNPJS[1])
    lines += [
        f"CLASSES - FIF;{cnpj};;{other};1;1;1;0;0;1",  # a day of another month
        f"CLASSES - FIF;{cnpj};;{month.replace(day=9)};1;abc;1;0;0;1",
        f"CLASSES - FIF;{cnpj};;{month.replace(day=10)};1;1;1;0;-5;1",
        f"CLASSES - FIF;00.000.000/0000-00;;{month.replace(day=9)};1;1;1;0;0;1",
        "CLASSES - FIF;torn",
    ]
    return "\n".join([header, *lines, ""]).encode("latin-1")


def _snapshot(age: int) -> bytes:
    """A registry: repeated managers, a blank one, a fund without class, providers that change."""
    funds, classes = [FUND_HEADER], [CLASS_HEADER]
    for number, cnpj in enumerate(CNPJS[:8]):
        manager = "" if number == 2 else f"{70 + number + age // 2}"
        line = f"{number};{cnpj};FUNDO Nº {number};FI;{90 + number * age % 3};ADM;PJ"
        funds.append(f"{line};{manager};GESTOR")
        if number == 1:
            funds.append(f"{line};11;OUTRA")
        if number != 4:
            kind = "Renda Fixa" if number < 6 else ""
            classes.append(f"{number};C{number};{cnpj};CLASSE {number};{kind};{age};CUST")
    classes.append("99;C99;;SEM CNPJ;Ações;1;CUST")
    subclasses = ["ID_Registro_Classe;ID_Subclasse;Denominacao_Social",
                  "C5;SUB1;SUBCLASSE", "C5;;SEM CODIGO", "C404;SUB9;SEM CLASSE"]  # fmt: skip
    members = {"fundo": funds, "classe": classes, "subclasse": subclasses}
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for member, lines in members.items():
            text = "\n".join([*lines, ""])
            archive.writestr(f"registro_{member}.csv", text.encode("latin-1"))
    return body.getvalue()


def _typed(source: Source, name: str, body: bytes, landed_on: dt.date) -> pl.DataFrame:
    """Bronze as a table's build gets it."""
    frames = []
    for period in source.parse(name, body, landed_on):
        rows = type_text(period.text, source.columns).rows
        landed = dt.datetime.combine(landed_on, dt.time(11, 30), dt.UTC)
        known = {day: source.published(day) if source.published else landed
                 for day in rows["ref_date"].unique()}  # fmt: skip
        instant = pl.Datetime("us", "UTC")
        frames.append(
            rows.with_columns(
                month=pl.lit(period.month),
                available_at=pl.col("ref_date").replace_strict(known, return_dtype=instant),
            )
        )
    return pl.concat(frames)


def dirty_rows() -> dict[str, pl.DataFrame]:
    days = [
        _typed(cvm_funds.SOURCE, f"inf_diario_fi_{m:%Y%m}.csv", _dirty_month(m), m) for m in MONTHS
    ]
    snapshots = [
        _typed(cvm_registry.SOURCE, "registro_fundo_classe.zip", _snapshot(age), MONTHS[age])
        for age in (2, 5, 6, 9, 13)
    ]
    funds = {"bronze.cvm_funds": pl.concat(days), "bronze.cvm_registry": pl.concat(snapshots)}
    return funds | world().bronze


def real_rows(folder: Path) -> dict[str, pl.DataFrame]:
    """Fourteen real months; CVM keeps no past registries, so there is none."""
    if not folder.is_dir():
        pytest.skip("the re-encoded informes are absent: ../shared/data/cvm/daily_reencoded")
    days = []
    for month in REAL_MONTHS:
        name = f"inf_diario_fi_{month:%Y%m}.zip"
        days.append(_typed(cvm_funds.SOURCE, name, (folder / name).read_bytes(), month))
    snapshot = _typed(cvm_registry.SOURCE, "registro_fundo_classe.zip", _snapshot(0), FIRST)
    funds = {"bronze.cvm_funds": pl.concat(days), "bronze.cvm_registry": snapshot.clear()}
    return funds | _real_markets(folder.parents[1])


def _real_markets(folder: Path) -> dict[str, pl.DataFrame]:
    """A session, the register's events, portfolios, series and quotes as they were published."""
    found = {name: rows.clear() for name, rows in world().bronze.items()}
    with tempfile.TemporaryDirectory() as lake_folder:
        lake = platform(f"{lake_folder}/lake")
        with lake.run() as run:
            for source, files in REAL_FILES.items():
                named = []
                for name, path in files.items():
                    named.append(Path(lake_folder) / name)
                    named[-1].write_bytes((folder / path).read_bytes())
                run.take(source, named)
        return found | {
            f"bronze.{source}": typed(lake, lake.sources[source]) for source in REAL_FILES
        }


def argument(name: str) -> str:
    return name.partition(".")[2]


def on_polars(table: Table, inputs: dict[str, pl.DataFrame]) -> pl.DataFrame:
    frames = {argument(i.table): nw.from_native(inputs[i.table].lazy()) for i in table.inputs}
    found: pl.LazyFrame = checked(table, frames).to_native()
    return found.collect()


def checked(table: Table, frames: dict[str, Any]) -> Any:
    """Built and, where the machine checks (it does what comes from bronze), checked."""
    built = table.build(**frames)
    return with_checks(built, table.contract) if table.inputs[0].table in SOURCES else built


def lake_of(bronze: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Bronze and every table built from it, each as the machine would keep it."""
    found = dict(bronze)
    for name, table in CATALOG.tables.items():
        rows = on_polars(table, found)
        if table.inputs[0].table in SOURCES:
            rows = judge(rows, table.contract).rows
        found[name] = rows.select(table.contract.names).cast(schema(table.contract))
    return found


@pytest.fixture(scope="session")
def lakes(request: pytest.FixtureRequest) -> Callable[[str], dict[str, pl.DataFrame]]:
    """Tables over dirty or over real rows, built once each."""
    made: dict[str, dict[str, pl.DataFrame]] = {}

    def _lake(name: str) -> dict[str, pl.DataFrame]:
        if name not in made:
            if name == "dirty":
                bronze = dirty_rows()
            else:
                folder = request.getfixturevalue("real_data") / "cvm" / "daily_reencoded"
                bronze = real_rows(folder)
            made[name] = lake_of(bronze)
        return made[name]

    return _lake
