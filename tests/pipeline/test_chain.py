"""The provider chain: who is asked, who answers, and what stays in the lake."""

from __future__ import annotations

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from lastro.core.breaker import Breaker
from lastro.core.clock import FrozenClock
from lastro.core.errors import ConfigError, NoDataError, ParseError, RequestError, TemporaryError
from lastro.core.http import HttpSettings
from lastro.core.log import LogSettings
from lastro.lake.storage import LakeSettings
from lastro.pipeline.chain import Chain, Had, QuotesSettings, asked_of, with_secret
from lastro.simulator.quotes_house import LIMITED, AlphaVantageHouse, BrapiHouse, YahooHouse
from lastro.simulator.shares import ShareMarket
from lastro.sources.brapi_quotes import SOURCE as BRAPI
from lastro.sources.yahoo_quotes import SOURCE as YAHOO
from lastro.vendors.alpha_vantage import AlphaVantageSettings
from lastro.vendors.brapi import BrapiSettings
from lastro.vendors.yahoo import YahooSettings
from lastro.wiring import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = dt.date(2025, 6, 30)
FIRST = dt.date(2025, 6, 20)
NOW = dt.datetime(2025, 6, 30, 23, tzinfo=dt.UTC)
SOME = Had(3, dt.date(2025, 6, 27))
NOTHING = Had(0, None)
DOWN = TemporaryError("{url} failed.", hint="Later.", url="u")
UNKNOWN = NoDataError("{url} knows no such symbol.", hint="None.", url="u")
KEYLESS = ConfigError("No key.", hint="Set one.")
BROKEN = ParseError("{name} cannot be read.", hint="Look.", name="f")


class Script:
    """A provider that answers as its script says; the last line repeats."""

    def __init__(self, *lines: Had | Exception) -> None:
        self.lines = list(lines)
        self.asked: list[str] = []

    def __call__(self, ticker: str, first: dt.date, last: dt.date) -> Had:
        assert first <= last
        self.asked.append(ticker)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, Exception):
            raise line
        return line


def chain(failures: int = 2, **providers: Script) -> Chain:
    breakers = {name: Breaker(failures, 60, clock=lambda: 0.0) for name in providers}
    return Chain(providers, breakers, TODAY)


def outcomes(chained: Chain, ticker: str = "PETR4") -> list[str]:
    return [attempt.outcome for attempt in chained.find(ticker, FIRST, TODAY).attempts]


def test_the_first_that_has_it_answers_and_no_other_is_asked() -> None:
    a, b = Script(SOME), Script(SOME)
    found = chain(a=a, b=b).find("PETR4", FIRST, TODAY)
    assert (found.provider, found.rows, found.newest, found.age) == ("a", 3, SOME.newest, 3)
    assert b.asked == []


@pytest.mark.parametrize(
    ("line", "outcome"),
    [(DOWN, "failed"), (BROKEN, "failed"), (UNKNOWN, "nothing"), (NOTHING, "nothing"),
     (KEYLESS, "not set up")],
)  # fmt: skip
def test_who_has_nothing_is_followed_by_the_next_and_is_reported(
    line: Had | Exception, outcome: str
) -> None:
    found = chain(a=Script(line), b=Script(SOME)).find("PETR4", FIRST, TODAY)
    assert found.provider == "b"
    assert [attempt.outcome for attempt in found.attempts] == [outcome, "answered"]
    assert found.attempts[0].error is (line if isinstance(line, Exception) else None)


def test_where_nobody_has_it_everybody_is_reported() -> None:
    found = chain(a=Script(DOWN), b=Script(UNKNOWN)).find("PETR4", FIRST, TODAY)
    assert (found.provider, found.rows, found.newest, found.age) == (None, 0, None, None)
    assert found.as_json()["attempts"] == [
        {"provider": "a", "outcome": "failed", "why": "u failed."},
        {"provider": "b", "outcome": "nothing", "why": "u knows no such symbol."},
    ]


