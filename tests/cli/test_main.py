"""The entry point: help, errors, exit codes, silence."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lastro.cli.commands import tables
from lastro.cli.door import Door

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lastro = Callable[..., Any]

HEAVY = ("polars", "duckdb", "deltalake", "pydantic", "numpy", "urllib3")
PROGRAM = [sys.executable, "-c", "from lastro.cli.main import main; main()"]


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from lastro.cli.main import run; run(['--help']); "
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "ingest" in done.stdout


def test_help_speaks_portuguese() -> None:
    done = subprocess.run(
        [*PROGRAM, "doctor", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LANGUAGE": "pt_BR"},
    )
    assert "Examina o lago" in done.stdout
    assert "Mostra esta mensagem e sai." in done.stdout


def test_a_whole_process_says_nothing_beyond_its_answer(lake: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "--lake", str(lake), "sql", "SELECT 1 AS one"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "one\n1\n"
    assert done.stderr.splitlines() == ["SIMULATED DATA: invented for trials, true of no fund."]


def test_a_reader_that_goes_away_is_no_trouble(lake: Path) -> None:
    program = " ".join(f"'{part}'" for part in PROGRAM)
    query = "SELECT a.range AS a, b.range AS b FROM range(400) a, range(400) b"
    done = subprocess.run(
        ["bash", "-c", f"{program} --lake '{lake}' sql '{query}' | head -1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "a\tb\n"
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


def test_simulate_says_what_to_set_and_serves_until_it_is_stopped() -> None:
    options = ["--classes", "50", "--months", "1", "--port", "0"]
    with subprocess.Popen(
        [*PROGRAM, "simulate", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        told = [server.stdout.readline() for _ in range(5)]
        server.send_signal(signal.SIGINT)
        _, warned = server.communicate(timeout=20)
    assert told[2].startswith("  export LASTRO_CVM__URL=http://127.0.0.1:")
    assert told[2].endswith("/dados\n")
    assert server.returncode == 0
    assert "SIMULATED DATA" in warned


def test_version(lastro: Lastro) -> None:
    assert lastro("--version").out.startswith("lastro 0.")


def test_nothing_asked_shows_help(lastro: Lastro) -> None:
    done = lastro()
    assert (done.code, "restatements" in done.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "There is no command called 'nonsense'."),
        (["head"], "TABLE is missing."),
        (["head", "x", "--nonsense"], "There is no option --nonsense."),
        (["head", "x", "-n", "many"], "-n cannot be that"),
        (["ingest", "cvm_funds", "--from", "january"], "'january' is not a month."),
    ],
)
def test_a_misspelt_line_is_the_callers_to_mend(
    lastro: Lastro, arguments: list[str], said: str
) -> None:
    done = lastro(*arguments)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_a_lake_that_is_not_there_is_not_made(lastro: Lastro, tmp_path: Path) -> None:
    done = lastro("--lake", tmp_path / "none", "tables")
    assert done.code == 2
    assert "There is no lake at" in done.err
    assert "lastro demo" in done.err
    assert not (tmp_path / "none").exists()


def test_the_lake_may_be_named_behind_the_verb(lastro: Lastro, lake: Path) -> None:
    assert lastro("tables", "--lake", lake).code == 0
    assert lastro("tables", f"--lake={lake}").code == 0


def test_the_lake_may_be_named_by_the_environment(
    lastro: Lastro, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_LAKE__URL", str(lake))
    assert lastro("tables").code == 0


def test_errors_speak_portuguese(on: Lastro, portuguese: None) -> None:
    done = on("head", "nothing")
    assert "Erro: Não há tabela chamada 'nothing'." in done.err
    assert "DADOS SIMULADOS" in done.err


def test_errors_for_machines_are_json(lastro: Lastro, tmp_path: Path) -> None:
    done = lastro("--lake", tmp_path, "tables", "--json")
    error = json.loads(done.err)
    assert done.out == ""
    assert (error["error"], error["exit_code"]) == ("NotFoundError", 2)
    assert error["hint"]


def test_a_wrong_setting_is_the_operators(lastro: Lastro, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "none")
    done = lastro("config", "show")
    assert done.code == 78
    assert "LASTRO_HTTP__ATTEMPTS" in done.err


def _failing(lastro: Lastro, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Any:
    def fail(_: Door) -> None:
        raise error

    monkeypatch.setattr(Door, "reading", fail)
    assert tables.COMMAND.run is tables.tables
    return lastro("tables")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full."),
        (RuntimeError("generic: No space left on device (os error 28)"), "The disk is full."),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), "denied. /data"),
        (OSError(errno.EROFS, "Read-only file system", "/data"), "read-only. /data"),
        (OSError(errno.EIO, "Input/output error"), "could not read or write"),
    ],
)
def test_trouble_with_the_disk_is_explained(
    lastro: Lastro, error: BaseException, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _failing(lastro, monkeypatch, error)
    assert done.code == 74
    assert said in done.err
    assert "Nothing was lost" in done.err
    assert "Traceback" not in done.err


def test_our_own_bug_shows_where(lastro: Lastro, monkeypatch: pytest.MonkeyPatch) -> None:
    done = _failing(lastro, monkeypatch, ZeroDivisionError("oops"))
    assert done.code == 70
    assert "Traceback" in done.err
    assert "ZeroDivisionError: oops" in done.err
    assert "our bug" in done.err


def test_a_panic_is_told_like_a_bug(lastro: Lastro, monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    assert _failing(lastro, monkeypatch, Panic("deep down")).code == 70


def test_an_interruption_says_that_the_lake_is_whole(
    lastro: Lastro, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _failing(lastro, monkeypatch, KeyboardInterrupt())
    assert done.code == 130
    assert "The lake is consistent" in done.err


def test_debugging_shows_the_way_of_any_error(
    lastro: Lastro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Traceback" not in lastro("--lake", tmp_path, "tables").err
    monkeypatch.setenv("LASTRO_LOG__LEVEL", "DEBUG")
    assert "Traceback" in lastro("--lake", tmp_path, "tables").err
