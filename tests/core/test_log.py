"""Logs: JSON lines with the run's id and no CPF."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.log import RUN_ID, JsonFormatter, configure, new_run_id

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    root = logging.getLogger("lastro")
    kept = (root.handlers[:], root.level, root.propagate)
    yield root
    root.handlers[:], root.propagate = kept[0], kept[2]
    root.setLevel(kept[1])


def _line(message: str, *values: object, error: bool = False) -> dict[str, Any]:
    info = sys.exc_info() if error else None
    record = logging.LogRecord("lastro.x", logging.WARNING, "f.py", 1, message, values, info)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_is_one_json_object() -> None:
    line = _line("read %s files\nof %s", 3, "São Paulo")
    assert line["message"] == "read 3 files\nof São Paulo"
    assert (line["level"], line["logger"], line["run"]) == ("warning", "lastro.x", "-")
    assert dt.datetime.fromisoformat(line["at"]).utcoffset() == dt.timedelta(0)
    assert "error" not in line


def test_a_line_has_the_id_of_its_run() -> None:
    token = RUN_ID.set("20260102T030405-abcdef")
    try:
        assert _line("x")["run"] == "20260102T030405-abcdef"
    finally:
        RUN_ID.reset(token)


def test_errors_come_with_their_traceback() -> None:
    try:
        int("of 111.444.777-35")
    except ValueError:
        line = _line("failed", error=True)
    assert "Traceback" in line["error"]
    assert "'of ***CPF***'" in line["error"]


@pytest.mark.parametrize(
    "text",
    ["11144477735", "111.444.777-35", "cpf_11144477735", "a\n11144477735", "(11144477735)",
     "111444777-35"],
)  # fmt: skip
def test_cpfs_are_masked(text: str) -> None:
    message = _line("manager %s left", text)["message"]
    assert "***CPF***" in message
    assert not re.search(r"\d", message)


@pytest.mark.parametrize(
    "text",
    ["00000000000191", "00.000.000/0001-91", "12ABC34501DE35", "1234567890", "2026-01-02",
     "20260102T030405-123456"],
)  # fmt: skip
def test_cnpjs_and_other_numbers_are_not(text: str) -> None:
    assert _line("fund %s", text)["message"] == f"fund {text}"


def test_run_ids_sort_by_time_and_differ() -> None:
    now = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    first, second = new_run_id(now), new_run_id(now + dt.timedelta(seconds=1))
    assert re.fullmatch(r"20260102T030405-[0-9a-f]{6}", first)
    assert first < second
    assert new_run_id(now) != first


def test_configure_writes_to_standard_error_from_a_level_up(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("WARNING")
    configure("WARNING")  # twice is once
    logging.getLogger("lastro.lake").info("quiet")
    logging.getLogger("lastro.lake").warning("loud")
    out, err = capsys.readouterr()
    assert out == ""
    assert [json.loads(line)["message"] for line in err.splitlines()] == ["loud"]
    assert logger.level == logging.WARNING
