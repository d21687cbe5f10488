"""Draws the README's picture: what `lastro demo` prints in a terminal, as SVG."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 118


def recorded(*verb: str) -> str:
    """Run a verb in a terminal of its own; returns what it showed, colours included."""
    ours, theirs = pty.openpty()
    program = Path(sys.executable).with_name("lastro")
    terminal = {"COLUMNS": str(WIDTH), "LINES": "60", "TERM": "xterm-256color", "LANG": "C",
                "PATH": f"{program.parent}:{os.environ['PATH']}"}  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own verb
        [program, *verb], stdout=theirs, stderr=theirs, env=os.environ | terminal
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes any more
        while data := os.read(ours, 65536):
            shown += data
    process.wait()
    return shown.decode(errors="replace").replace("\r\n", "\n")


def main() -> None:
    """Write docs/images/demo.svg."""
    target = Path(__file__).resolve().parents[1] / "docs" / "images" / "demo.svg"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        text = recorded("demo")
        recorded("demo", "--stop")
    lines = [line.rpartition("\r")[2] for line in text.splitlines()]
    start = next(i for i, line in enumerate(lines) if "ten largest" in line)
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    banner = next(line for line in lines if "SIMULATED" in line)
    picture = Text.from_ansi("\n".join(["$ make demo", banner, "...", "", *lines[start:]]))
    console.print(picture, soft_wrap=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    console.save_svg(str(target), title="lastro demo (simulated data)")
    sys.stdout.write(f"{target.name} written\n")


if __name__ == "__main__":
    main()
