"""A child process that is kept running: started again, left alone where that is hopeless, ended."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from lastro.cli.child import Child

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def eventually(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return False


def program(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_it_runs_and_is_ended() -> None:
    child = Child(program("import time; time.sleep(600)"), lambda _: None)
    assert child.state() == "absent"
    with child.running():
        assert eventually(lambda: child.state() == "ok")
    assert child.state() == "failed"


def test_it_is_started_again(tmp_path: Path) -> None:
    mark, told = tmp_path / "mark", list[str]()
    text = f"open({str(mark)!r}, 'a').write('x'); raise SystemExit(1)"
    with Child(program(text), told.append, first=0.01).running():
        assert eventually(lambda: mark.exists() and len(mark.read_text()) >= 3)
    assert len(told) >= 2


def test_what_is_hopeless_is_left() -> None:
    told: list[str] = []
    child = Child(program("raise SystemExit(78)"), told.append, first=0.01)
    with child.running():
        assert eventually(lambda: len(told) == 1)
        assert child.state() == "failed"
    assert len(told) == 1


def test_it_waits_until_it_is_wanted() -> None:
    asked, wanted = threading.Event(), threading.Event()

    def is_wanted() -> bool:
        asked.set()
        return wanted.is_set()

    child = Child(program("import time; time.sleep(600)"), lambda _: None, is_wanted)
    with child.running():
        assert asked.wait(30)
        assert child.state() == "absent"
        wanted.set()
        assert eventually(lambda: child.state() == "ok")


def test_one_that_will_not_end_is_killed() -> None:
    text = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(600)"
    child = Child(program(text), lambda _: None, patience=0.2)
    with child.running():
        assert eventually(lambda: child.state() == "ok")
    assert child.state() == "failed"


def test_it_ends_where_we_are_killed(tmp_path: Path) -> None:
    """A killed process passes nothing on; its pipes are closed all the same."""
    mark = tmp_path / "mark"
    child = "import sys, threading; from lastro.core.lifeline import follow; follow(sys.stdin); "
    child += f"open({str(mark)!r}, 'w').write('lives'); threading.Event().wait(600)"
    parent = "import sys, threading; from lastro.cli.child import Child\n"
    parent += f"with Child([sys.executable, '-c', {child!r}], print).running():\n"
    parent += "    threading.Event().wait(600)"
    with subprocess.Popen(program(parent), stdout=subprocess.PIPE) as killed:
        assert eventually(mark.exists)
        killed.kill()
        assert killed.stdout
        assert killed.stdout.read() == b""  # at its end once the last who holds it is gone
