"""Starts a file on a shelf, and its test: ``make new KIND=source NAME=b3_trades``.

The file works as it stands; its test fails until what says FILL IN is filled in.
"""

from __future__ import annotations

import builtins
import keyword
import re
import subprocess
import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = Path(__file__).with_name("templates")
SHELVES = {
    "source": "sources",
    "silver": "tables/silver",
    "gold": "tables/gold",
    "command": "cli/commands",
}
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 40


class Refusal(Exception):  # noqa: N818 - it is one
    """What was asked for cannot be; the text says what can."""


def paths(kind: str, name: str) -> tuple[Path, Path]:
    """Where a file and its test go."""
    shelf = SHELVES[kind]
    return ROOT / "src/lastro" / shelf / f"{name}.py", ROOT / "tests" / shelf / f"test_{name}.py"


def check(kind: str, name: str) -> None:
    """Refuse what no shelf takes.

    Raises:
        Refusal: An unknown kind, a bad name, or a name that is taken.
    """
    if kind not in SHELVES:
        raise Refusal(f"'{kind}' is no KIND. Say: make new KIND={'|'.join(SHELVES)} NAME=b3_trades")
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise Refusal(
            f"'{name}' is no NAME: at most {LONGEST} of a-z, 0-9 and single _, such as b3_trades."
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name):
        raise Refusal(f"'{name}' means something in Python itself: choose another NAME.")
    kinds = ("command",) if kind == "command" else ("source", "silver", "gold")
    taken = [path for other in kinds for path in paths(other, name) if path.exists()]
    if taken:
        raise Refusal(f"{taken[0].relative_to(ROOT)} exists already: choose another NAME.")


def create(kind: str, name: str) -> tuple[Path, Path]:
    """Write a file and its test from the templates of its kind."""
    check(kind, name)
    file, test = paths(kind, name)
    for path, template in ((file, f"{kind}.txt"), (test, f"{kind}_test.txt")):
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            Template(text).substitute(name=name, verb=name.replace("_", "-")), encoding="utf-8"
        )
    for verb in (["check", "--fix", "--select=I"], ["format"]):
        subprocess.run(  # noqa: S603 - our own linter on our own files
            [sys.executable, "-m", "ruff", *verb, "--quiet", str(file), str(test)],
            check=True,
            cwd=ROOT,
        )
    return file, test


def main(arguments: list[str]) -> int:
    """Create, and say what comes next."""
    kind, name, *_ = [*arguments, "", ""]
    try:
        file, test = create(kind, name)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 2
    print(f"Wrote {file.relative_to(ROOT)} and {test.relative_to(ROOT)}.")
    print("Next: fill in what says FILL IN in both, then `make fix docs test`.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
