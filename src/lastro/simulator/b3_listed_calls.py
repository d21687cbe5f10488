"""B3's calls on listed companies, with what is odd in the real ones.

Answers say to be plain text; of what is unknown there is no byte. One company answers with an
object where others answer with a list, one with JSON inside a JSON text. Events come with sentinel
dates, with exact repeats, with a label nobody documented, and again for an ISIN that never traded.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from lastro.core.calendar import add_bank_days
from lastro.simulator.b3_text import NO_DATE, as_text, date, nothing, number, page_of, plain
from lastro.simulator.issuers import make_isin
from lastro.simulator.share_paths import CASH, STOCK, SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.simulator.b3_text import Asked
    from lastro.simulator.house import Reply
    from lastro.simulator.share_paths import Event
    from lastro.simulator.shares import ShareMarket

REPEATS, RECEIPTS, NO_PAYMENT = 8, 2, 9
"""Positions of the companies whose events come twice, come again for a receipt, have no date."""
AS_OBJECT, AS_TEXT = 11, 12
"""Positions of the companies that answer with an object, and with JSON inside a text."""
_RECENT = dt.timedelta(days=400)
_NOTICE = dt.timedelta(days=10)
_UNTRADED = 6
_MARKETS = {"NM": ("18", "NOVO MERCADO"), "N1": ("16", "NIVEL 1"), "N2": ("17", "NIVEL 2")}


class ListedCalls:
    """Answers the calls of ``listedCompaniesProxy``.

    Args:
        market: What happened.
        today: The day it is.
    """

    def __init__(self, market: ShareMarket, today: Callable[[], dt.date]) -> None:
        self.market = market
        self._today = today
        root = "listedCompaniesProxy/CompanyCall/"
        self.calls: dict[str, Callable[[Asked], Reply]] = {
            f"{root}GetInitialCompanies": self._companies,
            f"{root}GetDetail": self._detail,
            f"{root}GetListedSupplementCompany": self._supplement,
            f"{root}GetListedCashDividends": self._payouts,
        }

    def _companies(self, asked: Asked) -> Reply:
        wanted = str(asked.get("company") or "").upper()
        rows = [
            self._register(place)
            for place, company in enumerate(self.market.roll.companies)
            if self._live(place) and company.kind in {"company", "bdr"}
        ]
        rows += [_untraded(number) for number in range(_UNTRADED)]
        rows = [row for row in rows if wanted in f"{row['companyName']} {row['tradingName']}"]
        rows.sort(key=lambda row: row["companyName"])
        about, told = page_of(rows, asked)
        return as_text({"page": about, "results": told})

    def _register(self, place: int) -> dict[str, str]:
        company = self.market.roll.companies[place]
        foreign = company.kind == "bdr"
        return {
            "codeCVM": str(company.code_cvm),
            "issuingCompany": self._root(place),
            "companyName": company.name,
            "tradingName": company.trading_name,
            "cnpj": "0" if foreign else company.cnpj,
            "marketIndicator": _MARKETS.get(company.listing, ("8" if foreign else "1", ""))[0],
            "typeBDR": "DRE" if foreign else "",
            "dateListing": self._listed_on(place),
            "status": "A",
            "segment": company.sector.listed,
            "segmentEng": company.sector.english,
            "type": "4" if foreign else "1",
            "market": "DRE" if foreign else company.listing,
        }

    def _detail(self, asked: Asked) -> Reply:
        code = str(asked.get("codeCVM", ""))
        place = self._first(lambda n: str(self.market.roll.companies[n].code_cvm) == code)
        if place is None:
            return nothing()
        company = self.market.roll.companies[place]
        now = self._now()
        codes = [
            {
                "code": self.market.ticker_on(paper, now),
                "isin": self.market.roll.securities[paper].isin,
            }
            for paper in self.market.papers_of(place)
        ]
        level = _MARKETS.get(company.listing, ("1", "BOLSA"))
        has_preferred = any(entry["isin"][6:11] == "ACNPR" for entry in codes)
        return as_text(
            {
                "issuingCompany": self._root(place),
                "companyName": company.name,
                "tradingName": company.trading_name,
                "cnpj": "0" if company.kind == "bdr" else company.cnpj,
                "industryClassification": " / ".join([company.sector.listed] * 3),
                "industryClassificationEng": None,
                "activity": None,
                "website": "",
                "hasQuotation": None,
                "status": "A",
                "marketIndicator": level[0],
                "market": level[1],
                "institutionCommon": "SIM ESCRITURADORA",
                "institutionPreferred": "SIM ESCRITURADORA" if has_preferred else "",
                "code": codes[0]["code"],
                "codeCVM": code,
                "lastDate": f"{date(self._today())} 23:23:33",
                "otherCodes": codes,
                "hasEmissions": False,
                "hasBDR": company.kind == "bdr",
                "typeBDR": "DRE" if company.kind == "bdr" else None,
                "describleCategoryBVMF": None,
            }
        )

    def _supplement(self, asked: Asked) -> Reply:
        root = str(asked.get("issuingCompany", "")).upper()
        place = self._first(lambda n: self._root(n) == root)
        if place is None:
            return nothing()
        found = self._shares_of(place) | self._events_of(place)
        if place == AS_OBJECT:
            return as_text(found)
        if place == AS_TEXT:
            return as_text(json.dumps([found], ensure_ascii=False, separators=(",", ":")))
        return as_text([found])

    def _shares_of(self, place: int) -> dict[str, Any]:
        company, now = self.market.roll.companies[place], self._now()
        papers = [(n, self.market.roll.securities[n]) for n in self.market.papers_of(place)]
        counts = {found.letters: int(self.market.outstanding[now, n]) for n, found in papers}
        common, preferred = counts.get("ON", 0), counts.get("PN", 0)
        br: dict[str, str] = {}
        return {
            "stockCapital": number(float(sum(counts.values())) * 3.7, 2, br),
            "quotedPerSharSince": self._listed_on(place),
            "commonSharesForm": "Escritural" if common else "",
            "preferredSharesForm": "Escritural" if preferred else "",
            "hasCommom": "SIM ESCRITURADORA" if common else "",
            "hasPreferred": "SIM ESCRITURADORA" if preferred else "",
            "roundLot": str(papers[0][1].lot),
            "tradingName": f"{company.trading_name:<12}",
            "numberCommonShares": number(common, 0, br),
            "numberPreferredShares": number(preferred, 0, br),
            "totalNumberShares": number(common + preferred, 0, br),
            "code": self._root(place),
            "codeCVM": str(company.code_cvm),
            "segment": "BOLSA",
        }

    def _events_of(self, place: int) -> dict[str, Any]:
        """The three lists; payouts of the last year alone, newest first."""
        told: dict[str, list[dict[str, str]]] = {CASH: [], STOCK: [], SUBSCRIPTION: []}
        for event in reversed(self._known(place)):
            old = self._today() - self._prior(event) > _RECENT
            if not (event.kind == CASH and old):
                told[event.kind].append(self._told(event, place))
        if place == REPEATS:
            told[CASH] += told[CASH][:1]
        if place == RECEIPTS:
            receipt = make_isin(self._root(place), "R01", "OR")
            told[STOCK] += [{**row, "isinCode": receipt, "assetIssued": receipt}
                            for row in told[STOCK][:1]]  # fmt: skip
        return {
            "cashDividends": told[CASH],
            "stockDividends": told[STOCK],
            "subscriptions": told[SUBSCRIPTION],
        }

    def _told(self, event: Event, place: int) -> dict[str, str]:
        isin = self.market.roll.securities[event.security].isin
        prior = self._prior(event)
        paid = NO_DATE if place == NO_PAYMENT else date(add_bank_days(prior, 10))
        size = number(event.value, 11, {})
        shared = {
            "approvedOn": date(_approved(prior)),
            "isinCode": isin,
            "label": event.label,
            "lastDatePrior": date(prior),
            "remarks": "",
        }
        if event.kind == CASH:
            period = f"{(prior.month - 1) // 3 + 1}º Trimestre/{prior.year}"
            return {"assetIssued": isin, "paymentDate": paid, "rate": size, "relatedTo": period,
                    **shared}  # fmt: skip
        if event.kind == STOCK:
            return {"assetIssued": isin, "factor": size, **shared}
        period = f"{date(prior)} a {date(add_bank_days(prior, 15))}"
        return {
            "assetIssued": isin,
            "percentage": size,
            "priceUnit": number(event.price, 11, {}),
            "tradingPeriod": period,
            "subscriptionDate": date(add_bank_days(prior, 20)),
            **shared,
        }

    def _payouts(self, asked: Asked) -> Reply:
        """All payouts of a company whose right has passed; its name may come stripped."""
        name = _stripped(str(asked.get("tradingName", "")))
        place = self._first(lambda n: _stripped(self.market.roll.companies[n].trading_name) == name)
        rows: list[dict[str, str]] = []
        if place is not None:
            events = [event for event in self._known(place) if event.kind == CASH]
            passed = [event for event in events if self._prior(event) <= self._today()]
            passed.sort(key=lambda event: -event.session)
            passed.sort(key=lambda event: self.market.roll.securities[event.security].letters)
            rows = [self._payout(event) for event in passed]
        about, rows = page_of(rows, asked)
        return as_text({"page": about, "results": rows})

    def _payout(self, event: Event) -> dict[str, str]:
        paths, paper = self.market.paths, self.market.roll.securities[event.security]
        prior = self._prior(event)
        traded = np.flatnonzero(paths.traded[: event.session, event.security])
        closed = int(traded[-1]) if len(traded) else event.session - 1
        price = paths.mark[closed, event.security]
        return {
            "typeStock": paper.letters,
            "dateApproval": date(_approved(prior)),
            "valueCash": plain(event.value, 11),
            "ratio": "1",
            "corporateAction": event.label,
            "lastDatePriorEx": date(prior),
            "dateClosingPricePriorExDate": date(self.market.days[closed]),
            "closingPricePriorExDate": number(price, 2, {}),
            "quotedPerShares": "1",
            "corporateActionPrice": number(100 * event.value / price, 6, {}),
            "lastDateTimePriorEx": f"{prior}T00:00:00",
        }

    def _known(self, place: int) -> list[Event]:
        """Events of a company that have been announced, by ex day."""
        return [
            event
            for event in self.market.paths.events
            if self.market.roll.securities[event.security].company == place
            and _approved(self._prior(event)) <= self._today()
        ]

    def _prior(self, event: Event) -> dt.date:
        """Last session with the right."""
        return self.market.days[event.session - 1]

    def _now(self) -> int:
        return max(0, bisect_right(self.market.days, self._today()) - 1)

    def _live(self, place: int) -> bool:
        papers = list(self.market.papers_of(place))
        return bool(self.market.paths.alive[self._now(), papers].any())

    def _first(self, fits: Callable[[int], bool]) -> int | None:
        """Position of the first live company that fits."""
        places = range(len(self.market.roll.companies))
        return next((n for n in places if fits(n) and self._live(n)), None)

    def _root(self, place: int) -> str:
        """Its four characters as of today."""
        return self.market.ticker_on(self.market.papers_of(place)[0], self._now())[:4]

    def _listed_on(self, place: int) -> str:
        listed = int(self.market.plan.listed[self.market.papers_of(place)[0]])
        if listed:
            return date(self.market.days[listed])
        return f"0{1 + place % 9}/03/{1998 + place % 20}"


def _approved(prior: dt.date) -> dt.date:
    return add_bank_days(prior - _NOTICE, 0)


def _stripped(name: str) -> str:
    return re.sub("[^A-Z0-9]", "", name.upper())


def _untraded(number: int) -> dict[str, str]:
    """A registrant without a listed paper, as most of B3's register are."""
    return {
        "codeCVM": str(909_000 + number),
        "issuingCompany": f"ZSM{number}",
        "companyName": f"ZERO PAPEL {number} SIMULADA S.A.",
        "tradingName": f"SIM ZERO {number}",
        "cnpj": f"9799999900{number:04d}",
        "marketIndicator": "99",
        "typeBDR": "",
        "dateListing": NO_DATE,
        "status": "A",
        "segment": "Não Classificados",
        "segmentEng": "Not Classified",
        "type": "7",
        "market": "",
    }
