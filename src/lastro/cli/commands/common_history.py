"""lastro common-history: the window of days that tickers share."""

from dataclasses import asdict
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say


def common_history(
    ctx: typer.Context,
    tickers: Annotated[
        list[str], typer.Argument(metavar="TICKER...", help=say("B3 tickers, as PETR4 VALE3."))
    ],
    as_json: AsJson = False,
) -> None:
    """The longest window in which all tickers have prices, and who shortens it."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    found = platform.common_window(tickers)
    if as_json:
        screen.json(**asdict(found), empty=found.is_empty)
        return
    if found.is_empty:
        screen.say(
            say(
                "They share no day: {late} begins on {first}, after {early} ended on {last}.",
                late=found.first_by, first=found.first, early=found.last_by, last=found.last,
            )
        )  # fmt: skip
        return
    screen.say(say("Common history: {first} to {last}", first=found.first, last=found.last),
               strong=True)  # fmt: skip
    if found.first_by:
        screen.say(say("{ticker} shortens it: its history begins last.", ticker=found.first_by))
    if found.last_by:
        screen.say(say("{ticker} shortens it: its history ends first.", ticker=found.last_by))
    if found.missing:
        screen.table([say("ticker"), say("sessions missed")], found.missing.items())


COMMAND = Command(
    common_history, say("Find the days on which all of some tickers have prices."), "read"
)
