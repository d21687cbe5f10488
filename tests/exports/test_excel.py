"""A workbook as people expect it, read back by another library."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from lastro.core.errors import RequestError
from lastro.exports import excel

from .conftest import row

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from .conftest import Sample

SHEET = "silver.kinds"
naive = dt.datetime  # a workbook knows no time zones


def _written(sample: Sample, path: Path, **how: Any) -> Workbook:
    (done,) = excel.write(sample.order(path, **how))
    return openpyxl.load_workbook(done.target)


def _column(book: Workbook, heading: str) -> list[Any]:
    sheet = book[SHEET]
    places = {cell.value: cell.column for cell in sheet[1]}
    return [cells[0] for cells in sheet.iter_rows(2, min_col=places[heading],
                                                  max_col=places[heading])]  # fmt: skip


def test_cells_are_typed(two_months: Sample, tmp_path: Path) -> None:
    book = _written(two_months, tmp_path / "x.xlsx")
    first = dict(zip((cell.value for cell in book[SHEET][1]), book[SHEET][2], strict=True))
    assert (first["CNPJ"].value, first["CNPJ"].data_type) == ("00000000000191", "s")
    assert first["CNPJ"].number_format == "@"
    assert first["data"].value == naive(2024, 1, 2)
    assert first["data"].number_format == "mm-dd-yy"  # how openpyxl spells the reader's own
    assert (first["patrimônio"].value, first["patrimônio"].number_format) == (1234.5, "#,##0.00")
    assert (first["variação"].value, first["variação"].number_format) == (0.0125, "0.00%")
    assert (first["cotistas"].value, first["cotistas"].number_format) == (1500, "#,##0")
    assert (first["código"].value, first["código"].number_format) == (7, "0")
    assert first["aberto"].value is True
    assert first["disponível em"].value == naive(2024, 2, 2, 8)  # Brasília
    assert [cell.value for cell in _column(book, "patrimônio")] == [1234.5, None, 1234.5]


def test_the_header_stays_filters_and_explains(two_months: Sample, tmp_path: Path) -> None:
    sheet = _written(two_months, tmp_path / "x.xlsx")[SHEET]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:4] == ["CNPJ", "nome (name)", "data", "patrimônio"]
    assert headings[8] == "nome (note)"  # two columns of one Portuguese name
    assert sheet["D1"].comment.text == "worth [BRL]\nIts worth."
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:K4"
    assert sheet.column_dimensions["A"].width > 14


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://x.br", "007"])
def test_text_is_never_run(sample: Sample, tmp_path: Path, text: str) -> None:
    sample.put(row(dt.date(2024, 1, 2), note=text))
    (cell,) = _column(_written(sample, tmp_path / "x.xlsx"), "nome (note)")
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.hyperlink is None


def test_values_that_excel_lacks(sample: Sample, tmp_path: Path) -> None:
    sample.put(
        row(
            dt.date(2024, 1, 2),
            "a",
            ratio=float("nan"),
            holders=12345678901234567,
            note="x" * 40_000,
        ),
        row(dt.date(1899, 12, 30), "b", ratio=float("inf"), holders=5, month=dt.date(2024, 1, 1)),
    )
    book = _written(sample, tmp_path / "x.xlsx")
    assert [cell.value for cell in _column(book, "variação")] == [None, None]
    assert [cell.value for cell in _column(book, "cotistas")] == ["12345678901234567", "5"]
    assert [cell.value for cell in _column(book, "data")] == [naive(2024, 1, 2), "1899-12-30"]
    assert len(_column(book, "nome (note)")[0].value) == 32_767


def test_the_cover_says_what_the_sheets_are(two_months: Sample, tmp_path: Path) -> None:
    book = _written(two_months, tmp_path / "x.xlsx", simulated=True, where="worth > 1")
    assert book.sheetnames == ["About", SHEET]
    told = [cell.value for cells in book["About"].iter_rows() for cell in cells if cell.value]
    assert any(str(text).startswith("SIMULATED DATA") for text in told)
    assert {"silver.kinds", "One column of every kind", "CVM", "lake", 2, "Mind the gap."} <= {
        *told
    }
    assert naive(2024, 6, 30, 12) in told  # written at, in Brasília
    assert naive(2024, 2, 1) in told  # newest day
    assert "Only rows where: worth > 1" in told


def test_simulated_data_say_so_in_the_files_name(two_months: Sample, tmp_path: Path) -> None:
    (done,) = excel.write(two_months.order(tmp_path / "x.xlsx", simulated=True))
    assert done.target == str(tmp_path / "x.simulated.xlsx")
    (done,) = excel.write(two_months.order(tmp_path))
    assert done.target == str(tmp_path / "silver.kinds.xlsx")


def test_too_many_rows_are_refused_with_a_way_out(
    two_months: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 2)
    with pytest.raises(RequestError, match=r"3 rows.*takes 2.*export parquet silver.kinds"):
        excel.write(two_months.order(tmp_path / "x.xlsx"))
    assert list(tmp_path.glob("*x.xlsx*")) == []
    excel.write(two_months.order(tmp_path / "x.xlsx", where="name <> 'c'"))


def test_the_old_workbook_stands_until_the_new_one_is_whole(
    two_months: Sample, tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"the old one")
    order = two_months.order(path, where="CAST(name AS INT) > 1 OR worth > 0")
    with pytest.raises(RequestError, match="--where"):
        excel.write(order)
    assert path.read_bytes() == b"the old one"
    assert [file.name for file in tmp_path.glob(".*")] == []


def test_sheet_names_are_short_and_differ() -> None:
    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

    taken: set[str] = {"about"}
    names = [excel._sheet_name(Named(f"silver.{'very_' * 6}{n}"), taken) for n in "ab"]  # type: ignore[arg-type]
    assert len({*names}) == 2
    assert all(len(name) <= 31 for name in names)


def test_a_decimal_shows_the_decimals_it_has() -> None:
    assert excel._decimals(2) == "#,##0.00"
    assert excel._decimals(12) == "#,##0.00##########"
