"""The demonstration: a simulated market is served, ingested, built and asked questions.

Run again it asks the same server for the same files, learns that they have not changed, and writes
nothing.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastro.cli.numbers import show
from lastro.cli.progress import progress
from lastro.cli.reporting import counts
from lastro.cli.screen import Screen
from lastro.core.language import is_portuguese, say
from lastro.trial import TICKER, bring_in

if TYPE_CHECKING:
    from lastro.pipeline.report import Report
    from lastro.wiring import Platform

_OUTFLOWS = """SELECT CNPJ_FUNDO, total_captacao, total_resgate, fluxo_liquido, patrimonio_medio
FROM cvm_p210.gold_cvm210_analytics
WHERE fluxo_liquido < 0 ORDER BY fluxo_liquido ASC LIMIT 10"""
_SIGNALS = """SELECT rank, score, cnpj, fund_name, {reason} AS {name}
FROM gold.portability_signals
WHERE month = (SELECT max(month) FROM gold.portability_signals)
ORDER BY rank, cnpj, subclass_id LIMIT 5"""


def tour(directory: Path, classes: int, months: int) -> None:
    """Run the demonstration.

    Args:
        directory: The lake goes into ``lake`` below it.
        classes: Size of the simulated market.
        months: Its length.
    """
    lake = directory / "lake"
    screen = Screen(as_json=False, simulated=True)
    started = time.monotonic()
    with progress(screen.err, say("Starting")) as advance:
        platform, reports = bring_in(lake, classes, months, advance)
    _tell(screen, platform, reports, time.monotonic() - started)
    _show(screen, platform)
    _next_steps(screen, lake)


def open_door(directory: Path) -> None:
    """Serve the demonstration's lake in the background, and say where and to whom.

    Raises:
        ConfigError: The server does not come up.
    """
    from lastro.cli.detached import start
    from lastro.wiring import platform

    screen = Screen(as_json=False, simulated=False)
    held = platform(str(directory / "lake"))
    server = start(directory, directory / "lake", held.settings.api.port)
    email, password = held.identity.demo_user(simulated=held.simulated)
    screen.say()
    screen.say(say("Open it in a browser"), strong=True)
    screen.say(f"  {server.address}")
    screen.say(say("  Demo login: {email}, password {password}", email=email, password=password))
    stop = f"{called()} demo --dir {directory} --stop"
    screen.say(say("  `{stop}` ends it.", stop=stop))


def farewell(directory: Path) -> None:
    """End the demonstration's server."""
    from lastro.cli.detached import stop

    screen = Screen(as_json=False, simulated=False)
    ended = stop(directory)
    screen.say(say("The server has ended.") if ended else say("No server of this folder runs."))


def _tell(screen: Screen, platform: Platform, reports: list[Report], seconds: float) -> None:
    landed = sum(len(report.landed) for report in reports)
    written: dict[str, Any] = {}
    rows = 0
    for report in reports:
        rows += sum(count for count, _ in report.written.values())
        written |= report.written
    screen.say(say("Files: {landed} new, {unchanged} unchanged.", landed=show(landed),
                   unchanged=show(sum(len(r.unchanged) for r in reports))))  # fmt: skip
    if not written:
        screen.say(say("Nothing new: every table stands as it stood."))
    else:
        screen.say(counts(reports[-1]))
        screen.say(
            say("{rows} rows written in {seconds} s: {speed} rows/s.", rows=show(rows),
                seconds=show(round(seconds, 1)), speed=show(int(rows / max(seconds, 0.001))))
        )  # fmt: skip
    screen.say()
    screen.table(
        [say("table"), say("rows"), say("version")],
        [(state.name, state.rows, state.version) for state in platform.overview()],
    )
    _reasons(screen, platform)


def _reasons(screen: Screen, platform: Platform) -> None:
    found = platform.sql(
        "SELECT reason, count(*) AS rows FROM quarantine.fund_navs GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    screen.say()
    screen.say(say("Quarantined, by reason"), strong=True)
    screen.table([say("reason"), say("rows")], found.iter_rows())


def _show(screen: Screen, platform: Platform) -> None:
    screen.say()
    screen.say(say("The ten largest outflows of the newest month"), strong=True)
    screen.frame(platform.sql(_OUTFLOWS))
    screen.say()
    screen.say(say("The five strongest signs that money is leaving"), strong=True)
    reason = "reason" if is_portuguese() else "reason_en"
    screen.frame(platform.sql(_SIGNALS.format(reason=reason, name=say("reason"))))
    screen.notice(platform.contract("gold.portability_signals"))


def _next_steps(screen: Screen, lake: Path) -> None:
    asked = f"{called()} --lake {lake}"
    screen.say()
    screen.say(say("Where to go next"), strong=True)
    screen.say(f"  {asked} tables")
    screen.say(f"  {asked} lineage gold.portability_signals")
    screen.say(f"  {asked} quarantine fund_navs")
    screen.say(f"  {asked} ticker {TICKER}")


def called() -> str:
    """How a person calls this program here: by its name where that leads to it, else as now."""
    program, found = Path(sys.argv[0]), shutil.which("lastro")
    if program.name != "lastro" or (found and program.exists() and program.samefile(found)):
        return "lastro"
    return str(program)
