"""Files as people have them: damaged, of another kind, oddly named. Nothing is lost or harmed."""

from __future__ import annotations

import datetime as dt
import struct
import tracemalloc
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from lastro.core.errors import RequestError
from lastro.core.ids import cnpj_check_digits, format_cnpj

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenarios.conftest import Site

ONE, TWO = (f"{n:08d}0001" + cnpj_check_digits(f"{n:08d}0001") for n in (1, 2))
NAME = "inf_diario_fi_202401.zip"


@pytest.fixture
def header(layout_c: str) -> str:
    return layout_c


def row(cnpj: str = ONE, day: str = "2024-01-02", quota: str = "1.5", inflow: str = "10.00") -> str:
    return f"CLASSES - FIF;{format_cnpj(cnpj)};;{day};100.00;{quota};100.00;{inflow};0.00;3"


@pytest.fixture
def good(header: str, zipped: Callable[..., bytes]) -> bytes:
    """A month of two rows."""
    text = "\r\n".join([header, row(), row(TWO), ""])
    return zipped({"inf_diario_fi_202401.csv": text.encode("latin-1")})


@pytest.fixture
def put(site: Site, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Imports one file and returns what failed."""

    def _put(body: bytes, name: str = NAME) -> dict[str, str]:
        file = tmp_path / name
        file.write_bytes(body)
        site.clock.advance(dt.timedelta(minutes=1))
        return site.take([file], tables=("silver.fund_navs",)).failed

    return _put


def text_of(*lines: str, end: str = "\n") -> bytes:
    return end.join(lines).encode("latin-1")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html><body>Manuten&ccedil;&atilde;o; 1</body></html>", "web page"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"just a note", "neither a zip nor"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_dead_letter_and_its_bytes_are_kept(
    site: Site, put: Callable[..., dict[str, str]], good: bytes, body: bytes, said: str
) -> None:
    assert said in put(body)[NAME]
    assert NAME in site.dead()[NAME]
    (letter,) = site.open().dead_letters.all()
    assert site.open().storage.get(letter.key) == body
    assert site.table("silver.fund_navs").is_empty()
    assert put(good) == {}
    assert site.dead() == {}
    assert site.table("silver.fund_navs").height == 2


def test_a_truncated_zip_harms_not_what_stands(
    site: Site, put: Callable[..., dict[str, str]], good: bytes
) -> None:
    put(good)
    before = site.contents()
    for length in (4, 30, len(good) // 2, len(good) - 1):
        assert set(put(good[:length])) == {NAME}
    after = site.contents()
    for name in before.keys() - {"ops.ledger"}:
        assert after[name] == before[name]
    assert put(good) == {}
    assert site.dead() == {}


def test_a_dead_letter_is_not_tried_at_every_run_but_on_demand(
    site: Site, put: Callable[..., dict[str, str]], header: str
) -> None:
    put(text_of("A;B", "1;2"))
    assert site.take([]).failed == {}
    assert set(site.retry().failed) == {NAME}
    assert set(site.dead()) == {NAME}
    assert put(text_of(header, row()), "inf_diario_fi_202402.csv") == {}
    assert set(site.dead()) == {NAME}


def test_a_missing_column_is_named_with_its_file(
    site: Site, put: Callable[..., dict[str, str]], header: str
) -> None:
    failed = put(text_of(header.replace("VL_QUOTA", "VALOR"), row()), "inf_diario_fi_202401.csv")
    said = failed["inf_diario_fi_202401.csv"]
    assert "inf_diario_fi_202401.csv has no column VL_QUOTA" in said
    assert "VALOR" in said


@pytest.mark.parametrize("name", ["VL_NOVO", "Valor (R$), novo", "coluna=x", "çãõ", "x.y"])
def test_an_unknown_column_is_kept_in_bronze_and_harms_nothing(
    site: Site, put: Callable[..., dict[str, str]], header: str, good: bytes, name: str
) -> None:
    put(good)
    lines = [f"{header};{name}", f"{row(day='2024-02-01')};new", f"{row(TWO, '2024-02-01')};"]
    assert put(text_of(*lines), "inf_diario_fi_202402.csv") == {}
    bronze = site.table("bronze.cvm_funds")
    assert bronze.sort("_period", "_row")[name].to_list() == [None, None, "new", ""]
    assert site.table("silver.fund_navs").height == 4
    rows = site.open().sql("select * from bronze.cvm_funds where _period = '2024-02'")
    assert sorted(rows[name].to_list()) == ["", "new"]


def test_torn_lines_go_aside_whole_and_the_others_stay(
    site: Site, put: Callable[..., dict[str, str]], header: str
) -> None:
    lines = [
        header,
        "torn",
        row(),
        "a;b;c",
        f"{row(TWO)};more",
        row(TWO),
        "CLASSES - FIF;half a li",
    ]
    assert put(text_of(*lines), "inf_diario_fi_202401.csv") == {}
    aside = site.table("quarantine.fund_navs").sort("row")
    assert aside.select("reason", "record", "row").rows() == [
        ("malformed_line", lines[1], 1), ("malformed_line", lines[3], 3),
        ("malformed_line", lines[4], 4), ("malformed_line", lines[6], 6),
    ]  # fmt: skip
    assert site.table("silver.fund_navs").height == 2


@pytest.mark.parametrize("short", ["CLASSES - FIF;11.222.333/0001-81;;2024-01-03;1;1;1;5.00", "x"])
def test_a_line_with_too_few_fields_is_torn_even_where_all_others_are_whole(
    site: Site, put: Callable[..., dict[str, str]], header: str, short: str
) -> None:
    """It must not be filled up with blanks: a missing field is not a blank one."""
    for lines in ([header, row(), short, row(TWO)], [header, short, row(), row(TWO)]):
        assert put(text_of(*lines), "inf_diario_fi_202401.csv") == {}
        assert site.table("quarantine.fund_navs")["record"].to_list() == [short]
        assert site.table("silver.fund_navs").height == 2


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_line_ends_and_case_of_headers_make_no_difference(
    site: Site,
    put: Callable[..., dict[str, str]],
    header: str,
    end: str,
    mark: bytes,
    *,
    last: bool,
) -> None:
    lines = [header.lower(), row(inflow="7.25"), row(TWO), *([""] if last else [])]
    assert put(mark + text_of(*lines, end=end), "inf_diario_fi_202401.csv") == {}
    silver = site.table("silver.fund_navs").sort("cnpj")
    assert silver["cnpj"].to_list() == [ONE, TWO]
    assert silver["inflow"][0] == Decimal("7.25")
    assert silver["fund_type"].to_list() == ["CLASSES - FIF"] * 2
    assert silver["holders"].to_list() == [3, 3]
    assert site.table("quarantine.fund_navs").is_empty()


def test_quotes_are_letters_and_take_no_line_with_them(
    site: Site, put: Callable[..., dict[str, str]], header: str
) -> None:
    quoted = row().replace("CLASSES - FIF", '"CLASSES "A')
    assert put(text_of(header, quoted, row(TWO)), "inf_diario_fi_202401.csv") == {}
    silver = site.table("silver.fund_navs").sort("cnpj")
    assert silver["fund_type"].to_list() == ['"CLASSES "A', "CLASSES - FIF"]


@pytest.mark.parametrize(
    "day", ["0000-01-01", "0001-01-01", "1899-12-31", "9999-12-31", "2024-02-30", "2024-1-2"]
)
def test_an_impossible_day_goes_aside_and_takes_no_run_with_it(
    site: Site, put: Callable[..., dict[str, str]], header: str, day: str
) -> None:
    assert put(text_of(header, row(), row(TWO, day)), "inf_diario_fi_202401.csv") == {}
    assert site.table("silver.fund_navs")["cnpj"].to_list() == [ONE]
    (reason,) = site.table("quarantine.fund_navs")["reason"]
    assert reason in {"date_outside_month", "unreadable_ref_date"}


def test_a_header_without_rows_is_read_and_withdraws_nothing(
    site: Site, put: Callable[..., dict[str, str]], header: str, good: bytes
) -> None:
    assert put(text_of(header, ""), "inf_diario_fi_202312.csv") == {}
    assert site.table("silver.fund_navs").is_empty()
    put(good)
    assert put(text_of(header), NAME) == {}
    assert site.table("silver.fund_navs").height == 2
    assert site.dead() == {}
    site.build()
    before = site.versions()
    assert not site.build().written
    assert site.versions() == before


def test_a_month_whose_rows_all_become_bad_leaves_every_table(
    site: Site, put: Callable[..., dict[str, str]], header: str, good: bytes
) -> None:
    put(text_of(header, row(day="2023-12-04")), "inf_diario_fi_202312.csv")
    put(good)
    site.build()
    assert dt.date(2024, 1, 1) in set(site.table("gold.fund_performance")["month"])
    assert put(text_of(header, row(inflow="-1.00")), NAME) == {}
    site.build()
    for name in ("silver.fund_navs", "silver.fund_months", "gold.fund_flows_daily",
                 "gold.fund_flows_monthly", "gold.fund_performance",
                 "gold.portability_signals"):  # fmt: skip
        assert set(site.table(name)["month"]) == {dt.date(2023, 12, 1)}, name
    assert site.table("quarantine.fund_navs").height == 1
    before = site.versions()
    site.build()
    assert site.versions() == before


def with_declared_size(body: bytes, size: int) -> bytes:
    lying = bytearray(body)
    struct.pack_into("<I", lying, body.index(b"PK\x01\x02") + 24, size)
    struct.pack_into("<I", lying, 22, size)
    return bytes(lying)


@pytest.mark.parametrize("source", ["cvm_funds", "cvm_registry"])
@pytest.mark.parametrize("declared", [64, (1 << 30) + 1, (4 << 30) - 2])
def test_a_zip_bomb_is_refused_within_bounds(
    site: Site, tmp_path: Path, zipped: Callable[..., bytes], source: str, declared: int
) -> None:
    bomb = with_declared_size(zipped({"registro_fundo.csv": b"0" * (1 << 27)}), declared)
    file = tmp_path / "registro_fundo_classe.zip"
    file.write_bytes(bomb)
    tracemalloc.start()
    try:
        assert set(site.take([file], source).failed) == {file.name}
        assert tracemalloc.get_traced_memory()[1] < 1 << 25
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "name",
    ["informe diário (cópia) nº 1.csv", "a b#c%41?.csv", "x+y=z&w.csv", "-rf.csv", "%2F.csv"],
)
def test_a_file_may_have_any_name(
    site: Site, put: Callable[..., dict[str, str]], header: str, name: str
) -> None:
    assert put(text_of(header, row()), name) == {}
    assert site.table("silver.fund_navs").height == 1
    assert site.table("ops.ledger")["name"].to_list() == [name]
    key = site.table("bronze.cvm_funds")["_file"][0]
    assert site.open().storage.get(key) == text_of(header, row())
    before = site.versions()
    put(text_of(header, row()), name)
    assert site.versions() == before
    assert set(put(b"no", name)) == {name}
    assert set(site.dead()) == {name}


def test_two_files_of_one_name_are_refused_before_either_is_lost(
    site: Site, tmp_path: Path, header: str
) -> None:
    files = []
    for folder, day in (("one", "2024-01-02"), ("two", "2024-02-01")):
        file = tmp_path / folder / "extract.csv"
        file.parent.mkdir()
        file.write_bytes(text_of(header, row(day=day)))
        files.append(file)
    with pytest.raises(RequestError, match=r"Two of the files are called extract\.csv"):
        site.take(files)
    assert set(site.versions().values()) == {-1}
    for file in files:
        site.clock.advance(dt.timedelta(seconds=1))
        site.take([file])
    assert site.table("silver.fund_navs").height == 2


def test_a_path_that_cannot_be_read_imports_nothing(
    site: Site, tmp_path: Path, good: bytes
) -> None:
    file = tmp_path / NAME
    file.write_bytes(good)
    for bad in (tmp_path / "not there.zip", tmp_path):
        with pytest.raises(RequestError, match="cannot be read"):
            site.take([file, bad])
    assert set(site.versions().values()) == {-1}
    assert not (site.folder / "landing").exists()


def test_what_an_extract_says_of_two_months_goes_to_both(
    site: Site, put: Callable[..., dict[str, str]], header: str
) -> None:
    assert put(text_of(header, row(), row(day="2024-02-01"), row(day="x")), "mine.csv") == {}
    months = site.table("silver.fund_navs")["month"].sort().to_list()
    assert months == [dt.date(2024, 1, 1), dt.date(2024, 2, 1)]
    assert site.table("quarantine.fund_navs")["reason"].to_list() == ["unreadable_ref_date"]


def test_a_numberless_cell_is_set_aside_exactly(
    site: Site, put: Callable[..., dict[str, str]], header: str
) -> None:
    wrong = ["1.e2x", "1,5", "NaN", "--1", "1 000.00", "0x1F", "1e-3", "12345678901234567890"]
    lines = [row(quota=text, day=f"2024-01-{n + 2:02d}") for n, text in enumerate(wrong)]
    put(text_of(header, *lines), "inf_diario_fi_202401.csv")
    aside = site.table("quarantine.fund_navs")
    assert aside.sort("row")["record"].to_list() == lines
    assert set(aside["reason"]) == {"unreadable_quota"}
    assert aside.filter(pl.col("seen_at").is_null()).is_empty()
