#!/usr/bin/env python3
"""Writes the generated reference (`docs/reference/`) and `.env.example` from the code itself.

`python docs/build.py` writes; `python docs/build.py --check` writes nothing and exits 1 when a
page is not what the code says now. Equal code gives equal pages: they hold no clock and no locale.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args, get_origin

os.environ["LANGUAGE"] = "en"  # before lastro.cli is imported: its help follows the language

from api_page import sections
from cli_page import cli_page
from pydantic import SecretStr
from writing import code, grid, page

from lastro import sources
from lastro.api.app import app_over
from lastro.core import errors
from lastro.core.clock import SystemClock
from lastro.core.registry import load as load_shelf
from lastro.core.settings import Section, load
from lastro.lake.landing import LEDGER
from lastro.lake.quality import RESTATEMENTS, quarantine_contract
from lastro.sources import Source
from lastro.wiring import SECTIONS, Platform

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from lastro.lake.catalog import Input, Table, View
    from lastro.lake.contract import Contract

ROOT = Path(__file__).resolve().parents[1]
_LAYERS = {
    "silver": "Typed, checked, one row a natural key.",
    "gold": "What people ask for, built from silver.",
    "views": "Named queries, for people who already have them.",
    "quarantine": "Rows set aside, whole, with the reason. One table a silver table.",
    "ops": "What the lake knows of itself.",
    "bronze": "What the source published: official headers, every value as text.",
}


def first_line(thing: object) -> str:
    """First paragraph of a docstring, on one line."""
    doc = (thing.__doc__ or "").strip().partition("\n\n")[0]
    return " ".join(doc.split())


def span(time: dt.timedelta) -> str:
    """A span in words."""
    return f"{time.days} days" if time.days else "none"


# tables


def tables_page(platform: Platform) -> str:
    """Every table and view, by layer."""
    tables = platform.catalog.tables.values()
    shelves = {
        "silver": [_table(platform, t) for t in tables if t.contract.layer == "silver"],
        "gold": [_table(platform, t) for t in tables if t.contract.layer == "gold"],
        "views": [_view(view) for view in platform.views],
        "quarantine": [
            _contract(quarantine_contract(t.contract))
            for t in tables
            if t.inputs[0].table in platform.catalog.bronze
        ],
        "ops": [_contract(LEDGER), _contract(RESTATEMENTS)],
        "bronze": [_contract(source.bronze) for source in platform.sources.values()],
    }
    parts = [f"## {layer}\n\n{about}\n\n" + "\n\n".join(shelves[layer])
             for layer, about in _LAYERS.items()]  # fmt: skip
    return page(
        "Tables",
        "What each table promises. `lastro describe TABLE` says the same in the terminal. A null "
        "means *not known*; a ratio of 0.01 is 1 %.",
        *parts,
    )


def _table(platform: Platform, table: Table) -> str:
    built_from = "; ".join(f"{code(i.table)} ({_window(i)})" for i in table.inputs)
    return "\n\n".join(
        part
        for part in (
            _contract(table.contract, [("Built from", built_from), ("Revision", table.revision)]),
            _checks(table.contract),
            _reasons(platform, table),
        )
        if part
    )


def _contract(contract: Contract, facts: Sequence[tuple[str, object]] = ()) -> str:
    told = [
        ("Key", code(*contract.key)),
        ("Partition", code(contract.partition)),
        ("Sorted by", code(*contract.sort)),
        *facts,
        ("Stale after", span(contract.freshness) if contract.freshness else ""),
    ]
    columns = grid(
        ("column", "type", "unit", "Portuguese", "meaning"),
        ((code(c.name), c.type, c.unit, c.pt, c.doc) for c in contract.columns),
    )
    notice = [f"> {contract.notice}"] if contract.notice else []
    return "\n\n".join([
        f"### {contract.name}",
        f"{contract.title}  \n*{contract.pt}*",
        *notice,
        "\n".join(f"- {name}: {value}" for name, value in told if value),
        columns,
    ])  # fmt: skip


def _window(needed: Input) -> str:
    if needed.as_of:
        return "the newest month not after its own, and the one before"
    if needed.months_back is None:
        return "every month up to its own"
    back = f"{needed.months_back} month{'s' if needed.months_back > 1 else ''} before"
    if not needed.own_month:
        return f"the {back}"
    return f"its own month and the {back}" if needed.months_back else "its own month"


def _checks(contract: Contract) -> str:
    if not contract.checks:
        return ""
    rows = ((code(check.code), check.action, check.doc) for check in contract.checks)
    return "Checks:\n\n" + grid(("code", "what happens", "meaning"), rows)


def _reasons(platform: Platform, table: Table) -> str:
    """Codes that come from reading text, where a table is the first to read it."""
    found = [s for s in platform.sources.values() if s.bronze.name == table.inputs[0].table]
    if not found:
        return ""
    columns = found[0].columns
    wrong = (
        ("malformed_line", "The line does not have the header's number of fields."),
        ("superseded", "A later line of the same file has the same key and other values."),
        *((f"unreadable_{c.name}", f"Cannot be read as {c.type}.")
          for c in columns if c.type.name != "text"),
        *((f"missing_{c.name}", "Blank.") for c in columns if c.required),
        *((f"below_{c.least}_{c.name}", f"Below {c.least}.")
          for c in columns if c.least is not None),
    )  # fmt: skip
    rows = ((code(reason), "quarantine", meaning) for reason, meaning in wrong)
    return "Found while its text is read:\n\n" + grid(("code", "what happens", "meaning"), rows)


def _view(view: View) -> str:
    return (
        f"### {view.name}\n\n{view.title}  \n*{view.pt}*\n\n"
        f"- Reads: {code(*view.inputs)}\n\n```sql\n{view.sql}\n```"
    )


# sources


def sources_page(platform: Platform) -> str:
    """Every source: what it is, its terms, what its text means."""
    return page(
        "Sources",
        "Where data come from. `lastro ingest SOURCE` asks the publisher; `lastro import SOURCE "
        "FILES` takes files you already have.",
        *(_source(platform, source) for source in platform.sources.values()),
    )


def _source(platform: Platform, source: Source) -> str:
    section = next(name for name, kind in SECTIONS.items() if kind is source.section)
    feeds = [t.name for t in platform.catalog.tables.values()
             if source.bronze.name in {i.table for i in t.inputs}]  # fmt: skip
    available = first_line(source.published) if source.published else "When it was first seen."
    facts = [
        ("Publisher", source.publisher),
        ("Licence", source.licence),
        ("Base address", f"`LASTRO_{section.upper()}__{source.address.upper()}`"),
        ("Files", first_line(source.plan)),
        ("Available", available),
        ("First ingest goes back", span(source.history)),
        ("Before landing", first_line(source.redact) if source.redact else "exact bytes"),
        ("Lands in", code(source.bronze.name)),
        ("Feeds", code(*feeds)),
    ]
    columns = grid(
        ("column", "official headers", "type", "unit", "Portuguese", "meaning", "required"),
        ((code(c.name), code(*c.reads), c.type, c.unit, c.pt, c.doc, "yes" if c.required else "")
         for c in source.columns),
    )  # fmt: skip
    listed = "\n".join(f"- {name}: {value}" for name, value in facts if value)
    return f"## {source.name}\n\n{source.title}  \n*{source.pt}*\n\n{listed}\n\n{columns}"


# settings


def every_section() -> dict[str, type[Section]]:
    """Sections by name, with those of sources that have settings of their own."""
    shelf = load_shelf(sources, "SOURCE", Source)
    own = {f"sources__{name}": found.options for name, found in shelf.items() if found.options}
    return {**SECTIONS, **own}


def _settings(section: type[Section], name: str) -> Iterator[tuple[str, str, str]]:
    """(variable, default as it is written in the environment, meaning) of every setting."""
    for field, info in section.model_fields.items():
        default = info.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, list | tuple):
            default = json.dumps(default, ensure_ascii=False)
        is_choice = get_origin(info.annotation) is Literal
        allowed = get_args(info.annotation) if is_choice else ()
        choices = f" One of {', '.join(map(str, allowed))}." if allowed else ""
        yield f"LASTRO_{name}__{field}".upper(), str(default), (info.description or "") + choices


def settings_page() -> str:
    """Every setting by section."""
    parts = [
        f"## {name}\n\n{first_line(section)}\n\n"
        + grid(
            ("variable", "default", "meaning"),
            ((code(v), code(default) or "*blank*", doc)
             for v, default, doc in _settings(section, name)),
        )
        for name, section in every_section().items()
    ]  # fmt: skip
    return page(
        "Settings",
        "Read from the environment, then from a `.env` file in the working folder, then these "
        "defaults. `lastro config show` prints the values in force; secrets stay masked.",
        *parts,
    )


def env_example() -> str:
    """Every setting as a commented line."""
    lines = [
        "# Settings of lastro. Copy to .env and uncomment what you change.",
        "# Generated by docs/build.py from the code.",
    ]
    for name, section in every_section().items():
        lines += ["", f"# {first_line(section)}"]
        for variable, default, doc in _settings(section, name):
            quoted = f"'{default}'" if " " in default or '"' in default else default
            lines += [f"# {doc}", f"#{variable}={quoted}"]
    return "\n".join(lines) + "\n"


# errors


def errors_page() -> str:
    """The tree of errors: the class says who must act."""

    def walk(kind: type[errors.LastroError], depth: int) -> Iterator[Sequence[object]]:
        yield (
            "&nbsp;&nbsp;" * depth + code(kind.__name__), kind.exit_code, kind.status,
            "yes" if kind.retryable else "", first_line(kind),
        )  # fmt: skip
        for child in kind.__subclasses__():
            yield from walk(child, depth + 1)

    other = (
        (0, "Done."),
        (74, "The system could not read or write: disk full, no permission."),
        (130, "Interrupted by Ctrl-C. The lake is consistent."),
        (141, "Whoever read the output went away."),
    )
    return page(
        "Errors and exit codes",
        "The class of an error says who must act; its hint says what to do. A scheduler reads the "
        "exit code.",
        grid(
            ("class", "exit code", "HTTP status", "retryable", "meaning"),
            walk(errors.LastroError, 0),
        ),
        "Exit codes without a class of ours:",
        grid(("exit code", "meaning"), other),
    )


# doors


def api_page(platform: Platform) -> str:
    """Every operation of the HTTP API, by subject."""
    return page(
        "HTTP API",
        "What answers below a running `lastro api` or `lastro up`. The whole contract, with every "
        "parameter and answer, is at `/api/v1/openapi.json`; [Call the API](../how-to/api.md) "
        "shows how to sign in. Every operation may answer with problem details (RFC 9457).",
        *sections(app_over(platform).openapi()),
    )


def pages() -> dict[Path, Callable[[], str]]:
    """Every generated file and what writes it."""
    platform = Platform(load(SECTIONS, env_file=None), SystemClock())
    reference = ROOT / "docs" / "reference"
    return {
        reference / "tables.md": lambda: tables_page(platform),
        reference / "sources.md": lambda: sources_page(platform),
        reference / "settings.md": settings_page,
        reference / "api.md": lambda: api_page(platform),
        reference / "cli.md": cli_page,
        reference / "errors.md": errors_page,
        ROOT / ".env.example": env_example,
    }


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` say which are stale."""
    for name in [name for name in os.environ if name.startswith("LASTRO_")]:
        del os.environ[name]  # pages show defaults, whatever this machine has set
    stale = []
    for path, write in pages().items():
        text = write()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.relative_to(ROOT))
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    verb = "is stale: run `python docs/build.py`" if "--check" in arguments else "written"
    sys.stdout.write("".join(f"{path} {verb}\n" for path in stale))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
