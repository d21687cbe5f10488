from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from lastro.simulator.layout import layout_of
from lastro.simulator.market import SimulatedMarket

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMonth

A = "CNPJ_FUNDO;DT_COMPTC;VL_TOTAL;VL_QUOTA;VL_PATRIM_LIQ;CAPTC_DIA;RESG_DIA;NR_COTST"
B = f"TP_FUNDO;{A}"
C = (
    "TP_FUNDO_CLASSE;CNPJ_FUNDO_CLASSE;ID_SUBCLASSE;DT_COMPTC;VL_TOTAL;VL_QUOTA;VL_PATRIM_LIQ;"
    "CAPTC_DIA;RESG_DIA;NR_COTST"
)
CNPJ = r"9[0-9A-Z]\.[0-9]{3}\.[0-9]{3}/0001-[0-9]{2}"
MONEY = r"-?[0-9]+\.[0-9]{2}"
LINE = (
    rf"(FI|CLASSES - FIF);{CNPJ};([A-Z]{{5}}[0-9]{{10}})?;2024-0[1-3]-[0-9]{{2}};"
    rf"{MONEY};-?[0-9]+\.[0-9]{{12}};{MONEY};{MONEY};{MONEY};[0-9]+"
)


@pytest.fixture(scope="module")
def clean() -> SimulatedMonth:
    return SimulatedMarket(7, 200, dt.date(2024, 1, 1), 3, dirt=0).month(dt.date(2024, 2, 1))


@pytest.mark.parametrize(
    ("day", "header"),
    [
        (dt.date(2020, 12, 31), A),
        (dt.date(2021, 1, 1), B),
        (dt.date(2023, 11, 30), B),
        (dt.date(2023, 12, 1), C),
    ],
)
def test_each_era_has_its_header(day: dt.date, header: str) -> None:
    assert ";".join(layout_of(day)) == header
    month = SimulatedMarket(1, 50, day, 1).month(day)
    assert month.csv.startswith(header.encode() + b"\r\n")


def test_every_line_is_written_as_cvm_writes_it(clean: SimulatedMonth) -> None:
    lines = clean.csv.decode("latin-1").split("\r\n")
    assert lines.pop() == ""
    assert lines[0] == C
    assert len(lines) - 1 == clean.rows
    assert [line for line in lines[1:] if not re.fullmatch(LINE, line)] == []


def test_lines_go_by_class_then_day(clean: SimulatedMonth) -> None:
    keys = [tuple(line.split(";")[1:4]) for line in clean.csv.decode().split("\r\n")[1:-1]]
    assert len(set(keys)) == len(keys)
    plain = [key for key in keys if key[0][1].isdigit()]
    assert [key[0] for key in plain] == sorted(key[0] for key in plain)


def test_subclasses_come_with_and_without_the_line_of_the_class(clean: SimulatedMonth) -> None:
    ids: dict[str, set[str]] = {}
    for line in clean.csv.decode().split("\r\n")[1:-1]:
        _, cnpj, subclass, *_ = line.split(";")
        ids.setdefault(cnpj, set()).add(subclass)
    split = [found for found in ids.values() if found != {""}]
    assert any("" in found for found in split)
    assert any("" not in found for found in split)
    assert {len(found - {""}) for found in split} <= {2, 3}


def test_a_class_is_the_sum_of_its_subclasses(clean: SimulatedMonth) -> None:
    class_cents: dict[tuple[str, str], int] = {}
    sums: dict[tuple[str, str], int] = {}
    for line in clean.csv.decode().split("\r\n")[1:-1]:
        _, cnpj, subclass, day, _, _, worth, *_ = line.split(";")
        target = sums if subclass else class_cents
        key = (cnpj, day)
        target[key] = target.get(key, 0) + int(worth.replace(".", ""))
    both = class_cents.keys() & sums.keys()
    assert len(both) > 20
    off = [key for key in both if class_cents[key] != sums[key]]
    assert len(off) <= 12  # only where a subclass's line is held back for a restatement
