from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.cotahist import DIRT, CotahistPress, write_cotahist
from lastro.simulator.cotahist_layout import FIELDS, WIDTH
from lastro.simulator.issuers import isin_check_digit

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.simulator.shares import ShareMarket

FIRST, LAST = dt.date(2024, 3, 1), dt.date(2024, 3, 31)
NUMBERS = {name for name, _ in FIELDS if name.startswith("PRE") or name.endswith("TOT")}


def cut(line: str) -> dict[str, str]:
    """A record by the layout's own positions."""
    found, start = {}, 0
    for name, width in FIELDS:
        found[name] = line[start : start + width]
        start += width
    assert start == WIDTH
    return found


@pytest.fixture(scope="module")
def press(shares: ShareMarket) -> CotahistPress:
    return CotahistPress(shares)


@pytest.fixture(scope="module")
def rows(press: CotahistPress) -> list[dict[str, str]]:
    lines = press.text(FIRST, LAST).decode("latin-1").split("\r\n")
    return [cut(line) for line in lines[1:-2]]


def test_positions_are_those_of_a_real_record() -> None:
    real = (
        "012021032302AAPL34      010APPLE       DRN          R$  0000000006822000000000682200000"
        "00006728000000000676600000000067800000000006773000000000678001128000000000000116738000000"
        "000789930556000000000000009999123100000010000000000000BRAAPLBDR004137"
    )
    found = cut(real)
    assert found["CODNEG"].strip() == "AAPL34"
    assert (found["PREULT"], found["PREOFV"]) == ("0000000006780", "0000000006780")
    assert (found["TOTNEG"], int(found["QUATOT"])) == ("01128", 116_738)
    assert (found["FATCOT"], found["CODISI"], found["DISMES"]) == ("0000001", "BRAAPLBDR004", "137")


def test_a_file_is_header_records_and_a_trailer_that_counts_all(press: CotahistPress) -> None:
    content = press.text(FIRST, LAST)
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert {len(line) for line in lines} == {245}
    assert lines[0].rstrip() == b"00COTAHIST.2024BOVESPA 20240328"
    assert lines[-1].rstrip() == b"99COTAHIST.2024BOVESPA 20240328%011d" % len(lines)
    assert all(line.startswith(b"01202403") for line in lines[1:-1])


def test_volume_is_between_average_times_quantity_and_a_centavo_more(
    rows: list[dict[str, str]],
) -> None:
    for row in rows:
        average, quantity = int(row["PREMED"]), int(row["QUATOT"])
        volume, factor = int(row["VOLTOT"]), int(row["FATCOT"])
        assert average * quantity <= volume * factor < (average + 1) * quantity, row
        assert int(row["PREMIN"]) <= average <= int(row["PREMAX"]), row
        assert int(row["PREMIN"]) <= int(row["PREULT"]) <= int(row["PREMAX"]), row


