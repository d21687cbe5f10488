from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Unzip = Callable[[bytes], dict[str, bytes]]

START = dt.date(2024, 1, 1)


def test_order_of_asking_does_not_matter(market: SimulatedMarket) -> None:
    fresh = SimulatedMarket(7, 200, START, 3, dirt=0.02)
    backwards = [fresh.month_zip(month) for month in reversed(fresh.months)]
    assert backwards[::-1] == [market.month_zip(month) for month in market.months]


def test_threads_do_not_disturb_each_other(market: SimulatedMarket) -> None:
    fresh = SimulatedMarket(7, 200, START, 3, dirt=0.02)
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(fresh.month_zip, fresh.months * 3))
    assert made == [market.month_zip(month) for month in market.months] * 3


@pytest.mark.parametrize("changed", [{"seed": 8}, {"classes": 201}, {"dirt": 0.03}])
def test_another_market_is_another_file(changed: dict[str, int]) -> None:
    arguments = {"seed": 7, "classes": 200, "first_month": START, "months": 3, "dirt": 0.02}
    one = SimulatedMarket(**arguments)  # type: ignore[arg-type]
    other = SimulatedMarket(**{**arguments, **changed})  # type: ignore[arg-type]
    assert one.fingerprint != other.fingerprint
    digests = {hashlib.sha256(each.month(START).csv).hexdigest() for each in (one, other)}
    assert len(digests) == 2


def test_values_go_on_from_month_to_month() -> None:
    clean = SimulatedMarket(7, 200, START, 3, dirt=0)
    quotas: dict[str, list[float]] = {}
    for month in clean.months:
        for line in clean.month(month).csv.decode().split("\r\n")[1:-1]:
            _, cnpj, subclass, _, _, quota, *_ = line.split(";")
            quotas.setdefault(cnpj + subclass, []).append(float(quota))
    whole = [path for path in quotas.values() if len(path) > 55 and min(path) > 0]
    assert len(whole) > 100
    assert max(abs(b / a - 1) for path in whole for a, b in pairwise(path)) < 0.08


def test_lines_fall_on_bank_days_alone(market: SimulatedMarket) -> None:
    month = dt.date(2024, 2, 1)
    lines = market.month(month).csv.split(b"\r\n")[1:-1]
    days = {line.split(b";")[3].strip().decode() for line in lines if line.count(b";") == 9}
    bank = {day.isoformat() for day in market.business_days(month)}
    others = [d for d in days - bank if d.startswith("2024-02") and d != "2024-02-31"]
    assert bank <= days
    assert others == []


def test_a_year_holds_its_months_of_the_window(eras: SimulatedMarket, unzip: Unzip) -> None:
    november, december = (dt.date(2020, number, 1) for number in (11, 12))
    members = unzip(eras.hist_zip(2020, {december: 1}))
    assert members == {
        "inf_diario_fi_202011.csv": eras.month(november).csv,
        "inf_diario_fi_202012.csv": eras.month(december, 1).csv,
    }
    assert list(unzip(eras.hist_zip(2021))) == ["inf_diario_fi_202101.csv"]


def test_what_is_outside_the_window_is_not_found(market: SimulatedMarket) -> None:
    with pytest.raises(NotFoundError, match="2024-01 to 2024-03"):
        market.month_zip(dt.date(2024, 4, 1))
    with pytest.raises(NotFoundError, match="2019"):
        market.hist_zip(2019)
    with pytest.raises(RequestError, match="begins on 2024-01-01"):
        market.registry_zip(dt.date(2023, 12, 31))


@pytest.mark.parametrize(
    "arguments",
    [{"classes": 10}, {"months": 0}, {"dirt": 0.5}, {"seed": -1}, {"dirt": float("nan")}],
)
def test_a_market_that_cannot_be_is_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(RequestError, match=next(iter(arguments))):
        SimulatedMarket(**arguments)  # type: ignore[arg-type]


def test_a_negative_revision_is_refused(market: SimulatedMarket) -> None:
    with pytest.raises(RequestError, match="revision"):
        market.month(START, -1)


def test_months_are_written_as_files(market: SimulatedMarket, tmp_path: Path) -> None:
    files = write_months(market, tmp_path / "new", market.months[:2])
    assert [file.name for file in files] == [
        "inf_diario_fi_202401.zip",
        "inf_diario_fi_202402.zip",
    ]
    with zipfile.ZipFile(files[1]) as archive:
        assert archive.comment == b"SIMULATED by lastro seed=7"
        assert archive.read("inf_diario_fi_202402.csv") == market.month(market.months[1]).csv
