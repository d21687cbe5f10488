from __future__ import annotations

import base64
import datetime as dt
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from lastro.simulator.b3_house import B3House
from lastro.simulator.b3_listed_calls import AS_OBJECT, AS_TEXT, NO_PAYMENT, RECEIPTS, REPEATS
from lastro.simulator.indexes import INDEXES

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.simulator.house import Reply
    from lastro.simulator.shares import ShareMarket

DAY = dt.date(2024, 5, 15)
INDEX, STATS = "indexProxy/indexCall/", "indexStatisticsProxy/IndexCall/"
LISTED = "listedCompaniesProxy/CompanyCall/"


def ask(house: B3House, call: str, **asked: Any) -> Reply:
    text = json.dumps(asked, separators=(",", ":")).encode()
    return house.answer(f"/listados/{call}/{base64.b64encode(text).decode()}", "")


def told(house: B3House, call: str, **asked: Any) -> Any:
    return json.loads(ask(house, call, language="pt-br", **asked).body)


def read(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


@pytest.fixture
def house(shares: ShareMarket) -> B3House:
    return B3House(shares, lambda: DAY)


def root(shares: ShareMarket, place: int) -> str:
    return shares.roll.companies[place].root


@pytest.mark.parametrize("name", INDEXES)
@pytest.mark.parametrize("segment", ["1", "2"])
def test_a_portfolio_weighs_a_hundred_and_gives_the_level_of_the_evening_before(
    house: B3House, shares: ShareMarket, name: str, segment: str
) -> None:
    found = told(
        house, f"{INDEX}GetPortfolioDay", pageNumber=1, pageSize=999, index=name, segment=segment
    )
    rows, header = found["results"], found["header"]
    assert sum(read(row["part"]) for row in rows) == pytest.approx(100, abs=0.0005 * len(rows))
    assert sum(read(row["theoricalQty"]) for row in rows) == read(header["theoricalQty"])
    assert (header["date"], header["part"]) == ("15/05/24", "100,000")
    assert re.fullmatch(r"[\d.]+,\d{8}", header["reductor"])
    now = shares.days.index(DAY)
    worth = {
        row["cod"]: read(row["theoricalQty"]) * shares.paths.before[now, shares.place(row["cod"])]
        for row in rows
    }
    level = shares.index_levels(name)["level"][now - 1]
    assert sum(worth.values()) / read(header["reductor"]) == pytest.approx(level, abs=0.0051)
    for row in rows:
        share = 100 * worth[row["cod"]] / sum(worth.values())
        assert read(row["part"]) == pytest.approx(share, abs=0.00051)


def test_a_portfolio_comes_by_code_or_by_sector_with_its_sum(house: B3House) -> None:
    by_code, by_sector = (
        told(house, f"{INDEX}GetPortfolioDay", pageNumber=1, pageSize=999, index="IBOV", segment=s)
        for s in "12"
    )
    codes = [row["cod"] for row in by_code["results"]]
    assert codes == sorted(codes)
    assert {row["segment"] for row in by_code["results"]} == {None}
    sums: dict[str, float] = {}
    for row in by_sector["results"]:
        sums[row["segment"]] = sums.get(row["segment"], 0) + read(row["part"])
    assert list(sums) == sorted(sums)
    for row in by_sector["results"]:
        assert read(row["partAcum"]) == pytest.approx(sums[row["segment"]], abs=0.02)
    assert {row["cod"] for row in by_sector["results"]} == set(codes)


@pytest.mark.parametrize(
    ("call", "file"),
    [
        ("GetPortfolioDay", "GetPortfolioDay_20221208"),
        ("GetTheoricalPortfolio", "GetTheoricalPortfolio_20221210"),
        ("GetStockIndex", "GetStockIndex_20221208"),
    ],
)
def test_index_answers_have_the_shape_of_real_ones(
    house: B3House, real_data: Path, call: str, file: str
) -> None:
    text = (real_data / f"b3/index_portfolio/{file}.json").read_text(errors="replace")
    real = json.loads(text)
    ours = told(house, f"{INDEX}{call}", pageNumber=1, pageSize=99, index="IBOV", segment="2")
    assert _shape(ours) == _shape(real)


@pytest.mark.parametrize(
    ("call", "file", "asked"),
    [
        ("GetDetail", "GetDetailsCompany_20221208", {"codeCVM": "80001"}),
        ("GetListedCashDividends", "GetListedCashDividends_20221208",
         {"tradingName": "SIM SIMULADA", "pageNumber": 1, "pageSize": 99}),
        ("GetListedSupplementCompany", "GetListedSupplementCompany_20221208",
         {"issuingCompany": "SIMU"}),
    ],
)  # fmt: skip
def test_answers_on_companies_have_the_shape_of_real_ones(
    house: B3House, real_data: Path, call: str, file: str, asked: dict[str, Any]
) -> None:
    real = json.loads((real_data / f"b3/listed/{file}.json").read_text(errors="replace"))
    assert _shape(told(house, f"{LISTED}{call}", **asked)) == _shape(real)


def _shape(found: Any) -> Any:
    """Names in their order, and the first entry of each list; empty lists say nothing."""
    if isinstance(found, dict):
        return [(k, _shape(v)) for k, v in found.items() if k not in _LISTS_MAY_DIFFER]
    if isinstance(found, list):
        return [_shape(found[0])] if found else []
    return "value"


_LISTS_MAY_DIFFER = {"stockDividends", "subscriptions"}


def test_pages_go_on(house: B3House) -> None:
    asked = {"index": "IBXX", "segment": "1", "pageSize": 10}
    pages = [told(house, f"{INDEX}GetPortfolioDay", pageNumber=n, **asked) for n in (1, 2, 99)]
    assert [len(page["results"]) for page in pages] == [10, 10, 0]
    total = pages[0]["page"]["totalRecords"]
    assert pages[1]["page"] == {
        "pageNumber": 2, "pageSize": 10, "totalRecords": total, "totalPages": -(-total // 10),
    }  # fmt: skip


def test_english_is_another_way_to_write_the_same_numbers(house: B3House) -> None:
    asked = {"index": "IBOV", "segment": "1", "pageNumber": 1, "pageSize": 999}
    english = json.loads(ask(house, f"{INDEX}GetPortfolioDay", language="en-us", **asked).body)
    portuguese = told(house, f"{INDEX}GetPortfolioDay", **asked)
    assert english["header"]["date"] == "05/15/24"
    assert (
        english["header"]["reductor"].translate(str.maketrans(",.", ".,"))
        == (portuguese["header"]["reductor"])
    )


def test_a_preview_comes_a_month_before_at_the_prices_of_the_day(shares: ShareMarket) -> None:
    call, asked = f"{INDEX}GetQuartelyPreview", {"index": "IBOV", "pageNumber": 1, "pageSize": 999}
    day = dt.date(2024, 4, 15)
    april, may = B3House(shares, lambda: day), B3House(shares, lambda: dt.date(2024, 5, 2))
    assert ask(B3House(shares, lambda: DAY), call, **asked).body == b""
    preview, drawn = told(april, call, **asked), told(may, f"{INDEX}GetTheoricalPortfolio", **asked)
    codes = [[row["cod"] for row in found["results"]] for found in (preview, drawn)]
    assert codes[0] == codes[1]
    now = shares.days.index(day)
    worth = sum(
        read(row["theoricalQty"]) * shares.paths.mark[now, shares.place(row["cod"])]
        for row in preview["results"]
    )
    level = shares.index_levels()["level"][now]
    assert worth / read(preview["header"]["reductor"]) == pytest.approx(level, abs=0.0051)


def test_who_is_in_which_index(house: B3House) -> None:
    found = told(house, f"{INDEX}GetStockIndex", pageNumber=1, pageSize=9999)
    assert found["header"] == {"update": "2024-05-15", "startMonth": 5, "endMonth": 8, "year": 2024}
    (main,) = (row for row in found["results"] if row["code"] == "SIMU4")
    assert "IBOV" in main["indexes"].split(",")


def test_a_year_of_levels_is_a_grid_up_to_today(house: B3House, shares: ShareMarket) -> None:
    found = told(house, f"{STATS}GetPortfolioDay", index="IBOVESPA", year=2024)
    assert [row["day"] for row in found["results"]] == list(range(1, 32))
    levels = {
        (month, row["day"]): read(row[f"rateValue{month}"])
        for row in found["results"]
        for month in range(1, 13)
        if row[f"rateValue{month}"]
    }
    told_levels = dict(shares.index_levels().iter_rows())
    assert levels == {(d.month, d.day): told_levels[d] for d in shares.days if d <= DAY}
    march = [level for (month, _), level in levels.items() if month == 3]
    assert read(found["min"]["rateValue3"]) == min(march)
    assert read(found["max"]["rateValue3"]) == max(march)
    assert found["max"]["rateValue12"] is None


def test_the_register_pages_and_has_odd_entries(house: B3House) -> None:
    found = told(house, f"{LISTED}GetInitialCompanies", pageNumber=-1)["results"]
    assert {row["cnpj"] for row in found if row["typeBDR"]} == {"0"}
    assert any(row["dateListing"] == "31/12/9999" for row in found)
    assert len({row["codeCVM"] for row in found}) == len(found)
    some = told(house, f"{LISTED}GetInitialCompanies", pageNumber=2, pageSize=7)
    assert some["results"] == found[7:14]


def test_companies_come_and_go(shares: ShareMarket) -> None:
    def issuers(day: dt.date) -> set[str]:
        found = told(B3House(shares, lambda: day), f"{LISTED}GetInitialCompanies", pageNumber=-1)
        return {row["issuingCompany"] for row in found["results"]}

    before, after = issuers(dt.date(2024, 1, 10)), issuers(dt.date(2024, 6, 28))
    old = shares.roll.securities[shares.papers_of(5)[0]].earlier[:4]
    assert before - after == {root(shares, 6), old}
    assert after - before == {root(shares, 7), root(shares, 5)}


def test_what_is_unknown_is_answered_with_nothing(house: B3House) -> None:
    for call, asked in (
        (f"{LISTED}GetListedSupplementCompany", {"issuingCompany": "PETR"}),
        (f"{LISTED}GetDetail", {"codeCVM": "1"}),
        (f"{INDEX}GetPortfolioDay", {"index": "XXXX"}),
    ):
        reply = ask(house, call, language="pt-br", **asked)
        assert (reply.status, reply.body) == (200, b"")
    assert ask(house, f"{LISTED}GetDetail", codeCVM="1").content_type.startswith("text/plain")


def test_oddities_of_the_supplement(shares: ShareMarket) -> None:
    house = B3House(shares, lambda: dt.date(2024, 6, 28))

    def supplement(place: int) -> Any:
        call = f"{LISTED}GetListedSupplementCompany"
        return told(house, call, issuingCompany=root(shares, place))

    assert isinstance(supplement(AS_OBJECT), dict)
    assert isinstance(supplement(AS_TEXT), str)
    assert json.loads(supplement(AS_TEXT))[0]["code"] == root(shares, AS_TEXT)
    repeats = [json.dumps(event) for event in supplement(REPEATS)[0]["cashDividends"]]
    assert len(set(repeats)) == len(repeats) - 1
    receipts = {event["isinCode"] for event in supplement(RECEIPTS)[0]["stockDividends"]}
    assert receipts - {shares.isin(code) for code in shares.tickers}
    undated = supplement(NO_PAYMENT)[0]["cashDividends"]
    assert {event["paymentDate"] for event in undated} == {"31/12/9999"}
    assert {event["label"] for event in supplement(10)[0]["stockDividends"]} == {
        "ATUALIZACAO SIMULADA"
    }


def test_events_say_what_happened(shares: ShareMarket) -> None:
    house = B3House(shares, lambda: dt.date(2024, 6, 28))
    (main,) = told(house, f"{LISTED}GetListedSupplementCompany", issuingCompany="SIMU")
    isin = shares.isin("SIMU4")
    ((ex, multiplier),) = shares.splits("SIMU4")
    (split,) = (event for event in main["stockDividends"] if event["isinCode"] == isin)
    assert (split["label"], split["factor"]) == ("DESDOBRAMENTO", "100,00000000000")
    assert 1 + read(split["factor"]) / 100 == multiplier
    assert split["lastDatePrior"] == f"{shares.days[shares.days.index(ex) - 1]:%d/%m/%Y}"
    rates = [read(event["rate"]) for event in main["cashDividends"] if event["isinCode"] == isin]
    assert sum(rates) == pytest.approx(sum(paid for _, paid in shares.dividends("SIMU4")))


def test_an_event_is_told_from_its_approval_on(shares: ShareMarket) -> None:
    ((ex, _),) = shares.splits("SIMU4")

    def splits(day: dt.date) -> int:
        house = B3House(shares, lambda: day)
        found = told(house, f"{LISTED}GetListedSupplementCompany", issuingCompany="SIMU")
        return len(found[0]["stockDividends"])

    assert splits(ex - dt.timedelta(days=30)) == 0
    assert splits(ex - dt.timedelta(days=5)) == 2


def test_payouts_are_a_percentage_of_the_last_close_with_the_right(
    house: B3House, shares: ShareMarket
) -> None:
    call = f"{LISTED}GetListedCashDividends"
    dotted = told(house, call, tradingName="SIM SIMULADA", pageNumber=1, pageSize=99)
    assert told(house, call, tradingName="SIMSIMULADA", pageNumber=1, pageSize=99) == dotted
    rows = dotted["results"]
    closes = dict(shares.bars("SIMU4").select("ref_date", "close").iter_rows())
    preferred = [row for row in rows if row["typeStock"] == "PN"]
    assert preferred
    for row in preferred:
        prior = dt.datetime.strptime(row["lastDatePriorEx"], "%d/%m/%Y").date()  # noqa: DTZ007
        price = read(row["closingPricePriorExDate"])
        assert price == closes[prior]
        percent = 100 * read(row["valueCash"]) / price
        assert read(row["corporateActionPrice"]) == pytest.approx(percent, abs=5.1e-7)
        assert row["lastDateTimePriorEx"] == f"{prior}T00:00:00"
    assert [row["typeStock"] for row in rows] == sorted(row["typeStock"] for row in rows)
    assert told(house, call, tradingName="AMBEV", pageNumber=1)["page"]["totalRecords"] == 0


@pytest.mark.parametrize(
    ("name", "status", "empty"),
    [
        ("A2024", 200, False), ("M052024", 200, False), ("D15052024", 200, False),
        ("D11052024", 200, True), ("D01052024", 200, True), ("D16052024", 404, False),
        ("M062024", 404, False), ("A2023", 404, False), ("A2025", 404, False),
        ("D31022024", 404, False), ("M132024", 404, False),
    ],
)  # fmt: skip
def test_quotation_files_are_there_when_published(
    house: B3House, name: str, status: int, *, empty: bool
) -> None:
    reply = house.answer(f"/SerHist/COTAHIST_{name}.ZIP", "")
    assert (reply.status, reply.body == b"") == (status, empty)
    if status == 200 and not empty:
        with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
            (member,) = archive.namelist()
            assert member == f"COTAHIST_{name}.TXT"
            assert b"20240515" in archive.read(member)
            assert b"0120240516" not in archive.read(member)


def test_a_price_report_has_three_revisions_the_last_made_is_right(
    house: B3House, shares: ShareMarket
) -> None:
    reply = house.answer("/pesquisapregao/download", "filelist=PR240515.zip")
    with zipfile.ZipFile(io.BytesIO(reply.body)) as outer:
        inner = zipfile.ZipFile(io.BytesIO(outer.read("PR240515.zip")))
    texts = {name: inner.read(name).decode("utf-8-sig") for name in inner.namelist()}
    made = {name: _tag(text, "CreDtAndTm") for name, text in texts.items()}
    assert len(set(made.values())) == 3
    last = max(made, key=lambda name: made[name])
    assert last not in {min(texts), max(texts)}
    now = shares.days.index(DAY)
    place = shares.place("SIMU4")
    paths = shares.paths
    (report,) = re.findall(
        r"<PricRpt>(?:(?!</PricRpt>).)*<TckrSymb>SIMU4<.*?</PricRpt>", texts[last], re.DOTALL
    )
    close = paths.close[now, place] / 100
    assert float(_tag(report, "LastPric")) == close
    swing = 100 * (close / paths.before[now, place] - 1)
    assert float(_tag(report, "OscnPctg")) == pytest.approx(swing, abs=0.00501)
    assert int(_tag(texts[last], "TtlNbOfMsg")) == texts[last].count("<PricRpt>")
    first = _tag(re.findall(r"<TckrSymb>SIMU4<.*?</PricRpt>", texts[min(texts)], re.DOTALL)[0],
                 "LastPric")  # fmt: skip
    assert float(first) != close


def _tag(text: str, name: str) -> str:
    found = re.search(rf"<{name}[^>]*>([^<]*)<", text)
    assert found
    return found[1]


def test_the_change_of_an_ex_day_leaves_the_event_out(shares: ShareMarket) -> None:
    ((ex, _),) = shares.splits("SIMU4")
    house = B3House(shares, lambda: ex)
    reply = house.answer("/pesquisapregao/download", f"filelist=PR{ex:%y%m%d}.zip,")
    with zipfile.ZipFile(io.BytesIO(reply.body)) as outer:
        inner = zipfile.ZipFile(io.BytesIO(outer.read(outer.namelist()[0])))
    text = inner.read(inner.namelist()[1]).decode()
    report = re.findall(r"<TckrSymb>SIMU4<.*?</PricRpt>", text, re.DOTALL)[0]
    assert abs(float(_tag(report, "OscnPctg"))) < 15


@pytest.mark.parametrize("name", ["PR240516.zip", "PR240512.zip", "PR249912.zip", "IN240515.zip"])
def test_a_day_without_a_report_is_an_empty_zip(house: B3House, name: str) -> None:
    reply = house.answer("/pesquisapregao/download", f"filelist={name}")
    assert (reply.status, len(reply.body)) == (200, 22)
    assert zipfile.ZipFile(io.BytesIO(reply.body)).namelist() == []


@pytest.mark.parametrize(
    "path",
    ["/", "/SerHist/", "/listados/a/b/c/e30=", f"/listados/{INDEX}GetPortfolioDay/%%%",
     f"/listados/{INDEX}GetPortfolioDay/W10=", f"/listados/{INDEX}GetPortfolioDay/YWJj"],
)  # fmt: skip
def test_other_paths_are_404(house: B3House, path: str) -> None:
    assert house.answer(path, "").status == 404


def test_url_safe_and_unpadded_base64_is_read_too(house: B3House) -> None:
    text = base64.urlsafe_b64encode(b'{"issuingCompany":"SIMU","x":"???>>>"}').decode().rstrip("=")
    assert house.answer(f"/listados/{LISTED}GetListedSupplementCompany/{text}", "").body
