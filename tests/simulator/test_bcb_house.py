"""The simulated central bank: real wire formats, plausible numbers, nothing told too soon."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import polars as pl
import pytest

from lastro.core.calendar import bank_days, is_bank_day
from lastro.lake._polars import type_text
from lastro.simulator.bcb_house import BcbHouse
from lastro.sources import bcb_focus, bcb_fx, bcb_rates

if TYPE_CHECKING:
    from lastro.simulator.house import Reply
    from lastro.sources import RemoteFile, Source

TODAY = dt.date(2026, 11, 20)
DAILY = "/api/dados/serie/bcdata.sgs.12/dados"
PTAX = "/olinda/PTAX/versao/v1/odata"


@pytest.fixture(scope="module")
def house() -> BcbHouse:
    return BcbHouse(7, lambda: TODAY)


def ask(house: BcbHouse, root: str, file: RemoteFile) -> Reply:
    path, _, query = file.path.partition("?")
    return house.answer(f"/{root}/{unquote(path)}", query)


def values(house: BcbHouse, code: int, first: str, last: str) -> dict[dt.date, float]:
    path = f"/api/dados/serie/bcdata.sgs.{code}/dados"
    reply = house.answer(path, f"formato=json&dataInicial={first}&dataFinal={last}")
    assert reply.status == 200
    return {
        dt.date(*map(int, reversed(row["data"].split("/")))): float(row["valor"])
        for row in json.loads(reply.body)
    }


def items(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200
    found: list[dict[str, Any]] = json.loads(reply.body)["value"]
    return found


def test_cdi_stands_on_bank_days_and_follows_selic(house: BcbHouse) -> None:
    cdi = values(house, 12, "01/01/2020", "31/12/2029")
    assert list(cdi) == bank_days(dt.date(2020, 1, 1), TODAY - dt.timedelta(days=1))
    assert cdi == values(house, 11, "01/01/2020", "31/12/2029")
    target = values(house, 432, "01/01/2020", "31/12/2029")
    for day, rate in cdi.items():
        assert (1 + rate / 100) ** 252 == pytest.approx(1 + target[day] / 100 - 0.001, abs=1e-5)


def test_the_target_moves_at_meetings_and_is_told_up_to_the_next(house: BcbHouse) -> None:
    target = values(house, 432, "01/01/2020", "31/12/2029")
    days = list(target)
    assert days == [days[0] + dt.timedelta(days=n) for n in range(len(days))]
    assert TODAY < days[-1] <= TODAY + dt.timedelta(days=62)
    steps = [target[b] - target[a] for a, b in pairwise(days)]
    assert {abs(step) for step in steps} <= {0, 0.25, 0.5, 0.75}
    assert 25 < sum(1 for step in steps if step) < 57  # eight a year, some of which change nothing
    assert all(2 <= value <= 26.5 for value in target.values())


def test_prices_fall_in_some_months_and_are_told_when_published(house: BcbHouse) -> None:
    ipca = values(house, 433, "01/01/1995", "31/12/2026")  # months have no limit of ten years
    assert all(day.day == 1 for day in ipca)
    assert max(ipca) == dt.date(2026, 10, 1)
    assert 0.02 < sum(value < 0 for value in ipca.values()) / len(ipca) < 0.25
    early = BcbHouse(7, lambda: dt.date(2026, 11, 9))
    assert max(values(early, 433, "01/01/2026", "31/12/2026")) == dt.date(2026, 9, 1)


def test_a_series_of_periods_ends_a_month_later(house: BcbHouse) -> None:
    reply = house.answer(
        "/api/dados/serie/bcdata.sgs.226/dados", "dataInicial=31/01/2025&dataFinal=31/01/2025"
    )
    (row,) = json.loads(reply.body)
    assert (row["data"], row["datafim"]) == ("31/01/2025", "28/02/2025")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("formato=json&dataInicial=01/01/2000&dataFinal=01/01/2010", 200),
        ("formato=json&dataInicial=01/01/2000&dataFinal=02/01/2010", 406),
        ("formato=json", 406),
        ("formato=json&dataInicial=01/01/2022&dataFinal=02/01/2022", 404),
        ("formato=json&dataInicial=2022-01-01&dataFinal=02/01/2022", 400),
    ],
)
def test_windows_are_refused_as_the_bank_refuses_them(
    house: BcbHouse, query: str, status: int
) -> None:
    reply = house.answer(DAILY, query)
    assert reply.status == status
    said = json.loads(reply.body)
    if status in {400, 406}:
        assert set(said) == {"error", "message", "syntax"}
    if status == 404:
        assert said["erro"]["statusCode"] == 404
        assert "Value(s) not found" in said["erro"]["detail"]


def test_the_latest_values_are_at_most_twenty(house: BcbHouse) -> None:
    reply = house.answer(f"{DAILY}/ultimos/3", "formato=json")
    assert [row["data"] for row in json.loads(reply.body)][-1] == "19/11/2026"
    assert len(json.loads(reply.body)) == 3
    assert house.answer(f"{DAILY}/ultimos/21", "").status == 400


def test_what_is_not_there_is_not_found(house: BcbHouse) -> None:
    for path in ("/", "/api/x", "/olinda/PTAX/versao/v1/odata/Nada", "/api/../etc"):
        assert house.answer(path, "").status == 404
    unknown = "/api/dados/serie/bcdata.sgs.99999/dados"
    assert house.answer(unknown, "dataInicial=01/01/2024&dataFinal=01/02/2024").status == 404


def test_ptax_has_five_bulletins_and_one_that_closes(house: BcbHouse) -> None:
    dates = "@dataInicial='10-13-2026'&@dataFinalCotacao='10-14-2026'"
    asked = f"@moeda='EUR'&{dates}"
    path = f"{PTAX}/CotacaoMoedaPeriodo(moeda=@moeda,dataInicial=@dataInicial)"
    whole = items(house.answer(path, asked))
    assert [row["tipoBoletim"] for row in whole][:2] == ["Abertura", "Intermediário"]
    assert {row["dataHoraCotacao"][:10] for row in whole} == {"2026-10-13", "2026-10-14"}
    closing = items(house.answer(path, f"{asked}&$filter=tipoBoletim%20eq%20'Fechamento'"))
    assert closing == [row for row in whole if row["tipoBoletim"] == "Fechamento"]
    dollar = items(house.answer(f"{PTAX}/CotacaoDolarPeriodo(dataInicial=@dataInicial)", dates))
    assert set(dollar[0]) == {"cotacaoCompra", "cotacaoVenda", "dataHoraCotacao"}
    assert house.answer(path, "@moeda='EUR'").status == 400
    assert house.answer(path, asked.replace("10-13", "13-10")).status == 400


def test_currencies_agree_with_the_dollar(house: BcbHouse) -> None:
    moedas = {row["simbolo"]: row["tipoMoeda"] for row in items(house.answer(f"{PTAX}/Moedas", ""))}
    assert set(bcb_fx.BcbFxOptions().currencies) == set(moedas)
    day = "@dataInicial='10-14-2026'&@dataFinalCotacao='10-14-2026'"
    path = f"{PTAX}/CotacaoMoedaPeriodo(moeda=@moeda)"
    found = {code: items(house.answer(path, f"@moeda='{code}'&{day}"))[-1] for code in moedas}
    dollar = found["USD"]["cotacaoCompra"]
    for code, kind in moedas.items():
        parity, price = found[code]["paridadeCompra"], found[code]["cotacaoCompra"]
        expected = dollar * parity if kind == "B" else dollar / parity
        assert price == pytest.approx(expected, rel=1e-3)
        assert found[code]["cotacaoVenda"] > price


def test_pages_join_into_the_whole(house: BcbHouse) -> None:
    path = "/olinda/Expectativas/versao/v1/odata/ExpectativasMercadoAnuais"
    query = "$filter=Data ge '2026-10-01' and Data le '2026-10-09'"
    whole = items(house.answer(path, query))
    pages = [items(house.answer(path, f"{query}&$top=100&$skip={skip}"))
             for skip in range(0, len(whole) + 1, 100)]  # fmt: skip
    assert [row for page in pages for row in page] == whole
    assert [row["Data"] for row in whole] == sorted(row["Data"] for row in whole)


def test_a_weeks_expectations_are_told_in_the_next(house: BcbHouse) -> None:
    path = "/olinda/Expectativas/versao/v1/odata/ExpectativasMercadoSelic"
    days = {row["Data"] for row in items(house.answer(path, "$filter=Data ge '2026-11-01'"))}
    assert max(days) == "2026-11-13"


@pytest.mark.parametrize(
    ("source", "root", "first", "count"),
    [
        (bcb_rates.SOURCE, "api", dt.date(2015, 1, 1), 12),
        (bcb_fx.SOURCE, "olinda", dt.date(2025, 10, 1), 20),
        (bcb_focus.SOURCE, "olinda", dt.date(2026, 9, 1), 12),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_every_file_a_source_plans_is_answered_and_read(
    source: Source, root: str, first: dt.date, count: int, house: BcbHouse
) -> None:
    files = source.plan(first, TODAY, TODAY)
    assert len(files) == count
    for file in files:
        reply = ask(house, root, file)
        assert reply.status == 200, file.name
        periods = list(source.parse(file.name, reply.body, TODAY))
        assert len({period.name for period in periods}) == len(periods) >= 1
        for period in periods:
            typed = type_text(period.text, source.columns)
            assert typed.faults.is_empty()
            assert typed.rows.height == period.text.height > 0
            days = typed.rows["ref_date"]
            assert days.min() >= file.first  # type: ignore[operator]
            assert days.max() <= file.last  # type: ignore[operator]
            if source.gathers:
                assert (days.dt.truncate("1mo") == period.month).all()
                assert all(is_bank_day(day) for day in days)


def test_numbers_follow_from_the_seed_alone_however_they_are_asked() -> None:
    other, one, two = (BcbHouse(seed, lambda: TODAY) for seed in (8, 7, 7))
    asked = [("12", "01/01/2020", "31/12/2029"), ("432", "01/01/2010", "31/12/2019")]

    def answers(house: BcbHouse, order: int) -> dict[str, bytes]:
        with ThreadPoolExecutor(2) as pool:
            done = {
                code: pool.submit(
                    house.answer, f"/api/dados/serie/bcdata.sgs.{code}/dados",
                    f"dataInicial={first}&dataFinal={last}",
                )
                for code, first, last in asked[::order]
            }  # fmt: skip
            return {code: reply.result().body for code, reply in done.items()}

    assert answers(one, 1) == answers(two, -1)
    assert answers(other, 1) != answers(one, 1)


def test_what_was_told_yesterday_stands_today() -> None:
    house, later = BcbHouse(7, lambda: TODAY - dt.timedelta(days=400)), BcbHouse(7, lambda: TODAY)
    for source, root in ((bcb_rates.SOURCE, "api"), (bcb_fx.SOURCE, "olinda")):
        file = source.plan(dt.date(2025, 1, 2), dt.date(2025, 2, 1), TODAY)[0]
        before, after = (
            pl.concat(p.text for p in source.parse(file.name, ask(h, root, file).body, TODAY))
            for h in (house, later)
        )
        assert before.height < after.height
        assert after.head(before.height).drop("_row").equals(before.drop("_row"))
