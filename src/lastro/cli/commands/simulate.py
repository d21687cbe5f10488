"""lastro simulate: a simulated CVM server."""

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
) -> None:
    """Serve a market that never existed, until Ctrl-C."""
    from lastro.simulator.market import SimulatedMarket
    from lastro.simulator.server import serve

    screen = Screen(as_json=False, simulated=True)
    market = SimulatedMarket(seed, classes, first_day(first), months, dirt=dirt)  # type: ignore[arg-type]

    def ready(url: str) -> None:
        last = market.months[-1]
        screen.say(
            say("A simulated CVM of {classes} classes, {first} to {last}, answers at {url}",
                classes=show(classes), first=f"{market.months[0]:%Y-%m}", last=f"{last:%Y-%m}",
                url=url)
        )  # fmt: skip
        screen.say(say("In another terminal, with a lake of its own:"))
        screen.say(f"  export LASTRO_CVM__URL={url}/dados")
        screen.say(
            f"  lastro --lake simulated ingest cvm_funds "
            f"--from {market.months[0]:%Y-%m} --to {last:%Y-%m}"
        )
        screen.say(say("Ctrl-C ends it."))
        screen.out.file.flush()

    serve(market, ready=ready, port=port)


COMMAND = Command(simulate, say("Serve a simulated CVM on this computer."), "try")
