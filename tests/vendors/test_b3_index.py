"""What B3's index calls answer, over a real connection: pages, nothing, a web page."""

from __future__ import annotations

import base64
import http.server
import json
import threading
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError, NoDataError, ParseError, TemporaryError
from lastro.core.http import HttpClient, HttpSettings
from lastro.core.settings import load
from lastro.sources import b3_price_report
from lastro.vendors.b3 import call_path
from lastro.vendors.b3_index import ENGLISH, PORTUGUESE, IndexOptions, get, in_portuguese, language

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWERS = {
    "nothing": b"",
    "blank": b'""',
    "page": b"<html>Access denied</html>",
    "empty.zip": b"PK\x05\x06" + b"\x00" * 18,
    "whole.zip": b"PK\x03\x04...",
}


class _B3(http.server.BaseHTTPRequestHandler):
    """Answers two pages of whatever is asked in base64, else what ``ANSWERS`` says."""

    def do_GET(self) -> None:
        last = self.path.rpartition("/")[2]
        body = ANSWERS.get(last)
        if body is None:
            asked = json.loads(base64.b64decode(last))
            page = {"totalPages": 2, "pageNumber": asked["pageNumber"]}
            body = json.dumps({"page": page, "results": [asked["pageNumber"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def b3_url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _B3)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client() -> HttpClient:
    return HttpClient(HttpSettings(attempts=1, interval=0))


def test_all_pages_are_fetched(client: HttpClient, b3_url: str) -> None:
    path = call_path("indexProxy", "indexCall", "GetPortfolioDay", pageNumber=1, index="IBOV")
    found = json.loads(get(client, f"{b3_url}/{path}").body)
    assert [page["results"] for page in found] == [[1], [2]]


@pytest.mark.parametrize("answer", ["nothing", "blank"])
def test_an_index_it_does_not_know_is_no_data(client: HttpClient, b3_url: str, answer: str) -> None:
    with pytest.raises(NoDataError):
        get(client, f"{b3_url}/{answer}")


@pytest.mark.parametrize("answer", ["nothing", "empty.zip"])
def test_a_day_without_a_price_report_is_no_data(
    client: HttpClient, b3_url: str, answer: str
) -> None:
    with pytest.raises(NoDataError):
        b3_price_report.get(client, f"{b3_url}/{answer}")


def test_a_web_page_may_pass(client: HttpClient, b3_url: str) -> None:
    for fetch in (get, b3_price_report.get):
        with pytest.raises(TemporaryError):
            fetch(client, f"{b3_url}/page")


def test_a_price_report_comes_as_it_is(client: HttpClient, b3_url: str) -> None:
    answer = b3_price_report.get(client, f"{b3_url}/whole.zip")
    assert answer.body == ANSWERS["whole.zip"]


@pytest.mark.parametrize(
    ("texts", "decimals", "spoken"),
    [
        (["2,358", None, ""], 3, PORTUGUESE),
        (["2.358"], 3, ENGLISH),
        (["112.143,51", "9,10"], 2, PORTUGUESE),
        (["112,143.51"], 2, ENGLISH),
        (["1234,50"], 2, PORTUGUESE),
        (["-0.30", "n/d"], 2, ENGLISH),
    ],
)
def test_numbers_tell_their_language(texts: list[str | None], decimals: int, spoken: str) -> None:
    assert language("x.json", texts, decimals) == spoken


@pytest.mark.parametrize("texts", [[], ["n/d"], ["1,000", "1.000"]])
def test_numbers_of_no_language_or_of_two_are_refused(texts: list[str | None]) -> None:
    with pytest.raises(ParseError, match=r"x\.json"):
        language("x.json", texts, 3)


def test_english_numbers_are_written_in_portuguese() -> None:
    assert in_portuguese("18,553,794.87", ENGLISH) == "18.553.794,87"
    assert in_portuguese("18.553.794,87", PORTUGUESE) == "18.553.794,87"
    assert in_portuguese(None, ENGLISH) is None


def test_indexes_are_given_by_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert IndexOptions().codes == ["IBOV", "IBXX", "IBXL", "SMLL", "IDIV", "IFIX"]
    assert IndexOptions(indexes="IBRA, ICO2 IBRA").codes == ["IBRA", "ICO2"]
    monkeypatch.setenv("LASTRO_X__INDEXES", "ibov")
    with pytest.raises(ConfigError, match="LASTRO_X__INDEXES"):
        load({"x": IndexOptions}, env_file=None)