def test_who_failed_often_is_left_alone_for_all_tickers() -> None:
    a = Script(DOWN)
    chained = chain(a=a, b=Script(SOME))
    found = chained.find_all(["AAAA3", "BBBB3", "CCCC3", "AAAA3"], FIRST, TODAY)
    assert [f.ticker for f in found] == ["AAAA3", "BBBB3", "CCCC3"]
    assert [f.attempts[0].outcome for f in found] == ["failed", "failed", "left alone"]
    assert a.asked == ["AAAA3", "BBBB3"]


def test_not_knowing_a_ticker_is_no_failure_of_the_provider() -> None:
    chained = chain(a=Script(UNKNOWN), b=Script(SOME))
    assert [outcomes(chained)[0] for _ in range(5)] == ["nothing"] * 5
    keyless = chain(a=Script(KEYLESS), b=Script(SOME))
    assert [outcomes(keyless)[0] for _ in range(5)] == ["not set up"] * 5


def test_a_bug_is_not_hidden_and_ends_the_trial() -> None:
    breaker = Breaker(1, 60, clock=lambda: 0.0)
    chained = Chain({"a": Script(ZeroDivisionError())}, {"a": breaker}, TODAY)
    with pytest.raises(ZeroDivisionError):
        chained.find("PETR4", FIRST, TODAY)
    assert breaker.state == "open"


@given(st.lists(st.sampled_from([SOME, NOTHING, DOWN, UNKNOWN, KEYLESS, BROKEN]), min_size=1))
def test_it_stops_at_the_first_that_has_something(lines: list[Any]) -> None:
    scripts = {f"p{place}": Script(line) for place, line in enumerate(lines)}
    found = chain(9, **scripts).find("PETR4", FIRST, TODAY)
    good = next((place for place, line in enumerate(lines) if line is SOME), None)
    assert found.provider == (None if good is None else f"p{good}")
    asked = len(lines) if good is None else good + 1
    assert [len(script.asked) for script in scripts.values()] == [1] * asked + [0] * (
        len(lines) - asked
    )


def test_tickers_are_those_named_else_those_of_the_settings() -> None:
    settings = QuotesSettings(tickers=["VALE3"])
    assert asked_of([" petr4 ", "PETR4", "IBOV"], settings) == ["PETR4", "IBOV"]
    assert asked_of([], settings) == ["VALE3"]
    with pytest.raises(RequestError, match="No ticker"):
        asked_of([], QuotesSettings())
    with pytest.raises(RequestError, match=r"PETR4\.SA"):
        asked_of(["PETR4.SA"], settings)


def test_only_a_section_with_a_secret_is_handed_to_fetch() -> None:
    assert with_secret(YAHOO, YahooSettings()) is YAHOO
    assert with_secret(BRAPI, BrapiSettings()) is not BRAPI


# against the simulated providers, over HTTP, into a lake


class Street(ThreadingHTTPServer):
    """The three simulated providers at one address."""

    daemon_threads = True

    def __init__(self, shares: ShareMarket) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.yahoo = YahooHouse(shares, TODAY)
        self.brapi = BrapiHouse(shares, TODAY)
        self.alpha = AlphaVantageHouse(shares, TODAY)
        self.asked: list[str] = []
        self.down: set[str] = set()