def test_every_field_is_well_formed(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert all(row[name].isdigit() for name in NUMBERS | {"DATPRE", "DATVEN", "PTOEXE"}), row
        assert row["MODREF"] == "R$  "
        isin = row["CODISI"]
        assert isin_check_digit(isin[:11]) == isin[11]
        assert row["DATVEN"] == "99991231" or row["DATVEN"] >= row["DATPRE"]


def test_every_market_is_there(rows: list[dict[str, str]]) -> None:
    kinds = Counter((row["CODBDI"], row["TPMERC"]) for row in rows)
    assert set(kinds) >= {
        ("02", "010"), ("12", "010"), ("14", "010"), ("34", "010"), ("96", "020"), ("62", "030"),
        ("50", "017"), ("78", "070"), ("82", "080"), ("74", "070"), ("75", "080"), ("38", "012"),
        ("42", "013"),
    }  # fmt: skip
    keys = Counter(tuple(row[k] for k in ("DATPRE", "CODNEG", "TPMERC", "PRAZOT")) for row in rows)
    assert set(keys.values()) == {1}
    forwards = Counter((row["DATPRE"], row["CODNEG"]) for row in rows if row["TPMERC"] == "030")
    assert max(forwards.values()) > 1
    assert {row["PRAZOT"] for row in rows if row["TPMERC"] == "070"} == {"000"}
    assert {row["FATCOT"] for row in rows} == {"0000001", "0001000"}


def test_options_have_strike_expiry_and_the_underlying_isin(
    rows: list[dict[str, str]], shares: ShareMarket
) -> None:
    puts = [row for row in rows if row["TPMERC"] == "080" and row["CODBDI"] == "82"]
    calls = [row for row in rows if row["TPMERC"] == "070" and row["CODBDI"] == "78"]
    assert all("M" <= row["CODNEG"][4] <= "X" and row["CODNEG"].strip()[-1] == "E" for row in puts)
    assert all("A" <= row["CODNEG"][4] <= "L" for row in calls)
    for row in calls:
        assert int(row["CODNEG"][5:].strip()) == int(row["PREEXE"])
        assert ord(row["CODNEG"][4]) - ord("A") + 1 == int(row["DATVEN"][4:6])
    assert {row["CODISI"] for row in calls} <= {shares.isin(code) for code in shares.tickers}
    on_index = [row for row in rows if row["CODBDI"] == "74"]
    assert all(int(row["PTOEXE"]) == int(row["PREEXE"]) * 10_000 for row in on_index)


def test_spot_rows_are_the_bars_of_the_market(
    rows: list[dict[str, str]], shares: ShareMarket
) -> None:
    found = {row["DATPRE"]: row for row in rows if row["CODNEG"].strip() == "SIMU4"}
    bars = shares.bars("SIMU4").to_dicts()
    for bar in bars:
        row = found.get(f"{bar['ref_date']:%Y%m%d}")
        if row:
            assert int(row["PREULT"]) == round(bar["close"] * 100)
            assert int(row["QUATOT"]) == bar["volume"]
            assert int(row["VOLTOT"]) == round(bar["turnover"] * 100)
    assert len(found) == len(shares.sessions(FIRST, LAST))


def test_the_distribution_number_rises_and_the_mark_shows_on_the_ex_day(
    press: CotahistPress, shares: ShareMarket
) -> None:
    ex = shares.dividends("SIMU4")[0][0]
    before = shares.days[shares.days.index(ex) - 1]
    marks = {}
    for day in (before, ex):
        lines = press.text(day, day).decode("latin-1").split("\r\n")
        (row,) = (cut(line) for line in lines if line[12:24].strip() == "SIMU4")
        marks[day] = row
    assert int(marks[ex]["DISMES"]) == int(marks[before]["DISMES"]) + 1
    assert marks[ex]["ESPECI"] == "PN  ED  N2"
    assert marks[before]["ESPECI"] == "PN      N2"


def test_a_day_is_the_same_in_its_file_and_in_the_month(
    press: CotahistPress, shares: ShareMarket
) -> None:
    month = press.text(FIRST, LAST).split(b"\r\n")[1:-2]
    days = [press.text(day, day).split(b"\r\n")[1:-2] for day in shares.sessions(FIRST, LAST)]
    assert month == [line for day in days for line in day]


def test_a_zip_holds_one_text_and_says_simulated(press: CotahistPress) -> None:
    body = press.zipped("COTAHIST_D28032024", dt.date(2024, 3, 28), dt.date(2024, 3, 28))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == ["COTAHIST_D28032024.TXT"]
        assert archive.comment.startswith(b"SIMULATED")


@pytest.mark.parametrize("kind", DIRT)
def test_dirt_spoils_one_thing(press: CotahistPress, kind: str) -> None:
    day = dt.date(2024, 3, 28)
    clean = press.text(day, day).split(b"\r\n")
    spoilt = press.text(day, day, [kind]).split(b"\r\n")
    changed = {
        "torn_line": spoilt[1] + spoilt[2] == clean[1] and spoilt[3:] == clean[2:],
        "bad_digit": spoilt[2][60:61] == b"X" and spoilt[3:] == clean[3:],
        "latin1_letter": b"\xc7" in spoilt[3] and len(spoilt[3]) == 245,
        "wrong_count": spoilt[-2][31:42] == b"00000000007" and spoilt[:-2] == clean[:-2],
        "unpadded_trailer": len(spoilt[-2]) == 42 and spoilt[:-2] == clean[:-2],
        "no_trailer": spoilt == [*clean[:-2], b""],
    }
    assert changed[kind]


def test_what_cannot_be_printed_is_refused(press: CotahistPress) -> None:
    with pytest.raises(NotFoundError, match="2024-03-29"):
        press.text(dt.date(2024, 3, 29), dt.date(2024, 3, 31))
    with pytest.raises(RequestError, match="mud"):
        press.text(FIRST, FIRST, ["mud"])


def test_a_year_for_load_tests_has_as_many_rows_as_wanted(tmp_path: Path) -> None:
    path = tmp_path / "COTAHIST_A2024.TXT"
    write_cotahist(path, 5_000, 3)
    lines = path.read_bytes().split(b"\r\n")
    assert len(lines) - 1 == 5_002
    assert lines[-2][31:42] == b"00000005002"
    assert len({line[2:10] for line in lines[1:-2]}) > 240
