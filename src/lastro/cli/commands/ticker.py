"""lastro ticker: one ticker's card."""

import datetime as dt
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say

if TYPE_CHECKING:
    from lastro.answers.ticker import TickerCard
    from lastro.cli.screen import Screen

_HEIGHT, _WIDEST = 8, 72


def ticker(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="TICKER", help=say("A B3 ticker, as PETR4."))],
    as_json: AsJson = False,
) -> None:
    """Last prices, adjusted chart, dividends, splits, index weights, and how old they are."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    card = platform.ticker(code)
    if as_json:
        screen.json(**asdict(card))
        return
    _head(screen, card)
    _chart(screen, card)
    _events(screen, card)
    if card.weights:
        weights = ", ".join(f"{index} {_percent(w)}" for index, w in card.weights.items())
        screen.say(say("Weight in indexes: {weights}", weights=weights))
    age = (dt.datetime.now(dt.UTC).date() - card.ref_date).days
    screen.say(
        say(
            "Prices of {day} ({age} days old), from {provider}; known since {known}.",
            day=card.ref_date, age=age, provider=card.provider.upper(),
            known=card.available_at.isoformat(timespec="minutes"),
        )
    )  # fmt: skip


def _percent(value: Any) -> str:
    from lastro.cli.numbers import show

    return f"{show(round(float(value), 3))} %"


def _head(screen: "Screen", card: "TickerCard") -> None:
    from lastro.cli.numbers import show

    name = card.company.get("company_name", "")
    where = " · ".join(filter(None, [card.company.get("sector"), card.isin]))
    screen.say("  ".join(filter(None, [card.ticker, name])), strong=True)
    if where:
        screen.say(where)
    screen.say()
    last = card.last
    names = [say("close"), say("open"), say("high"), say("low"), say("quantity"), say("turnover")]
    values = [last[n] for n in ("close", "open", "high", "low", "quantity", "turnover")]
    screen.table(names, [[_price(v) if i < 4 else v for i, v in enumerate(values)]])
    spans = {"1d": say("day"), "1m": say("month"), "ytd": say("year to date"),
             "12m": say("12 months")}  # fmt: skip
    said = [f"{spans[s]} {show(round(100 * card.returns[s], 2))} %" for s in spans  # type: ignore[operator]
            if card.returns.get(s) is not None]  # fmt: skip
    if said:
        screen.say(say("Total return: {spans}", spans=", ".join(said)))
    screen.say()


def _price(value: Any) -> Any:
    """Two decimals where that is all there is."""
    cents = None if value is None else round(value, 2)
    return cents if cents == value else value


def _cents(value: float) -> str:
    from lastro.cli.numbers import show

    return show(Decimal(f"{value:.2f}"))


def _plain(value: Any) -> Any:
    """A decimal without the zeros that end it."""
    return None if value is None else value.normalize() + 0


def _chart(screen: "Screen", card: "TickerCard") -> None:
    from lastro.cli.chart import draw

    closes = [close for _, close in card.closes]
    if len(closes) < 3 or not screen.out.is_terminal:
        return
    width = max(20, min(_WIDEST, screen.out.width - 14))
    lines = draw(closes, width=width, height=_HEIGHT)
    labels = {0: _cents(max(closes)), len(lines) - 1: _cents(min(closes))}
    for place, line in enumerate(lines):
        screen.say(f"{labels.get(place, ''):>10} {line}")
    first, last = card.closes[0][0], card.closes[-1][0]
    screen.say(f"{'':>10} {first}{last!s:>{max(1, len(lines[0]) - 10)}}")
    screen.say(say("Closes of the last 12 months, adjusted for splits."))
    screen.say()


def _events(screen: "Screen", card: "TickerCard") -> None:
    if card.cash:
        screen.table(
            [say("ex date"), say("payout"), say("BRL a share"), say("paid on")],
            [[e["ex_date"], e["label"], _plain(e["value"]), e["payment_date"]] for e in card.cash],
        )
    if card.splits:
        screen.table(
            [say("ex date"), say("event"), say("shares for one")],
            [[e["ex_date"], e["label"], _plain(e["multiplier"])] for e in card.splits],
        )
    if card.cash or card.splits:
        screen.say()


COMMAND = Command(ticker, say("Show one ticker: prices, returns, payouts, index weights."), "read")