class _Handler(BaseHTTPRequestHandler):
    server: Street

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path, _, query = self.path.partition("?")
        house, _, rest = unquote(path).lstrip("/").partition("/")
        if house in self.server.down:
            self.send_error(503)
            return
        if house == "brapi":
            reply = self.server.brapi.answer(f"/{rest}", query, dict(self.headers.items()))
        else:
            served = self.server.yahoo if house == "yahoo" else self.server.alpha
            reply = served.answer(f"/{rest}", query)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("X-Lastro-Simulated", "yes")
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Say nothing."""


@pytest.fixture(scope="module")
def shares() -> ShareMarket:
    return ShareMarket(seed=5, first=dt.date(2025, 1, 2), last=dt.date(2025, 7, 30), companies=20)


@pytest.fixture
def street(shares: ShareMarket) -> Iterator[Street]:
    with Street(shares) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def house(street: Street, tmp_path: Path) -> Platform:
    base = f"http://127.0.0.1:{street.server_port}"
    settings = SimpleNamespace(
        lake=LakeSettings(url=str(tmp_path / "lake")),
        http=HttpSettings(attempts=1, first_wait=0, interval=0),
        log=LogSettings(),
        yahoo=YahooSettings(url=f"{base}/yahoo"),
        brapi=BrapiSettings(url=f"{base}/brapi", token=SecretStr("t0ken")),
        alpha_vantage=AlphaVantageSettings(url=f"{base}/alphavantage", key=SecretStr("k3y")),
        quotes=QuotesSettings(breaker_failures=2),
    )
    return Platform(settings, FrozenClock(NOW))


def providers(house: Platform) -> set[str]:
    return set(house.table("silver.provider_quotes").collect()["provider"])


def test_what_the_first_provider_has_is_in_the_lake_under_its_name(
    house: Platform, street: Street
) -> None:
    with house.run() as run:
        (found,) = run.fallback_quotes(["SIMU4"], FIRST, TODAY)
    assert (found.provider, found.newest, found.age) == ("yahoo", TODAY, 0)
    assert run.report.landed == ["SIMU4.SA_2025-06.json"]
    assert run.report.failed == {}
    assert found.rows == 7
    rows = house.table("silver.provider_quotes").collect()
    assert providers(house) == {"yahoo"}
    assert rows["ref_date"].max() == TODAY
    assert all(path.startswith("/yahoo/") for path in street.asked)


def test_a_failing_provider_is_passed_over_and_then_left_alone(
    house: Platform, street: Street
) -> None:
    street.down.add("yahoo")
    with house.run() as run:
        found = run.fallback_quotes(["SIMU4", LIMITED, "NOPE3"], FIRST, TODAY)
    said = {f.ticker: [(a.provider, a.outcome) for a in f.attempts] for f in found}
    assert said == {
        "SIMU4": [("yahoo", "failed"), ("brapi", "answered")],
        LIMITED: [("yahoo", "failed"), ("brapi", "failed"), ("alpha_vantage", "failed")],
        "NOPE3": [("yahoo", "left alone"), ("brapi", "nothing"), ("alpha_vantage", "nothing")],
    }
    assert run.report.landed == ["SIMU4_1mo.json"]
    assert providers(house) == {"brapi"}


def test_no_secret_is_in_any_file_of_the_lake(
    house: Platform, street: Street, tmp_path: Path
) -> None:
    street.down |= {"yahoo"}
    with house.run() as run:
        run.fallback_quotes(["SIMU4"], FIRST, TODAY)
    street.down |= {"brapi"}
    with house.run() as run:
        (found,) = run.fallback_quotes(["SIMU4"], FIRST, TODAY)
    assert found.provider == "alpha_vantage"
    ledger = house.landing.ledger("alpha_vantage_quotes")
    assert [row.url.rpartition("&")[2] for row in ledger] == ["apikey=***"]
    assert any("apikey=k3y" in path for path in street.asked)
    for file in (tmp_path / "lake").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"k3y" not in content, file
            assert b"t0ken" not in content, file
    assert providers(house) == {"brapi", "alpha_vantage"}


def test_asking_twice_changes_nothing(house: Platform) -> None:
    with house.run() as run:
        run.fallback_quotes(["SIMU4"], FIRST, TODAY)
    version = house.lake.version("silver.provider_quotes")
    with house.run() as run:
        (found,) = run.fallback_quotes(["SIMU4"], FIRST, TODAY)
    assert found.provider == "yahoo"
    assert run.report.unchanged == ["SIMU4.SA_2025-06.json"]
    assert house.lake.version("silver.provider_quotes") == version


def test_an_ingest_of_a_source_with_a_key_sends_it(
    house: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_SOURCES__BRAPI_QUOTES__TICKERS", '["SIMU4"]')
    with house.run() as run:
        run.ingest("brapi_quotes", build=True, tables=["silver.provider_quotes"])
    assert run.report.landed == ["SIMU4_1mo.json"]
    assert providers(house) == {"brapi"}
