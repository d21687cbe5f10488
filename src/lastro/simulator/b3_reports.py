"""B3's price report (BVBG.086): XML in a zip in a zip, in three revisions of an evening.

The revisions' names do not tell which is the last; ``CreDtAndTm`` does. ``OscnPctg`` is the change
against the close before, cut by the day's events, in percent of two decimals.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from lastro.simulator.archive import label

if TYPE_CHECKING:
    from lastro.simulator.shares import ShareMarket

_MADE = ("18:41:07", "20:02:55", "19:22:31")
_LAST = 1
_IN = " " * 12
_SCHEMAS = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'


def empty_zip() -> bytes:
    """What B3 answers for a day without a file: the 22 bytes of a zip that holds nothing."""
    return zipped([], b"")


def zipped(members: list[tuple[str, bytes]], comment: bytes) -> bytes:
    """A zip of the members; the same members give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        archive.comment = comment
    return stream.getvalue()


def price_report(market: ShareMarket, number: int) -> bytes:
    """The file of a session, by its position in the window."""
    day = market.days[number]
    stem = f"BVBG.086.01_BV000328{day:%Y%m%d}0328"
    inner = [
        (f"{stem}{place:06d}204342788.xml", _message(market, number, revision=place))
        for place in range(len(_MADE))
    ]
    comment = label(market.seed)
    return zipped([(f"PR{day:%y%m%d}.zip", zipped(inner, comment))], comment)


def _message(market: ShareMarket, number: int, *, revision: int) -> bytes:
    """A revision; all but the last made lack the closing trades."""
    day, paths = market.days[number], market.paths
    papers = np.flatnonzero(paths.alive[number]).tolist()
    made = f"{day}T{_MADE[revision]}"
    identity = f"BV000328{day:%Y%m%d}0328{revision:06d}204342788"
    late = revision != _LAST
    reports = [_report(market, number, paper, late=late) for paper in papers]
    reports.append(_next_day(market, number))
    head = _HEAD.format(identity=identity, count=len(reports), made=made, schemas=_SCHEMAS)
    group = _GROUP.format(identity=identity, made=made, schemas=_SCHEMAS)
    body = "".join(f"{group}{report}{_GROUP_END}" for report in reports)
    text = f"{head}{body}    </Xchg>\n  </BizFileHdr>\n</Document>"
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def _report(market: ShareMarket, number: int, paper: int, *, late: bool) -> str:
    paths = market.paths
    security = market.roll.securities[paper]
    day, ticker = market.days[number].isoformat(), market.ticker_on(paper, number)
    unit = 100
    reach = int(paths.close[number, paper])
    limits = [
        ("MaxTradLmt", f"{reach * 1.2 / unit:.2f}"),
        ("MinTradLmt", f"{reach * 0.8 / unit:.2f}"),
    ]
    if not paths.traded[number, paper]:
        return _price_report(day, ticker, paper, "", [(tag, value, "BRL") for tag, value in limits])
    last = int(paths.open[number, paper]) if late else reach
    before = float(paths.before[number, paper]) * security.factor
    quantity = int(paths.quantity[number, paper])
    money = f"{paths.turnover[number, paper] / 100:.2f}".rstrip("0").rstrip(".")
    average = int(paths.turnover[number, paper]) * security.factor // quantity
    trades = str(paths.trades[number, paper])
    prices = {
        "BestBidPric": max(last - 1, 1),
        "BestAskPric": last + 1,
        "FrstPric": int(paths.open[number, paper]),
        "MinPric": int(paths.low[number, paper]),
        "MaxPric": int(paths.high[number, paper]),
        "TradAvrgPric": average,
        "LastPric": last,
    }
    values = [
        ("MktDataStrmId", "E", ""),
        ("NtlFinVol", money, "BRL"),
        ("FinInstrmQty", str(quantity), ""),
        *(
            (tag, f"{price / unit:.2f}".rstrip("0").rstrip("."), "BRL")
            for tag, price in prices.items()
        ),
        ("RglrTxsQty", trades, ""),
        ("RglrTraddCtrcts", str(quantity), ""),
        ("NtlRglrVol", money, "BRL"),
    ]
    if before:  # a paper without a former close has no change
        values.append(("OscnPctg", _percent(100 * (last / 100 / before - 1)), ""))
    return _price_report(day, ticker, paper, trades, values)


