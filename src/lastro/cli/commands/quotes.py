"""lastro quotes: ask the fallback providers for quotes, one after another."""

from typing import TYPE_CHECKING, Annotated

import typer

from lastro.cli.arguments import first_day, last_day
from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.errors import UpstreamError
from lastro.core.language import explain, say

if TYPE_CHECKING:
    from lastro.cli.screen import Screen
    from lastro.pipeline.chain import Attempt, Found


def quotes(
    ctx: typer.Context,
    tickers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TICKER...", help=say("Tickers, as PETR4; by default those of the settings.")
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help=say("First day or month wanted.")),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="YYYY-MM-DD", help=say("Last day or month wanted.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask Yahoo, brapi and Alpha Vantage in turn; the exit code is 69 where nobody had a ticker."""
    door = Door.of(ctx)
    platform = door.platform()
    begin, end = first_day(first), last_day(last)
    screen = door.screen(platform, as_json=as_json)
    with door.running(platform, screen) as run:
        found = run.fallback_quotes(tickers or (), begin, end)
    screen.mark(simulated=platform.simulated)
    if as_json:
        screen.json(quotes=[each.as_json() for each in found])
    else:
        _tell(screen, found)
    if any(each.provider is None for each in found):
        raise typer.Exit(UpstreamError.exit_code)


def _tell(screen: "Screen", found: "list[Found]") -> None:
    """A line a ticker; on standard error, what each provider said that had nothing."""
    columns = [say("ticker"), say("provider"), say("rows"), say("newest"), say("days old")]
    screen.table(columns, [(f.ticker, f.provider, f.rows, f.newest, f.age) for f in found])
    for each in found:
        for attempt in each.attempts:
            if attempt.outcome != "answered":
                screen.note(_why(each.ticker, attempt))


def _why(ticker: str, attempt: "Attempt") -> str:
    named = {"ticker": ticker, "provider": attempt.provider}
    if attempt.error:
        return " ".join([say("{ticker}: not from {provider}:", **named), *explain(attempt.error)])
    if attempt.outcome == "left alone":
        return say("{ticker}: {provider} failed too often and is left alone for a while.", **named)
    return say("{ticker}: {provider} has nothing of those days.", **named)


COMMAND = Command(quotes, say("Ask fallback providers for quotes, one after another."), "bring")
