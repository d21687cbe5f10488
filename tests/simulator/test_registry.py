from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.simulator.market import SimulatedMarket

if TYPE_CHECKING:
    from collections.abc import Callable

    Unzip = Callable[[bytes], dict[str, bytes]]
    Tables = dict[str, list[dict[str, str]]]

HEADERS = {
    "registro_fundo.csv": (21, "ID_Registro_Fundo;CNPJ_Fundo;", ";CPF_CNPJ_Gestor;Gestor"),
    "registro_classe.csv": (
        30,
        "ID_Registro_Fundo;ID_Registro_Classe;CNPJ_Classe;",
        ";Controlador",
    ),
    "registro_subclasse.csv": (14, "ID_Registro_Classe;ID_Subclasse;", "_Complementar"),
}
FUND, CLASS, SUBCLASS = HEADERS


@pytest.fixture(scope="module")
def big() -> SimulatedMarket:
    return SimulatedMarket(7, 3000, dt.date(2024, 1, 1), 2, dirt=0)


@pytest.fixture(scope="module")
def tables(big: SimulatedMarket, unzip: Unzip) -> Callable[[dt.date], Tables]:
    def _read(as_of: dt.date) -> Tables:
        found: Tables = {}
        for name, content in unzip(big.registry_zip(as_of)).items():
            header, *lines = content.decode("latin-1").split("\r\n")[:-1]
            columns = header.split(";")
            found[name] = [dict(zip(columns, line.split(";"), strict=True)) for line in lines]
        return found

    return _read


@pytest.fixture(scope="module")
def last(tables: Callable[[dt.date], Tables]) -> Tables:
    return tables(dt.date(2024, 2, 29))


def test_three_files_with_the_official_headers(big: SimulatedMarket, unzip: Unzip) -> None:
    members = unzip(big.registry_zip(dt.date(2024, 2, 1)))
    assert list(members) == list(HEADERS)
    for name, (count, start, end) in HEADERS.items():
        header = members[name].split(b"\r\n")[0].decode()
        assert header.count(";") + 1 == count
        assert header.startswith(start)
        assert header.endswith(end)


def test_every_name_says_simulated(last: Tables) -> None:
    names = [row["Denominacao_Social"] for table in last.values() for row in table]
    names += [
        row[column] for row in last[FUND] for column in ("Gestor", "Administrador", "Diretor")
    ]
    names += [row[column] for row in last[CLASS] for column in ("Custodiante", "Auditor")]
    assert [name for name in names if "SIMULAD" not in name] == []
    assert any('"' in name for name in names)


def test_everything_joins(last: Tables, big: SimulatedMarket) -> None:
    funds = {row["ID_Registro_Fundo"] for row in last[FUND]}
    classes = {row["ID_Registro_Classe"] for row in last[CLASS]}
    assert {row["ID_Registro_Fundo"] for row in last[CLASS]} == funds
    assert {row["ID_Registro_Classe"] for row in last[SUBCLASS]} <= classes
    cnpjs = {row["CNPJ_Classe"] for row in last[CLASS]}
    subclasses = {row["ID_Subclasse"] for row in last[SUBCLASS]}
    for line in big.month(dt.date(2024, 2, 1)).csv.decode().split("\r\n")[1:-1]:
        _, cnpj, subclass, *_ = line.split(";")
        assert cnpj.translate(str.maketrans("", "", "./-")) in cnpjs
        assert not subclass or subclass in subclasses


def test_some_funds_have_several_managers_and_some_a_person(last: Tables) -> None:
    ids = [row["ID_Registro_Fundo"] for row in last[FUND]]
    assert 1.005 < len(ids) / len(set(ids)) < 1.04
    rows = {tuple(row.items()) for row in last[FUND]}
    assert len(rows) == len(last[FUND])
    people = [row for row in last[FUND] if row["Tipo_Pessoa_Gestor"] == "PF"]
    assert people
    assert all(len(row["CPF_CNPJ_Gestor"]) == 11 for row in people)
    assert all(row["Gestor"].startswith("PESSOA SIMULADA ") for row in people)


def test_firms_change_for_a_few_over_the_months(tables: Callable[[dt.date], Tables]) -> None:
    before, after = (tables(day) for day in (dt.date(2024, 1, 2), dt.date(2024, 2, 29)))
    for table, key, column in (
        (FUND, "CNPJ_Fundo", "CNPJ_Administrador"),
        (FUND, "CNPJ_Fundo", "CPF_CNPJ_Gestor"),
        (CLASS, "CNPJ_Classe", "CNPJ_Custodiante"),
    ):
        old = {row[key]: row[column] for row in before[table]}
        new = {row[key]: row[column] for row in after[table]}
        changed = sum(new[name] != firm for name, firm in old.items())
        assert 0.01 < changed / len(old) < 0.08


def test_births_and_closures_show_on_their_day(tables: Callable[[dt.date], Tables]) -> None:
    day = dt.date(2024, 1, 31)
    found = tables(day)
    assert max(row["Data_Registro"] for row in found[CLASS]) <= day.isoformat()
    closed = [row for row in found[FUND] if row["Situacao"] == "Cancelado"]
    assert closed
    assert all("2024-01-01" < row["Data_Cancelamento"] <= day.isoformat() for row in closed)
    later = tables(dt.date(2024, 2, 29))
    assert len(later[CLASS]) > len(found[CLASS])


def test_net_worth_is_that_of_the_last_full_month(
    last: Tables, tables: Callable[[dt.date], Tables], big: SimulatedMarket
) -> None:
    assert {row["Patrimonio_Liquido"] for row in tables(dt.date(2024, 1, 15))[CLASS]} == {""}
    published = {}
    for line in big.month(dt.date(2024, 2, 1)).csv.decode().split("\r\n")[1:-1]:
        _, cnpj, subclass, day, _, _, worth, *_ = line.split(";")
        if day == "2024-02-29" and not subclass:
            published[cnpj.translate(str.maketrans("", "", "./-"))] = worth
    stated = {row["CNPJ_Classe"]: row for row in last[CLASS]}
    assert len(published) > 2000
    assert all(stated[cnpj]["Patrimonio_Liquido"] == worth for cnpj, worth in published.items())
    assert {row["Data_Patrimonio_Liquido"] for row in last[CLASS]} == {"2024-02-29"}