def _next_day(market: ShareMarket, number: int) -> str:
    """One paper without trade is dated the day after, as some are in B3's."""
    day = (market.days[number] + dt.timedelta(days=1)).isoformat()
    return _price_report(day, "SIMF27", 999, "", [("MaxTradLmt", "999999.01", "BRL")])


def _percent(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _price_report(
    day: str, ticker: str, paper: int, trades: str, values: list[tuple[str, str, str]]
) -> str:
    details = f"{_IN}<TradDtls />\n"
    if trades:
        details = f"{_IN}<TradDtls>\n{_IN}  <TradQty>{trades}</TradQty>\n{_IN}</TradDtls>\n"
    lines = []
    for tag, value, currency in values:
        unit = f' Ccy="{currency}"' if currency else ""
        lines.append(f"              <{tag}{unit}>{value}</{tag}>\n")
    return _PRICE.format(day=day, ticker=ticker, number=200_000_000_000 + paper, details=details,
                         values="".join(lines))  # fmt: skip


_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<Document {schemas} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="urn:bvmf.052.01.xsd bvmf.052.01.xsd" xmlns="urn:bvmf.052.01.xsd">
  <BizFileHdr>
    <Xchg>
      <BizGrpDesc>
        <Fr>
          <OrgId>
            <Id>
              <OrgId>
                <Othr>
                  <Id>BVMF</Id>
                  <Issr>40</Issr>
                  <SchmeNm>
                    <Prtry>39</Prtry>
                  </SchmeNm>
                </Othr>
              </OrgId>
            </Id>
          </OrgId>
        </Fr>
        <To>
          <OrgId>
            <Id>
              <OrgId>
                <Othr>
                  <Id>PUBLIC</Id>
                  <Issr>40</Issr>
                  <SchmeNm>
                    <Prtry>39</Prtry>
                  </SchmeNm>
                </Othr>
              </OrgId>
            </Id>
          </OrgId>
        </To>
        <BizGrpDtls>
          <BizGrpIdr>{identity}</BizGrpIdr>
          <TtlNbOfMsg>{count}</TtlNbOfMsg>
          <BizGrpTp>BVBG.086.01</BizGrpTp>
          <CreDtAndTm>{made}</CreDtAndTm>
        </BizGrpDtls>
        <MsgTpDef>
          <MsgDefIdr>BVMF.217.01</MsgDefIdr>
          <NbOfMsg>{count}</NbOfMsg>
        </MsgTpDef>
      </BizGrpDesc>
"""
_GROUP = """      <BizGrp>
        <AppHdr {schemas} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01">
          <BizMsgIdr>{identity}</BizMsgIdr>
          <MsgDefIdr>BVMF.217.01</MsgDefIdr>
          <CreDt>{made}Z</CreDt>
          <Fr>
            <OrgId>
              <Id>
                <OrgId>
                  <Othr>
                    <Id>BVMF</Id>
                    <SchmeNm>
                      <Prtry>39</Prtry>
                    </SchmeNm>
                    <Issr>40</Issr>
                  </Othr>
                </OrgId>
              </Id>
            </OrgId>
          </Fr>
          <To>
            <OrgId>
              <Id>
                <OrgId>
                  <Othr>
                    <Id>PUBLIC</Id>
                    <SchmeNm>
                      <Prtry>39</Prtry>
                    </SchmeNm>
                    <Issr>40</Issr>
                  </Othr>
                </OrgId>
              </Id>
            </OrgId>
          </To>
        </AppHdr>
        <Document {schemas} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns="urn:bvmf.217.01.xsd">
"""
_GROUP_END = """        </Document>
      </BizGrp>
"""
_PRICE = """          <PricRpt>
            <TradDt>
              <Dt>{day}</Dt>
            </TradDt>
            <SctyId>
              <TckrSymb>{ticker}</TckrSymb>
            </SctyId>
            <FinInstrmId>
              <OthrId>
                <Id>{number}</Id>
                <Tp>
                  <Prtry>8</Prtry>
                </Tp>
              </OthrId>
              <PlcOfListg>
                <MktIdrCd>BVMF</MktIdrCd>
              </PlcOfListg>
            </FinInstrmId>
{details}            <FinInstrmAttrbts>
{values}            </FinInstrmAttrbts>
          </PricRpt>
"""
