from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from lastro.simulator import dirt
from lastro.simulator.market import SimulatedMarket

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMonth

VALUES = ("VL_TOTAL", "VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA")
FLOWS = ("CAPTC_DIA", "RESG_DIA")
TEXTS = {
    "abc": "number_text",
    "1.234,56": "number_comma",
    "inf": "number_infinite",
    "nan": "number_nan",
    "1e5": "number_exponent",
}
ALWAYS = {
    "cnpj_alphanumeric",
    "quota_zero",
    "quota_negative",
    "net_worth_zero",
    "net_worth_negative",
}
MONTHS = [dt.date(2020, 11, 1), dt.date(2022, 5, 1), dt.date(2024, 3, 1)]


def check_digits(body: str) -> str:
    for weights in ("543298765432", "6543298765432"):
        total = sum((ord(c) - 48) * int(w) for c, w in zip(body, weights, strict=True)) % 11
        body += str(0 if total < 2 else 11 - total)
    return body[-2:]


def trouble_with_cnpj(text: str) -> str | None:
    bare = re.sub(r"[./-]", "", text)
    if not bare:
        return "cnpj_blank"
    if len(bare) != 14:
        return "cnpj_length"
    return None if check_digits(bare[:12]) == bare[12:] else "cnpj_check_digit"


def trouble_with_date(text: str, month: dt.date) -> str | None:
    if not text:
        return "date_blank"
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return "date_impossible"
    return None if day.replace(day=1) == month else "date_outside_month"


def trouble_with_number(name: str, text: str) -> str | None:
    if text in TEXTS:
        return TEXTS[text]
    if not text:
        return None if name == "VL_TOTAL" else "unexpected blank"
    places = 12 if name == "VL_QUOTA" else 2
    if len(text.partition(".")[2]) != places:
        return "flow_sub_cent" if text == "-0.001" else "money_decimals"
    return "flow_negative" if name in FLOWS and text.startswith("-") else None


def oddities(raw: dict[str, str], row: dict[str, str]) -> list[str]:
    found = {
        "cnpj_alphanumeric": bool(re.search("[A-Z]", row["CNPJ"])),
        "quota_zero": float(row["VL_QUOTA"]) == 0,
        "quota_negative": float(row["VL_QUOTA"]) < 0,
        "net_worth_zero": float(row["VL_PATRIM_LIQ"]) == 0,
        "net_worth_negative": float(row["VL_PATRIM_LIQ"]) < 0,
        "total_blank": not row["VL_TOTAL"],
        "trailing_spaces": raw != row,
        "quote_in_type": '"' in row.get("TP", ""),
        "quote_in_subclass": '"' in row.get("ID_SUBCLASSE", ""),
        "latin1_type": "Ç" in row.get("TP", ""),
    }
    return [kind for kind, true in found.items() if true]


def read(month: SimulatedMonth) -> Counter[str]:
    """Every kind a careful reader finds in a file, written without the simulator's code."""
    found: Counter[str] = Counter()
    seen: dict[tuple[str | None, ...], set[str]] = {}
    header, *lines = month.csv.decode("latin-1").split("\r\n")[:-1]
    names = [re.sub("_FUNDO(_CLASSE)?", "", name) for name in header.split(";")]
    for line in lines:
        fields = line.split(";")
        if len(fields) != len(names):
            found["fields_missing" if len(fields) < len(names) else "fields_extra"] += 1
            continue
        raw = dict(zip(names, fields, strict=True))
        row = {name: text.strip() for name, text in raw.items()}
        troubles = [
            trouble_with_cnpj(row["CNPJ"]),
            trouble_with_date(row["DT_COMPTC"], month.month),
        ]
        troubles += [trouble_with_number(name, row[name]) for name in VALUES]
        refused = [trouble for trouble in troubles if trouble]
        assert len(refused) <= 1
        found.update(refused or oddities(raw, row))
        if refused:
            continue
        key = tuple(row.get(name) for name in ("TP", "CNPJ", "ID_SUBCLASSE", "DT_COMPTC"))
        if key in seen:
            found["duplicate_exact" if line in seen[key] else "duplicate_corrected"] += 1
        found["type_pair"] += row.get("TP") == "FMP-FGTS"
        seen.setdefault(key, set()).add(line)
    return +found


@pytest.mark.parametrize("first", MONTHS)
@pytest.mark.parametrize("rate", [0, 0.005, 0.1])
def test_the_tally_is_what_a_reader_finds(first: dt.date, rate: float) -> None:
    month = SimulatedMarket(3, 200, first, 1, dirt=rate).month(first)
    assert read(month) == +Counter(month.dirt)


def test_every_kind_is_planted_where_the_layout_has_its_columns() -> None:
    kinds = {*dirt.REFUSED, *dirt.REFUSED_SHAPES, *dirt.KEPT, *dirt.REPEATS}
    only_c = {"quote_in_subclass"}
    typed = {"quote_in_type", "latin1_type", "type_pair"}
    expected = [kinds - typed - only_c, kinds - only_c, kinds]
    for first, wanted in zip(MONTHS, expected, strict=True):
        tally = SimulatedMarket(3, 200, first, 1).month(first).dirt
        assert {kind for kind in kinds if tally.get(kind)} == wanted


def test_no_dirt_leaves_only_what_the_market_itself_has() -> None:
    month = SimulatedMarket(3, 200, MONTHS[2], 1, dirt=0).month(MONTHS[2])
    assert {kind for kind, lines in month.dirt.items() if lines} <= ALWAYS


def test_the_rate_is_respected() -> None:
    month = SimulatedMarket(3, 200, MONTHS[2], 1, dirt=0.1).month(MONTHS[2])
    planted = sum(lines for kind, lines in month.dirt.items() if kind not in ALWAYS)
    assert 0.075 < planted / month.rows < 0.11


def test_a_duplicate_line_is_corrected_later_in_the_file(market: SimulatedMarket) -> None:
    month = market.month(market.months[0])
    lines = [line.split(b";") for line in month.csv.split(b"\r\n")[1:-1]]
    count = month.dirt["duplicate_corrected"]
    earlier = {tuple(fields[:6] + fields[7:]): fields[6] for fields in lines[:-count]}
    for fields in lines[-count:]:
        assert float(fields[6]) - float(earlier[tuple(fields[:6] + fields[7:])]) > 1000
