"""House rules that no linter knows."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lastro.core import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lastro"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES = 400
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
HEAVY = ("polars", "deltalake", "pydantic", "typer", "narwhals", "duckdb", "urllib3", "pyspark")
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".sql", ".txt", ".sh", ".json", ""}
NOT_OURS = {"__pycache__", "out", ".hypothesis", "node_modules", "static"}
FOLDERS = ("src", "tests", "docs", "bench", "tools", "changelog.d", ".ci", ".github")
FILES = ("Makefile", "README.md", "CONTRIBUTING.md", "pyproject.toml")
MACHINE_PATH = re.compile(
    r"(?<![\w.:/<>{}*-])(?:/(?:home(?!/(?:market|funds)\b)|root|work|Users)/|[A-Z]:\\Users\\)\w"
)  # routes of our own begin with /home

each_module = pytest.mark.parametrize(
    "module", MODULES, ids=[str(path.relative_to(SOURCE)) for path in MODULES]
)


@each_module
def test_module_opens_by_saying_what_it_is(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", TESTS, ids=[str(path.relative_to(ROOT)) for path in TESTS])
def test_tests_are_collected_without_spark(file: Path) -> None:
    """`make test` sets up without it; where a test needs it, it imports it then."""
    found = {
        name.partition(".")[0]
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom)
                     else [alias.name for alias in node.names])
    }  # fmt: skip
    assert not found & {"pyspark", "delta"}


@each_module
def test_module_is_short_enough_to_read(module: Path) -> None:
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{lines} lines: split it by what it does"


@each_module
def test_module_is_no_drawer(module: Path) -> None:
    parts = {part.strip("_") for part in module.relative_to(SOURCE).with_suffix("").parts}
    assert not parts & DRAWERS, "name a module after what it does"


@each_module
def test_errors_carry_the_values_their_templates_name(module: Path) -> None:
    for call in _errors_made(module):
        keywords = {keyword.arg for keyword in call.keywords}
        hint = [keyword.value for keyword in call.keywords if keyword.arg == "hint"]
        fields = {field for text in [*call.args[:1], *hint] for field in _fields(text)}
        assert None in keywords or fields <= keywords, (
            f"line {call.lineno}: {fields - keywords} would be missing from the message"
        )


def _errors_made(module: Path) -> Iterator[ast.Call]:
    kinds = {name for name, found in vars(errors).items() if isinstance(found, type)}
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
            yield node


def _fields(text: ast.expr) -> set[str]:
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return set()
    return {re.split(r"[.\[]", found[1])[0] for found in string.Formatter().parse(text.value)
            if found[1] is not None}  # fmt: skip


def test_importing_lastro_is_light() -> None:
    code = f"import sys, lastro; print(*(set({HEAVY}) & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [], "import these inside the function that needs them"


def _texts() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT and not NOT_OURS & set(path.parts):
                yield path
    yield from (ROOT / name for name in FILES if (ROOT / name).exists())


def test_nothing_speaks_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in _texts()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("rest", ["home/ana/x", "root/x", "work/main", "Users/ana"])
def test_machine_paths_are_seen(rest: str) -> None:
    assert MACHINE_PATH.search(f"see '/{rest}'")


@pytest.mark.parametrize("text", ["https://a.br/home/x", "docs/work/x", "{base}/root/x"])
def test_other_paths_are_not(text: str) -> None:
    assert not MACHINE_PATH.search(text)
