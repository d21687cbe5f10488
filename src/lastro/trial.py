"""A market that never existed, brought into a lake of its own: for trials without internet.

The simulated institutions are served on this computer, and asked as the real ones are: what is
tried is the whole way of the data. Brought in again, it is asked again, has not changed, and
nothing is written.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lastro.core.clock import FrozenClock, add_months
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

TICKER = "SIMU4"
"""Its main share."""

_SEED = 42
_FIRST = dt.date(2024, 1, 1)
_EVENING = dt.time(23, 50, tzinfo=dt.UTC)  # every file of the day is out
_UNTIL_PUBLISHED = dt.timedelta(days=3)  # of a month's last daily reports
_COMPANIES = 40
_MARKET = ("b3_cotahist", "b3_price_report", "b3_index_levels", "bcb_fx", "bcb_focus", "bcb_rates",
           "b3_instruments", "b3_corporate_actions")  # fmt: skip
_A_FILE_A_DAY = "b3_price_report"  # of which the last two months are enough
_LAST = "yahoo_quotes"  # what is asked last: where it was answered, all else was


def bring_in(
    lake: Path, classes: int, months: int, advance: Progress
) -> tuple[Platform, list[Report]]:
    """Bring a simulated market into a lake and build its tables.

    Args:
        lake: The lake's folder; empty, or with a simulated market of the same size.
        classes: How many fund classes.
        months: How many months, from January 2024.
        advance: Told how far it is.

    Returns:
        The platform as it stands on the market's last evening, and what each run did.

    Raises:
        ConflictError: Another run holds the lake, or its data are real.
    """
    market = SimulatedMarket(_SEED, classes, _FIRST, months)
    shares = ShareMarket(seed=_SEED, first=_FIRST, last=_last_day(market), companies=_COMPANIES)
    reports: list[Report] = []
    with SimulatorServer(market, shares=shares) as server:
        for day in _snapshots(market):
            server.control.publication.move_registry(day)
            platform = _platform(lake, server.url, day)
            if day <= _newest_snapshot(platform):
                continue
            with platform.run(advance) as run:
                run.ingest("cvm_registry")
            reports.append(run.report)
        reports += _markets(market, server, lake, advance)
        platform = _platform(lake, server.url, _last_day(market) + _UNTIL_PUBLISHED)
        with platform.run(advance) as run:
            run.ingest("cvm_funds", market.months[0], _last_day(market), build=True)
        reports.append(run.report)
    return platform, reports


def _markets(
    market: SimulatedMarket, server: SimulatorServer, lake: Path, advance: Progress
) -> list[Report]:
    """Everything beside funds: index portfolios at two ends of months, the rest at the last."""
    if _platform(lake, server.url, _last_day(market)).landing.newest(_LAST):
        return []  # the simulated day does not move: there is nothing new to ask for
    reports, late = [], market.months[-2:]
    for month in late:
        day = market.business_days(month)[-1]
        server.control.publication.move_registry(day)
        platform = _platform(lake, server.url, day)
        with platform.run(advance) as run:
            run.ingest("b3_index_portfolio")
            if month == late[-1]:
                _market(run, platform, late[0])
        reports.append(run.report)
    return reports


def _market(run: Run, platform: Platform, lately: dt.date) -> None:
    for name in _MARKET:
        first = lately if name == _A_FILE_A_DAY else _FIRST
        run.ingest(name, first, build=True, tables=("silver.instruments",))
        if platform.sources[name].knows:  # what it learnt, it asks about
            run.ingest(name, first, build=True, tables=("silver.instruments",))
    run.fallback_quotes([TICKER], _FIRST, None)


def _snapshots(market: SimulatedMarket) -> list[dt.date]:
    """Days of the registry's snapshots: the end of the first, the middle and the last month."""
    count = len(market.months)
    places = sorted({0, count // 2, count - 1})
    return [market.business_days(market.months[place])[-1] for place in places]


def _last_day(market: SimulatedMarket) -> dt.date:
    return add_months(market.months[-1], 1) - dt.timedelta(days=1)


def _platform(lake: Path, url: str, day: dt.date) -> Platform:
    """The platform as it would stand on the evening of a day, over a simulated world."""
    from lastro.wiring import Platform, platform  # noqa: PLC0415 - a tour imports it when it goes

    base = platform(str(lake))
    values = {setting: f"{url}{path}" for setting, path in ADDRESSES}
    settings = changed(base.settings, {**values, "LASTRO_HTTP__INTERVAL": 0.0})
    return Platform(settings, FrozenClock(dt.datetime.combine(day, _EVENING)))


def _newest_snapshot(platform: Platform) -> dt.date:
    held = [landed.landed_at.date() for landed in platform.landing.ledger("cvm_registry")]
    return max(held, default=dt.date.min)
