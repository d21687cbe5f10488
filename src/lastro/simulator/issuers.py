"""Who is listed on the simulated exchange: issuers, and their shares, funds and receipts.

Every name is invented and says so (``SIM ...``); no code is one that B3 ever listed (tests compare
them with real lists), CNPJs have roots where no company is registered, and ISINs and CNPJs carry
valid check digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from lastro.simulator.identities import complete_cnpjs

ROOT_ISSUER = 97_000_000
MOST_COMPANIES = 450

_FIRST = (
    *("AURANTE", "BOVILA", "CEDRAL", "DULCINO", "ESTARO", "FARELO", "GIRANTE", "HELIXA"),
    *("IPEROA", "JUREMA", "KALUNA", "LUZENA", "MIRANTE", "NOVELA", "ORVALHO", "PIRÁXA"),
    *("QUARTA", "ROSELA", "SERENA", "TUIUTI", "UMBARA", "VENTARO", "XAVANTO", "ZEFIRA"),
)
_SECOND = (
    *("AZULIM", "BYRONA", "CZARDA", "DYNARA", "EXATUS", "FJORDA", "GNOMOS", "HYDRAL", "IGNARO"),
    *("JYRANA", "KYOTOS", "LYRICA", "MZUNGU", "NYLONE", "OXIDIA", "PSIQUE", "QXALTA", "RHUBAR"),
    *("SFERAL", "TZARIN", "UVALIA", "VYSION", "WYVERN", "XYLARA", "YZAMAR", "ZWINGA"),
)
_REAL = frozenset({"BODY", "BONY", "BOTZ", "ORIG", "ORLY", "PIIG", "VEEX"})


class Sector(NamedTuple):
    """A sector as the list of companies and as the index portfolios write it."""

    listed: str
    english: str
    on_index: str


SECTORS = (
    Sector("Petróleo. Gás e Biocombustíveis", "Oil. Gas and Biofuels", "Petróleo/ Gás e Biocomb"),
    Sector("Bancos", "Banks", "Financ e Outros/Interms Financs"),
    Sector("Energia Elétrica", "Electric Utilities", "Utilidade Públ / Energ Elétrica"),
    Sector("Minerais Metálicos", "Metallic Minerals", "Mats Básicos/Mineração"),
    Sector("Alimentos", "Food", "Cons N Básico / Alimentos Processados"),
    Sector("Tecidos. Vestuário e Calçados", "Fabrics and Clothing", "Consumo Cíclico/Comércio"),
    Sector("Programas e Serviços", "Software and Services", "Tec.Informação/Programas Servs"),
    Sector("Transporte", "Transportation", "Bens Indls/Transporte"),
)
FUND_SECTOR = Sector("Fundos Imobiliários", "Real Estate Funds", "Financ e Outros/Fundos")


@dataclass(frozen=True)
class Company:
    """An issuer.

    Attributes:
        root: Its four characters.
        name: Full name.
        trading_name: At most twelve characters.
        cnpj: 14 characters without mask.
        code_cvm: Number at the CVM.
        sector: Its sector.
        listing: ``NM``, ``N1``, ``N2`` or blank.
        kind: ``company``, ``fii``, ``etf``, ``bdr`` or ``incentive``.
    """

    root: str
    name: str
    trading_name: str
    cnpj: str
    code_cvm: int
    sector: Sector
    listing: str
    kind: str


@dataclass(frozen=True)
class Security:
    """A listed paper.

    Attributes:
        ticker: Code at the end of the market, after any rename.
        earlier: Code before a rename, or blank.
        isin: 12 characters, the same for life.
        company: Its issuer, by position.
        kind: ``share``, ``unit``, ``fii``, ``etf``, ``bdr`` or ``incentive``.
        letters: Class as COTAHIST writes it: ``ON``, ``PN``, ``UNT``, ``CI``, ``DRN``.
        codbdi: Bulletin code of its spot rows.
        lot: Shares of a round lot.
        factor: Shares the quoted price is for (``FATCOT``).
    """

    ticker: str
    earlier: str
    isin: str
    company: int
    kind: str
    letters: str
    codbdi: str
    lot: int
    factor: int


@dataclass(frozen=True)
class Roll:
    """All issuers, and all papers in the order of their issuers."""

    companies: tuple[Company, ...]
    securities: tuple[Security, ...]


def isin_check_digit(body: str) -> str:
    """The twelfth character of an ISIN, from its first eleven (ISO 6166)."""
    digits = "".join(str(int(letter, 36)) for letter in body)
    doubled = [
        int(figure) * (2 if place % 2 == 0 else 1) for place, figure in enumerate(reversed(digits))
    ]
    return str(-sum(number - 9 if number > 9 else number for number in doubled) % 10)


def make_isin(root: str, kind: str, issue: str) -> str:
    """A Brazilian ISIN.

    Args:
        root: Four characters of the issuer.
        kind: Three characters, e.g. ``ACN``.
        issue: Two characters, e.g. ``OR``.
    """
    body = f"BR{root}{kind}{issue}"
    return body + isin_check_digit(body)


def enroll(companies: int) -> Roll:
    """The roll of an exchange of so many companies; the same every time.

    The first is the main one, ``SIMU``. The others cycle through ON alone, ON and PN, and ON, PN
    and units; funds, ETFs and receipts come on top of them.
    """
    identities = _identities()
    kinds = ["company"] * companies
    kinds += ["fii"] * max(4, companies // 6) + ["etf"] * max(2, companies // 30)
    kinds += ["bdr"] * max(2, companies // 12) + ["incentive"]
    roots = [str(ROOT_ISSUER + place) for place in range(len(kinds))]
    cnpjs = complete_cnpjs(roots).to_list()
    made, papers = [], []
    for place, (kind, cnpj) in enumerate(zip(kinds, cnpjs, strict=True)):
        root, first, second = identities[place]
        if kind == "bdr" and place % 2:
            root = f"{root[0]}1{root[2:]}"  # as B3 writes some foreign issuers
        company = _company(place, kind, root, first, second, cnpj)
        made.append(company)
        papers += _papers(place, company, identities[-1 - place][0])
    return Roll(tuple(made), tuple(papers))


def _identities() -> list[tuple[str, str, str]]:
    """Roots and the words they come from, in an order that mixes the letters."""
    pairs = [
        (f"{one[:2]}{two[:2]}", one, two)
        for two, one in product(_SECOND, _FIRST)
        if f"{one[:2]}{two[:2]}" not in _REAL
    ]
    return [("SIMU", "SIMULADA", "BRASILEIRA"), *pairs]


def _company(place: int, kind: str, root: str, first: str, second: str, cnpj: str) -> Company:
    known = "SIM SIMULADA" if root == "SIMU" else f"SIM {first[:4]}{second[:4]}"
    endings = {
        "company": "SIMULADA S.A.",
        "fii": "SIMULADO FUNDO DE INVESTIMENTO IMOBILIÁRIO",
        "etf": "SIMULADO FUNDO DE ÍNDICE",
        "bdr": "SIMULATED INC",
        "incentive": "SIMULADO FUNDO DE INCENTIVO",
    }
    sector = SECTORS[place % len(SECTORS)] if kind in {"company", "bdr"} else FUND_SECTOR
    listing = ("N2", "NM", "N1", "NM", "")[place % 5] if kind == "company" else ""
    return Company(
        root=root,
        name=f"{first} {second} {endings[kind]}",
        trading_name=known,
        cnpj=cnpj,
        code_cvm=80_000 + place,
        sector=sector,
        listing=listing,
        kind=kind,
    )


def _papers(place: int, company: Company, old_root: str) -> list[Security]:
    earlier = old_root if place == RENAMED else ""
    root = company.root
    if company.kind == "company":
        shapes = _SHARES[:2] if place == 0 else _SHARES[: 1 + place % 3]
    else:
        shapes = _OTHERS[company.kind]
    papers = []
    for number, kind, letters, codbdi, isin_kind, issue, lot, factor in shapes:
        papers.append(
            Security(
                ticker=f"{root}{number}",
                earlier=f"{earlier}{number}" if earlier else "",
                isin=make_isin(earlier or root, isin_kind, issue),
                company=place,
                kind=kind,
                letters=letters,
                codbdi=codbdi,
                lot=lot,
                factor=factor,
            )
        )
    return papers


RENAMED = 5
"""Position of the company that takes another name, and with it other tickers."""

_SHARES = (
    (3, "share", "ON", "02", "ACN", "OR", 100, 1),
    (4, "share", "PN", "02", "ACN", "PR", 100, 1),
    (11, "unit", "UNT", "02", "CDA", "M1", 100, 1),
)
_OTHERS = {
    "fii": ((11, "fii", "CI", "12", "CTF", "00", 1, 1),),
    "etf": ((11, "etf", "CI", "14", "CTF", "00", 1, 1),),
    "bdr": ((34, "bdr", "DRN", "34", "BDR", "00", 1, 1),),
    "incentive": ((11, "incentive", "CI *", "14", "CTF", "01", 1000, 1000),),
}
