"""The central bank's two services: how they are asked, what they answer, and what they refuse."""

from __future__ import annotations

import datetime as dt
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import NoDataError, ParseError, TemporaryError, UpstreamError
from lastro.core.http import HttpClient, HttpSettings
from lastro.vendors import bcb

if TYPE_CHECKING:
    from collections.abc import Iterator

WINDOW_RULE = json.dumps(
    {"error": "janela de até 10 anos", "message": "Reduza o período.", "syntax": "bcdata.sgs.12"}
)
NOT_FOUND = json.dumps(
    {"erro": {"statusCode": 404, "detail": "br.gov.bcb.SGSNegocioException: Value(s) not found"}}
)
PAGE = "<!DOCTYPE html><html><body>Manutenção</body></html>"
VALUES = '[{"data":"03/01/2022","valor":"0.034749"}]'


class Handler(BaseHTTPRequestHandler):
    """Answers with the next reply of its server's script; the last one repeats."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        script = self.server.script
        status, text = script.pop(0) if len(script) > 1 else script[0]
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """The central bank on a free port of this machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[tuple[int, str]] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def client() -> HttpClient:
    return HttpClient(HttpSettings(attempts=1, interval=0))


def test_a_series_is_asked_for_by_day_month_and_year() -> None:
    path = bcb.sgs_path(12, dt.date(2020, 1, 2), dt.date(2029, 12, 31))
    assert path == (
        "dados/serie/bcdata.sgs.12/dados"
        "?formato=json&dataInicial=02/01/2020&dataFinal=31/12/2029"
    )  # fmt: skip


def test_olinda_is_asked_for_by_month_day_and_year() -> None:
    path = bcb.olinda_path(
        "PTAX",
        "CotacaoMoedaPeriodo",
        where="tipoBoletim eq 'Fechamento'",
        top=1000,
        moeda="EUR",
        dataInicial=dt.date(2026, 1, 2),
        dataFinalCotacao=dt.date(2026, 1, 31),
    )
    head, _, query = path.partition("?")
    assert head == (
        "PTAX/versao/v1/odata/CotacaoMoedaPeriodo"
        "(moeda=@moeda,dataInicial=@dataInicial,dataFinalCotacao=@dataFinalCotacao)"
    )
    assert parse_qs(query) == {
        "@moeda": ["'EUR'"],
        "@dataInicial": ["'01-02-2026'"],
        "@dataFinalCotacao": ["'01-31-2026'"],
        "$filter": ["tipoBoletim eq 'Fechamento'"],
        "$top": ["1000"],
        "$format": ["json"],
    }


def test_an_address_holds_no_blank_and_no_accent() -> None:
    path = bcb.olinda_path(
        "Expectativas", "Anuais", where="Indicador eq 'Câmbio'", order="Data,Indicador", top=5
    )
    assert path.isascii()
    assert " " not in path
    assert "Indicador eq 'Câmbio'" in unquote(path)


def test_a_series_comes_as_it_was_sent(server: Server, client: HttpClient) -> None:
    server.script = [(200, VALUES)]
    assert bcb.get_series(client, server.url).body == VALUES.encode()


def test_a_window_above_ten_years_is_refused_clearly(server: Server, client: HttpClient) -> None:
    server.script = [(406, WINDOW_RULE)]
    with pytest.raises(UpstreamError, match="at most 10 years") as caught:
        bcb.get_series(client, server.url)
    assert not caught.value.retryable


@pytest.mark.parametrize("status", [404, 200])
def test_an_empty_window_is_no_failure(status: int, server: Server, client: HttpClient) -> None:
    server.script = [(status, NOT_FOUND)]
    with pytest.raises(NoDataError):
        bcb.get_series(client, server.url)


@pytest.mark.parametrize("body", [PAGE, "\ufeff\n " + PAGE, "", "  "])
@pytest.mark.parametrize("get", [bcb.get_series, bcb.get_pages])
def test_a_web_page_with_status_200_may_pass(
    get: Any, body: str, server: Server, client: HttpClient
) -> None:
    server.script = [(200, body)]
    with pytest.raises(TemporaryError, match="web page"):
        get(client, server.url)


