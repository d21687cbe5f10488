"""CSV as a Brazilian Excel opens it, and as everything else reads it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import RequestError
from lastro.exports import csv

from .conftest import row

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.exports import Dialect

    from .conftest import Sample

LINES = {  # to the letter, so longer than ours
    "br": [
        "\ufeffcnpj;name;ref_date;worth;ratio;holders;code;open;note;available_at;month",
        "00000000000191;a;02/01/2024;1234,50;0,0125;1500;7;true;usual;02/02/2024 11:00:00;01/01/2024",  # noqa: E501
        "00000000000191;b;31/01/2024;;;1500;7;true;usual;02/02/2024 11:00:00;01/01/2024",
        "00000000000191;c;01/02/2024;1234,50;0,0125;1500;7;true;'=1+1;02/02/2024 11:00:00;01/02/2024",  # noqa: E501
    ],
    "international": [
        "cnpj,name,ref_date,worth,ratio,holders,code,open,note,available_at,month",
        "00000000000191,a,2024-01-02,1234.50,0.0125,1500,7,true,usual,2024-02-02T11:00:00Z,2024-01-01",
        "00000000000191,b,2024-01-31,,,1500,7,true,usual,2024-02-02T11:00:00Z,2024-01-01",
        "00000000000191,c,2024-02-01,1234.50,0.0125,1500,7,true,'=1+1,2024-02-02T11:00:00Z,2024-02-01",
    ],
}


@pytest.mark.parametrize("dialect", ["br", "international"])
def test_each_dialect_to_the_letter(two_months: Sample, tmp_path: Path, dialect: Dialect) -> None:
    (done,) = csv.write(two_months.order(tmp_path / "x.csv", dialect=dialect))
    assert (done.rows, done.version) == (3, 2)
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()
    assert [lines[0], *sorted(lines[1:])] == LINES[dialect]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_is_never_run(sample: Sample, tmp_path: Path, text: str) -> None:
    sample.put(row(dt.date(2024, 1, 2), note=text, holders=-5))
    csv.write(sample.order(tmp_path / "x.csv"))
    body = (tmp_path / "x.csv").read_bytes().decode()
    assert f"'{text}" in body
    assert ";-5;" in body  # a number is none


def test_null_and_empty_text_differ(sample: Sample, tmp_path: Path) -> None:
    sample.put(row(dt.date(2024, 1, 2), "a", note=None), row(dt.date(2024, 1, 3), "b", note=""))
    csv.write(sample.order(tmp_path / "x.csv"))
    first, second = sorted((tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[1:])
    assert "true;;" in first
    assert 'true;"";' in second


def test_a_folder_gets_a_file_a_table_and_one_file_takes_one(
    two_months: Sample, tmp_path: Path
) -> None:
    (done,) = csv.write(two_months.order(tmp_path / "new" / "folder", simulated=True))
    assert done.target == str(tmp_path / "new" / "folder" / "silver.kinds.simulated.csv")
    order = two_months.order(tmp_path / "x.csv")
    twice = type(order)(**(vars(order) | {"tables": order.tables * 2}))
    with pytest.raises(RequestError, match="one file, and 2 tables"):
        csv.write(twice)


def test_a_folder_that_cannot_be_written_is_the_callers(two_months: Sample, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RequestError, match="cannot be written"):
        csv.write(two_months.order(tmp_path / "file" / "x.csv"))
