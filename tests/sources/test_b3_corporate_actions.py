"""Events of an issuer: what is asked, how answers are joined, and every shape they come in."""

from __future__ import annotations

import base64
import datetime as dt
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.errors import ParseError, TemporaryError
from lastro.core.http import HttpClient, HttpSettings
from lastro.lake._polars import type_text
from lastro.lake.contract import STANDING
from lastro.sources.b3_corporate_actions import (
    SOURCE,
    Options,
    ex_date,
    fetch,
    parse,
    plan,
    spellings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

TODAY = dt.date(2024, 2, 10)
EVENT = {"assetIssued": "BRALFAACNOR1", "paymentDate": "31/12/9999", "rate": "1.234,50000000000",
         "relatedTo": "Anual/2023", "approvedOn": "01/01/1900", "isinCode": "BRALFAACNOR1",
         "label": "DIVIDENDO", "lastDatePrior": "06/01/2023", "remarks": ""}  # fmt: skip
SUPPLEMENT = {"code": "ALFA", "codeCVM": "1", "tradingName": "ALFA S/A   ", "roundLot": "1.000",
              "segment": "BOLSA", "cashDividends": [EVENT], "stockDividends": None,
              "subscriptions": []}  # fmt: skip
ROW = {"typeStock": "ON", "dateApproval": "09/12/2021", "valueCash": "0,1334", "ratio": "1",
       "corporateAction": "DIVIDENDO", "lastDatePriorEx": "17/12/2021",
       "closingPricePriorExDate": "16,07", "quotedPerShares": "1000",
       "corporateActionPrice": "0,830118"}  # fmt: skip


def paged(*rows: Any, of: int | None = None, number: int = 1, pages: int = 1) -> dict[str, Any]:
    page = {"pageNumber": number, "totalRecords": len(rows) if of is None else of,
            "totalPages": pages}  # fmt: skip
    return {"page": page, "results": list(rows)}


def read(name: str, found: Any) -> dict[str, pl.DataFrame]:
    return {p.name: p.text for p in parse(name, json.dumps(found).encode(), TODAY)}


class Handler(BaseHTTPRequestHandler):
    """B3, as far as one issuer goes."""

    server: Server

    def do_GET(self) -> None:
        method, asked = self.path.split("/")[-2:]
        wanted = json.loads(base64.b64decode(asked))
        self.server.asked.append((method, wanted))
        body = self.server.says(method, wanted)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Answers the supplement, and the cash list under one spelling, in two pages."""

    daemon_threads = True
    supplement = json.dumps([SUPPLEMENT]).encode()
    spelling = "ALFASA"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def says(self, method: str, wanted: dict[str, Any]) -> bytes:
        if method == "GetListedSupplementCompany":
            return self.supplement
        if wanted["tradingName"] != self.spelling:
            return json.dumps(paged()).encode()
        return json.dumps(paged(ROW, of=2, number=wanted["pageNumber"], pages=2)).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def asked_for(server: Server) -> bytes:
    client = HttpClient(HttpSettings(interval=0, attempts=1))
    [file] = plan(TODAY, TODAY, TODAY, options=Options(issuers="ALFA"))
    try:
        return fetch(client, f"http://127.0.0.1:{server.server_port}/b3/{file.path}").body
    finally:
        client._pool.clear()


def test_an_issuers_answers_land_together_under_the_spelling_that_is_answered(
    server: Server,
) -> None:
    body = asked_for(server)
    names = [wanted["tradingName"] for method, wanted in server.asked if "Cash" in method]
    assert names == ["ALFA S.A.", "ALFASA", "ALFASA"]
    assert server.supplement in body
    [period] = parse("issuer-ALFA.json", body, TODAY)
    assert (period.name, period.month) == ("issuer-ALFA-2024", STANDING)
    found = Counter(zip(period.text["_kind"], period.text["_call"], strict=True))
    assert found == {("company", "supplement"): 1, ("cash", "supplement"): 1, ("cash", "cash"): 2}
    assert set(period.text["_issuer"]) == {"ALFA"}


def test_an_issuer_that_is_not_known_is_no_failure(server: Server) -> None:
    server.supplement = b""
    body = asked_for(server)
    assert (body, len(server.asked)) == (b"", 1)
    assert list(parse("issuer-ALFA.json", body, TODAY)) == []


def test_a_web_page_is_tried_again(server: Server) -> None:
    server.supplement = b" <!DOCTYPE html>"
    with pytest.raises(TemporaryError, match="web page"):
        asked_for(server)


def test_what_is_no_answer_lands_as_it_came_and_is_refused_when_read(server: Server) -> None:
    server.supplement = b'{"code": '
    body = asked_for(server)
    assert body == server.supplement
    with pytest.raises(ParseError, match="no JSON"):
        list(parse("issuer-ALFA.json", body, TODAY))


def test_an_issuer_without_payouts_has_a_supplement_alone(server: Server) -> None:
    server.spelling = "ANOTHER"
    [period] = parse("issuer-ALFA.json", asked_for(server), TODAY)
    assert set(period.text["_call"]) == {"supplement"}


def test_a_slash_is_never_asked_for() -> None:
    assert spellings("AMBEV S/A   ") == ["AMBEV S.A.", "AMBEVSA"]
    assert spellings("KLABIN S.A.") == ["KLABIN S.A.", "KLABINSA"]
    assert spellings("N/N/C") == ["NNC"]
    assert spellings("  ") == []


def test_known_issuers_are_asked_weekly_and_chosen_ones_daily() -> None:
    known = ["ABEV", "PETR", "VALE"]
    asked = plan(TODAY, TODAY, TODAY, known=known)
    assert [file.name for file in asked] == [f"issuer-{code}.json" for code in known]
    assert all(dt.timedelta(days=6) < (file.every or dt.timedelta()) for file in asked)
    [file] = plan(TODAY, TODAY, TODAY, options=Options(issuers="petr"), known=known)
    assert file.name == "issuer-PETR.json"
    assert file.every is not None
    assert file.every < dt.timedelta(days=1)
    assert plan(dt.date(2023, 1, 1), dt.date(2023, 2, 1), TODAY, known=known) == []


@pytest.mark.parametrize("found", [SUPPLEMENT, [SUPPLEMENT], json.dumps([SUPPLEMENT])])
def test_a_supplement_alone_may_be_an_object_a_list_or_a_text(found: Any) -> None:
    [(name, text)] = read("GetListedSupplementCompany.json", found).items()
    assert name == "supplement-ALFA-2024"
    rows = type_text(text, SOURCE.columns).rows
    company, event = rows.to_dicts()
    assert (company["kind"], company["round_lot"], company["market"]) == ("company", 1000, "BOLSA")
    assert str(event["rate"]) == "1234.50000000000"
    assert event["ex_date"] == dt.date(2023, 1, 9)
    assert event["share_class"] == "ON"


def test_a_cash_list_must_say_whose_it_is() -> None:
    [(name, text)] = read("cash-ALFA_20240101.json", paged(ROW)).items()
    assert name == "cash-ALFA"
    [row] = type_text(text, SOURCE.columns).rows.to_dicts()
    assert (row["issuer"], row["share_class"], row["quoted_per"]) == ("ALFA", "ON", 1000)
    with pytest.raises(ParseError, match="whose payouts") as caught:
        read("GetListedCashDividends.json", paged(ROW))
    assert "cash-ABEV.json" in caught.value.hint


def test_what_is_no_event_comes_back_whole_and_a_new_field_comes_along() -> None:
    odd = SUPPLEMENT | {"cashDividends": [EVENT | {"new": 1}, "torn"]}
    [text] = read("issuer.json", odd).values()
    assert text["_malformed"].to_list() == [None, None, '"torn"']
    assert text["new"].to_list() == [None, "1", None]
    assert type_text(text, SOURCE.columns).faults.rows() == [(3, "malformed_line")]


@pytest.mark.parametrize(
    "found", [{"other": 1}, [1, 2], [{"code": "ALFA"}], paged(ROW, of=9), {"results": None}]
)
def test_other_answers_are_refused_by_name(found: Any) -> None:
    with pytest.raises(ParseError, match=r"cash-ALFA\.json"):
        read("cash-ALFA.json", found)


@pytest.mark.parametrize(
    ("last", "expected"),
    [("06/01/2023", "2023-01-09"), ("30/12/2014", "2015-01-02"), ("17/02/2023", "2023-02-22"),
     ("31/12/9999", None), ("01/01/1900", None), ("", None), ("2023-01-06", None)],
)  # fmt: skip
def test_the_ex_date_is_the_next_session(last: str, expected: str | None) -> None:
    assert ex_date(last) == expected


def test_the_real_answers_of_ambev(real_data: Path) -> None:
    folder = real_data / "b3" / "listed"
    body = (folder / "GetListedSupplementCompany_20221208.json").read_bytes()
    [period] = parse("GetListedSupplementCompany_20221208.json", body, TODAY)
    rows = type_text(period.text, SOURCE.columns).rows
    assert period.name == "supplement-ABEV-2022"
    assert rows["kind"].to_list() == ["company", "cash", "cash", "subscription"]
    body = (folder / "GetListedCashDividends_20221208.json").read_bytes()
    [period] = parse("cash-ABEV_20221208.json", body, TODAY)
    first = type_text(period.text, SOURCE.columns).rows.row(0, named=True)
    assert (str(first["rate"]), str(first["price_prior"])) == ("0.13340000000", "16.07000000")
    assert str(first["cash_percent"]) == "0.83011800000"
    name = "GetListedSupplementCompanyEmpty_20230414.json"
    assert list(parse(name, (folder / name).read_bytes(), TODAY)) == []


def test_the_real_collection_of_all_issuers_and_funds(real_data: Path) -> None:
    name = "assets_20240229.json.gz"
    [period] = parse(name, (real_data / "b3" / "listed" / name).read_bytes(), TODAY)
    assert (period.name, period.text.height) == ("assets-2024-02-29", 12609)
    assert Counter(period.text["_kind"]) == {
        "cash": 2792 + 7771, "stock": 1035 + 127, "subscription": 564 + 320
    }  # fmt: skip
    typed = type_text(period.text, SOURCE.columns)
    assert typed.faults.is_empty()
    assert set(typed.rows["isin_ok"]) == {1}
