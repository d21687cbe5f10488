"""The demonstration: a simulated market is served, ingested, built and asked questions.

Run again it asks the same server for the same files, learns that they have not changed, and writes
nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

from lastro.cli.numbers import show
from lastro.cli.progress import progress
from lastro.cli.reporting import counts
from lastro.cli.screen import Screen
from lastro.core.clock import FrozenClock, add_months
from lastro.core.language import is_portuguese, say
from lastro.core.settings import changed
from lastro.simulator.houses import ADDRESSES
from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer
from lastro.simulator.shares import ShareMarket

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.pipeline.report import Progress, Report
    from lastro.run import Run
    from lastro.wiring import Platform

_SEED = 42
_FIRST = dt.date(2024, 1, 1)
_EVENING = dt.time(23, 50, tzinfo=dt.UTC)  # every file of the day is out
_COMPANIES = 40
_MARKET = ("b3_cotahist", "b3_price_report", "b3_index_levels", "bcb_fx", "bcb_focus", "bcb_rates",
           "b3_instruments", "b3_corporate_actions")  # fmt: skip
_LAST = "yahoo_quotes"  # what is asked last: where it was answered, all else was
_TICKER = "SIMU4"
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
    market = SimulatedMarket(_SEED, classes, _FIRST, months)
    shares = ShareMarket(seed=_SEED, first=_FIRST, last=_last_day(market), companies=_COMPANIES)
    started = time.monotonic()
    reports: list[Report] = []
    with (
        SimulatorServer(market, shares=shares) as server,
        progress(screen.err, say("Starting")) as advance,
    ):
        for day in _snapshots(market):
            server.control.publication.move_registry(day)
            platform = _platform(lake, server.url, day)
            if day <= _newest_snapshot(platform):
                continue
            with platform.run(advance) as run:
                run.ingest("cvm_registry")
            reports.append(run.report)
        reports += _markets(market, server, lake, advance)
        platform = _platform(lake, server.url, add_months(market.months[-1], 2))
        with platform.run(advance) as run:
            run.ingest("cvm_funds", market.months[0], _last_day(market), build=True)
        reports.append(run.report)
    _tell(screen, platform, reports, time.monotonic() - started)
    _show(screen, platform)
    _next_steps(screen, lake)


def _markets(
    market: SimulatedMarket, server: SimulatorServer, lake: Path, advance: Progress
) -> list[Report]:
    """Everything beside funds: index portfolios at two ends of months, the rest at the last."""
    if _platform(lake, server.url, _last_day(market)).landing.newest(_LAST):
        return []  # the simulated day does not move: there is nothing new to ask for
    reports = []
    for month in market.months[-2:]:
        day = market.business_days(month)[-1]
        server.control.publication.move_registry(day)
        platform = _platform(lake, server.url, day)
        with platform.run(advance) as run:
            run.ingest("b3_index_portfolio")
            if month == market.months[-1]:
                _market(run, platform)
        reports.append(run.report)
    return reports


def _market(run: Run, platform: Platform) -> None:
    for name in _MARKET:
        run.ingest(name, _FIRST, build=True, tables=("silver.instruments",))
        if platform.sources[name].knows:  # what it learnt, it asks about
            run.ingest(name, _FIRST, build=True, tables=("silver.instruments",))
    run.fallback_quotes([_TICKER], _FIRST, None)


def _snapshots(market: SimulatedMarket) -> list[dt.date]:
    """Days of the registry's snapshots: the end of the first, the middle and the last month."""
    count = len(market.months)
    places = sorted({0, count // 2, count - 1})
    return [market.business_days(market.months[place])[-1] for place in places]


def _last_day(market: SimulatedMarket) -> dt.date:
    return add_months(market.months[-1], 1) - dt.timedelta(days=1)


def _platform(lake: Path, url: str, day: dt.date) -> Platform:
    """The platform as it would stand on the evening of a day, over a simulated world."""
    from lastro.wiring import Platform, platform

    base = platform(str(lake))
    values = {setting: f"{url}{path}" for setting, path in ADDRESSES}
    settings = changed(base.settings, {**values, "LASTRO_HTTP__INTERVAL": 0.0})
    return Platform(settings, FrozenClock(dt.datetime.combine(day, _EVENING)))


def _newest_snapshot(platform: Platform) -> dt.date:
    held = [landed.landed_at.date() for landed in platform.landing.ledger("cvm_registry")]
    return max(held, default=dt.date.min)


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
    screen.say()
    screen.say(say("Where to go next"), strong=True)
    screen.say(f"  lastro --lake {lake} tables")
    screen.say(f"  lastro --lake {lake} lineage gold.portability_signals")
    screen.say(f"  lastro --lake {lake} quarantine fund_navs")
    screen.say(f"  lastro --lake {lake} ticker {_TICKER}")
