"""The price report: revisions in zips in zips, instruments of the next session, empty answers."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.sources.b3_price_report import SOURCE, parse, plan

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 23)
NOTHING = b"PK\x05\x06" + b"\x00" * 18


def report(ticker: str, last: str = "10.50", day: str = "2026-11-19", more: str = "") -> str:
    return (
        f"<BizGrp><Document><PricRpt><TradDt><Dt>{day}</Dt></TradDt>"
        f"<SctyId><TckrSymb>{ticker}</TckrSymb></SctyId><TradDtls />"
        f'<FinInstrmAttrbts><LastPric Ccy="BRL">{last}</LastPric>{more}</FinInstrmAttrbts>'
        "</PricRpt></Document></BizGrp>"
    )


def message(*reports: str, made: str = "2026-11-19T20:00:00", kind: str = "BVBG.086.01") -> bytes:
    return (
        '\ufeff<?xml version="1.0" encoding="utf-8"?><Document xmlns="urn:bvmf.052.01.xsd"><Xchg>'
        f"<BizGrpDesc><BizGrpTp>{kind}</BizGrpTp><CreDtAndTm>{made}</CreDtAndTm></BizGrpDesc>"
        f"{''.join(reports)}</Xchg></Document>"
    ).encode()


def zipped(**members: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return body.getvalue()


def read(body: bytes, name: str = "PR261119.zip") -> pl.DataFrame:
    [period] = parse(name, body, TODAY)
    return type_text(period.text, SOURCE.columns).rows


def test_a_real_report(real_data: Path) -> None:
    body = (real_data / "b3/pricereport.xml.gz").read_bytes()
    [period] = parse("pricereport.xml.gz", body, TODAY)
    found = type_text(period.text, SOURCE.columns)
    assert (period.name, period.month) == ("2018-01-02", dt.date(2018, 1, 1))
    assert found.faults.is_empty()
    assert found.rows.height == 9261
    assert found.rows["ref_date"].value_counts().sort("ref_date").rows() == [
        (dt.date(2018, 1, 2), 9255),
        (dt.date(2018, 1, 3), 6),
    ]
    assert found.rows["last_price"].count() == 2258
    assert found.rows["oscillation"].count() == 2096
    petr4 = found.rows.row(by_predicate=pl.col("ticker") == "PETR4", named=True)
    assert (petr4["last_price"], petr4["oscillation"]) == (Decimal("16.55"), Decimal("2.79"))
    assert (petr4["turnover"], petr4["trades"]) == (Decimal("549628149.00"), 40660)


def test_of_revisions_the_last_made_counts_whatever_its_name() -> None:
    inner = zipped(
        z_xml=message(report("PETR4", "1.00"), made="2026-11-19T18:40:00"),
        a_xml=message(report("PETR4", "3.00"), made="2026-11-19T20:01:00"),
        m_xml=message(report("PETR4", "2.00"), made="2026-11-19T19:20:00"),
    )
    assert read(zipped(PR261119_zip=inner))["last_price"].to_list() == [Decimal("3.00")]


def test_it_is_read_from_gzip_and_bare() -> None:
    body = message(report("PETR4"))
    assert read(gzip.compress(body)).equals(read(body))


def test_instruments_of_the_next_session_stay_in_the_sessions_file() -> None:
    after = report("ICFZ26", day="2026-11-23")
    rows = read(message(report("PETR4"), after, report("VALE3")))
    assert [str(day) for day in rows["ref_date"]] == ["2026-11-19", "2026-11-23", "2026-11-19"]
    assert {str(day) for day in rows["report_date"]} == {"2026-11-19"}


def test_what_is_not_known_comes_along_as_text() -> None:
    more = '<Novo Ccy="USD">7</Novo><Novo>8</Novo><OscnPctg>-0.30</OscnPctg>'
    [period] = parse("PR261119.zip", message(report("PETR4", more=more)), TODAY)
    [row] = period.text.to_dicts()
    assert (row["Novo"], row["Novo.Ccy"], row["Novo.2"], row["OscnPctg"]) == (
        "7", "USD", "8", "-0.30",
    )  # fmt: skip
    assert row["header.CreDtAndTm"] == "2026-11-19T20:00:00"


def test_a_report_without_a_ticker_is_kept_and_cannot_be_typed() -> None:
    [period] = parse("PR261119.zip", message(report(""), report("PETR4")), TODAY)
    assert type_text(period.text, SOURCE.columns).faults["reason"].to_list() == ["missing_ticker"]


def test_a_day_without_a_file_has_no_period() -> None:
    assert len(NOTHING) == 22
    assert list(parse("PR261120.zip", NOTHING, TODAY)) == []
    assert list(parse("PR261120.zip", message(), TODAY)) == []


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    b"<l><BizGrpTp>BVBG.086.01</BizGrpTp>&b;</l>"
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><p>Access denied</p>", "document type"),
        (b"<html><body>Access denied</body></html>", "no message of B3's"),
        (b"PK\x03\x04;", "damaged"),
        (b"\x00;\x00", "no XML"),
        (BOMB, "document type"),
        (message(report("PETR4"))[:-30], "no whole XML"),
        (gzip.compress(message(report("PETR4")))[:-12], "damaged"),
        (zipped(PR261119_zip=message(report("PETR4"))[:40]), "no XML|no message|damaged"),
        (zipped(leia_txt=b"nada"), "holds nothing, not BVBG.086"),
        (message(report("PETR4"), kind="BVBG.087.01"), "holds BVBG.087.01, not BVBG.086"),
        (message(report("PETR4", day="hoje")), "has a date"),
    ],
)
def test_what_is_no_report_is_refused_by_name(body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said) as refused:
        list(parse("PR261119.zip", body, TODAY))
    assert "PR261119.zip" in refused.value.message


def test_plan_asks_for_sessions_and_again_while_they_are_fresh() -> None:
    files = plan(dt.date(2026, 11, 18), dt.date(2027, 1, 1), TODAY)
    assert [file.name for file in files] == ["PR261118.zip", "PR261119.zip", "PR261123.zip"]
    assert files[0].path == "download?filelist=PR261118.zip"
    assert [file.every is None for file in files] == [True, True, False]