@pytest.mark.parametrize("get", [bcb.get_series, bcb.get_pages])
def test_an_error_told_with_status_200_is_never_landed(
    get: Any, server: Server, client: HttpClient
) -> None:
    server.script = [(200, WINDOW_RULE)]
    with pytest.raises(UpstreamError, match=r"janela de até 10 anos: Reduza o período"):
        get(client, server.url)


def test_both_keys_of_an_error_are_known() -> None:
    assert "Value(s) not found" in bcb.refusal(json.loads(NOT_FOUND))
    assert bcb.refusal(json.loads(WINDOW_RULE)) == "janela de até 10 anos: Reduza o período"
    assert bcb.refusal([{"data": "03/01/2022"}]) == bcb.refusal({"value": []}) == ""


def test_pages_are_asked_for_until_one_is_not_full(server: Server, client: HttpClient) -> None:
    server.script = [(200, '{"value":[{"a":1},{"a":2}]}'), (200, '{"value":[{"a":3},{"a":4}]}'),
                     (200, '{"value":[]}')]  # fmt: skip
    answer = bcb.get_pages(client, f"{server.url}x?$top=2&$format=json")
    assert bcb.read_items("x", answer.body) == [{"a": "1"}, {"a": "2"}, {"a": "3"}, {"a": "4"}]
    skips = [parse_qs(urlsplit(path).query).get("$skip") for path in server.asked]
    assert skips == [None, ["2"], ["4"]]


def test_a_page_that_is_not_full_is_landed_as_it_came(server: Server, client: HttpClient) -> None:
    server.script = [(200, '{"value":[{"a":1}]}')]
    assert bcb.get_pages(client, f"{server.url}x?$top=2").body == b'{"value":[{"a":1}]}'
    assert len(server.asked) == 1


def test_numbers_stay_as_they_were_written() -> None:
    body = b'{"value":[{"cotacaoCompra":4.96900,"n":100,"texto":"1,5","nada":null,"sim":true}]}'
    text = bcb.as_text(bcb.read_items("x", body), ("cotacaoCompra",))
    assert text.to_dicts() == [
        {"cotacaoCompra": "4.96900", "n": "100", "texto": "1,5", "nada": None, "sim": "true",
         "_row": 1, "_malformed": None}
    ]  # fmt: skip


def test_fields_come_under_known_names_and_unknown_ones_come_along() -> None:
    items = [{"data": "a", "dataFim": "b"}, {"data": "c", "novo": {"x": 1}}, 7, "torn"]
    text = bcb.as_text(items, ("data", "datafim", "valor"))
    assert text["datafim"].to_list() == ["b", None, None, None]
    assert text["novo"].to_list() == [None, '{"x": 1}', None, None]
    assert text["valor"].is_null().all()
    assert text["_malformed"].to_list() == [None, None, "7", "torn"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"value": 3}', b"7", b"[{]", VALUES.encode()[:-5], b"\xff\xfe\x00",
     NOT_FOUND.encode(), WINDOW_RULE.encode(), b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_answer_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.json cannot be read"):
        bcb.read_items("strange.json", body)


def test_no_rows_are_no_failure() -> None:
    assert bcb.read_items("x", b"[]") == bcb.read_items("x", b'{"value":[]}') == []
    text = bcb.as_text([], ("data",))
    bcb.require("x", text, ("data",))
    assert text.height == 0
    assert text.schema["data"] == pl.String


VALUE = st.one_of(st.none(), st.text(max_size=5), st.integers(), st.booleans())


@given(st.lists(st.one_of(st.dictionaries(st.sampled_from("abc"), VALUE), st.integers())))
def test_nothing_is_lost(items: list[Any]) -> None:
    text = bcb.as_text(items, ("a",))
    assert text["_row"].to_list() == list(range(1, len(items) + 1))
    for item, row in zip(items, text.to_dicts(), strict=True):
        if isinstance(item, dict):
            said = {name: value for name, value in item.items() if value is not None}
            assert {name: row[name] is not None for name in said} == dict.fromkeys(said, True)
        else:
            assert row["_malformed"] == str(item)
