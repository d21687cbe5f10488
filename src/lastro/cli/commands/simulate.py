"""lastro simulate: a simulated CVM, B3, central bank and quotes on one server."""

import datetime as dt
from typing import Annotated

import typer

from lastro.cli.arguments import first_day
from lastro.cli.command import Command
from lastro.cli.numbers import show
from lastro.cli.screen import Screen
from lastro.core.language import say


def simulate(
    classes: Annotated[int, typer.Option("--classes", help=say("How many fund classes."))] = 26_000,
    months: Annotated[int, typer.Option("--months", help=say("How many months."))] = 12,
    first: Annotated[
        str, typer.Option("--first", metavar="YYYY-MM", help=say("The first month."))
    ] = "2024-01",
    port: Annotated[int, typer.Option("--port", help=say("Port; 0 takes a free one."))] = 8765,
    seed: Annotated[int, typer.Option("--seed", help=say("Everything follows from it."))] = 42,
    dirt: Annotated[float, typer.Option("--dirt", help=say("Fraction of lines to spoil."))] = 0.005,
    companies: Annotated[
        int, typer.Option("--companies", help=say("How many listed companies; 0 for CVM alone."))
    ] = 120,
) -> None:
    """Serve a market that never existed, until Ctrl-C."""
    from lastro.core.clock import add_months
    from lastro.simulator.houses import ADDRESSES
    from lastro.simulator.market import SimulatedMarket
    from lastro.simulator.server import serve
    from lastro.simulator.shares import ShareMarket

    screen = Screen(as_json=False, simulated=True)
    market = SimulatedMarket(seed, classes, first_day(first), months, dirt=dirt)  # type: ignore[arg-type]

    last = market.months[-1]
    shares = None
    if companies:
        end = add_months(last, 1) - dt.timedelta(days=1)
        shares = ShareMarket(seed=seed, first=market.months[0], last=end, companies=companies)

    def ready(url: str) -> None:
        screen.say(
            say("A simulated CVM of {classes} classes, {first} to {last}, answers at {url}",
                classes=show(classes), first=f"{market.months[0]:%Y-%m}", last=f"{last:%Y-%m}",
                url=url)
        )  # fmt: skip
        screen.say(say("In another terminal, with a lake of its own:"))
        for setting, path in ADDRESSES if shares else ADDRESSES[:1]:
            screen.say(f"  export {setting}={url}{path}")
        screen.say(
            f"  lastro --lake simulated ingest cvm_funds "
            f"--from {market.months[0]:%Y-%m} --to {last:%Y-%m}"
        )
        if shares:
            screen.say(
                f"  lastro --lake simulated ingest b3_cotahist "
                f"--from {market.months[0]:%Y-%m} --to {last:%Y-%m}"
            )
            screen.say(say("Its main share is SIMU4; it lists {papers} papers.",
                           papers=show(len(shares.tickers))))  # fmt: skip
        screen.say(say("Ctrl-C ends it."))
        screen.out.file.flush()

    serve(market, ready=ready, port=port, shares=shares)


COMMAND = Command(simulate, say("Serve a simulated CVM, B3 and more on this computer."), "try")
