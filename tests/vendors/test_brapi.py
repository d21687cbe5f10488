"""brapi: its quote answer, its errors, and where its token goes."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from lastro.core.clock import BRASILIA
from lastro.core.errors import ConfigError, NoDataError, ParseError, TemporaryError, UpstreamError
from lastro.vendors import brapi

if TYPE_CHECKING:
    from lastro.core.http import HttpClient

TODAY = dt.date(2026, 11, 19)
SECRET = brapi.BrapiSettings(token=SecretStr("s3cr3t"))


def stamp(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(10), BRASILIA).timestamp())


def answer(asked: str | None, *bars: dict[str, Any]) -> bytes:
    result = {"symbol": "PETR4", "currency": "BRL", "logourl": "x", "historicalDataPrice": [*bars]}
    return json.dumps({"results": [result], "requestedAt": asked, "took": "0ms"}).encode()


BARS = [
    {"date": stamp(day), "open": 1, "high": 2, "low": 1, "close": 1.5, "volume": 7,
     "adjustedClose": 1.25, "new": True}
    for day in (TODAY - dt.timedelta(days=1), TODAY)
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "last"),
    [("2026-11-19T18:00:00.000Z", "open"), ("2026-11-19T21:30:00.000Z", "ended"),
     ("2026-11-20T03:00:00.000Z", "ended"), (None, "unsure")],
)  # fmt: skip
def test_an_answer_says_its_bars_as_text(asked: str | None, last: str) -> None:
    ((ticker, rows),) = brapi.read_quotes("f", answer(asked, *BARS), TODAY)
    assert ticker == "PETR4"
    assert rows["date"].to_list() == ["2026-11-18", "2026-11-19"]
    assert rows["adjustedClose"].to_list() == ["1.25", "1.25"]
    assert rows["new"].to_list() == ["true", "true"]
    assert set(rows["result.logourl"]) == {"x"}
    assert rows["session"].to_list() == ["ended", last]
    assert set(rows["split_adjusted"]) == {"true"}


def test_no_history_is_no_row() -> None:
    ((_, rows),) = brapi.read_quotes("f", answer(None), TODAY)
    assert rows.is_empty()
    assert "close" in rows.columns


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"error": true}', b'{"results": [{}]}', b'{"results": [3]}',
     b'{"results": [], "requestedAt": "soon"}', answer(None, *BARS)[:99]],
)  # fmt: skip
def test_what_is_no_answer_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.json cannot be read"):
        brapi.read_quotes("strange.json", body, TODAY)


@pytest.mark.parametrize(
    ("body", "kind"),
    [('{"error": true, "message": "Não encontramos a ação X"}', NoDataError),
     ('{"error": true, "message": "O seu token é inválido"}', ConfigError),
     ('{"error": true, "message": "Você atingiu o limite de requisições"}', TemporaryError),
     ('{"error": true}', UpstreamError), ("<html>", TemporaryError)],
)  # fmt: skip
def test_an_error_with_status_200_is_an_error(body: str, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        brapi.refuse_error("u", body.encode())
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, ConfigError), (404, NoDataError), (429, TemporaryError), (402, UpstreamError)],
)
def test_a_status_says_who_must_act(
    provider: Any, client: HttpClient, status: int, kind: type[Exception]
) -> None:
    provider.says(b'{"error": true}', status)
    with pytest.raises(kind) as caught:
        brapi.get(client, f"{provider.url}/quote/X", settings=SECRET)
    assert type(caught.value) is kind
    assert "s3cr3t" not in str(caught.value)


def test_the_token_goes_as_a_header_and_nowhere_else(provider: Any, client: HttpClient) -> None:
    provider.says(answer(None, *BARS))
    got = brapi.get(client, f"{provider.url}/quote/PETR4?range=5d", settings=SECRET)
    ((path, headers),) = provider.asked
    assert headers["authorization"] == "Bearer s3cr3t"
    assert "s3cr3t" not in path + got.url


@pytest.mark.parametrize("settings", [None, brapi.BrapiSettings()])
def test_without_a_token_nothing_is_asked(
    provider: Any, client: HttpClient, settings: brapi.BrapiSettings | None
) -> None:
    with pytest.raises(ConfigError, match="answers only to a key") as caught:
        brapi.get(client, provider.url, settings=settings)
    assert "LASTRO_BRAPI__TOKEN" in caught.value.hint
    assert provider.asked == []


@pytest.mark.parametrize(
    ("back", "span"),
    [(0, "5d"), (4, "5d"), (5, "1mo"), (27, "1mo"), (28, "3mo"), (88, "3mo"), (400, "2y"),
     (9000, "max")],
)  # fmt: skip
def test_the_shortest_range_that_reaches(back: int, span: str) -> None:
    assert brapi.range_for(TODAY - dt.timedelta(days=back), TODAY) == span


def test_a_symbol_cannot_leave_its_place_in_the_address() -> None:
    assert brapi.quote_path("IBOV", "5d").startswith("quote/%5EBVSP?range=5d&")
    assert brapi.quote_path("../x?y", "5d").startswith("quote/..%2Fx%3Fy?")
