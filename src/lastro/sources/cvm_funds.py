"""CVM's daily fund report (informe diário): quota, net worth, flows and holders a fund and day.

Three layouts, told apart by header alone: CVM gives old months new headers when it publishes them
again. Months from 2021-01 are zips of their own; earlier ones lie in yearly zips under HIST, and
that boundary moves. Reference: dados.cvm.gov.br, META/meta_inf_diario_fi.txt.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.calendar import add_bank_days
from lastro.core.clock import BRASILIA, add_months, months_between
from lastro.core.errors import ParseError
from lastro.lake.contract import CNPJ, DATE, INTEGER, MONEY, QUOTA, TEXT, Column
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import cvm

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = "FI/DOC/INF_DIARIO/DADOS"
_FIRST_MONTHLY_YEAR = 2021
_DAILY = dt.timedelta(hours=20)
_WEEKLY = dt.timedelta(days=7)
_MONTH_IN_NAME = re.compile(r"inf_diario_fi_(\d{4})(0[1-9]|1[0-2])")

COLUMNS = (
    Column(
        "cnpj", CNPJ, "CNPJ", "Class of quotas, or fund not adapted to Resolution 175.",
        required=True, reads=("CNPJ_FUNDO_CLASSE", "CNPJ_FUNDO"),
    ),
    Column(
        "subclass_id", TEXT, "subclasse", "Subclass; blank where the row is the class itself.",
        reads=("ID_SUBCLASSE",),
    ),
    Column(
        "fund_type", TEXT, "tipo", "Kind of fund or class, as CVM writes it.",
        reads=("TP_FUNDO_CLASSE", "TP_FUNDO"),
    ),
    Column(
        "ref_date", DATE, "data de competência", "Day the row speaks of.",
        required=True, reads=("DT_COMPTC",),
    ),
    Column("total_assets", MONEY, "valor total", "Value of the portfolio.", "BRL",
           reads=("VL_TOTAL",)),
    Column("quota", QUOTA, "valor da cota", "Net asset value of one quota.", "BRL",
           reads=("VL_QUOTA",)),
    Column("net_worth", MONEY, "patrimônio líquido", "Assets less liabilities.", "BRL",
           reads=("VL_PATRIM_LIQ",)),
    Column("inflow", MONEY, "captação", "Subscriptions of the day.", "BRL",
           reads=("CAPTC_DIA",), least=0),
    Column("outflow", MONEY, "resgate", "Redemptions of the day.", "BRL",
           reads=("RESG_DIA",), least=0),
    Column("holders", INTEGER, "cotistas", "Holders of quotas.", "holders",
           reads=("NR_COTST",), least=0),
)  # fmt: skip
_KNOWN = tuple(header for column in COLUMNS for header in column.reads)
_REQUIRED = ("DT_COMPTC", "VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA", "NR_COTST")


def plan(first: dt.date, last: dt.date, today: dt.date) -> list[RemoteFile]:
    """Monthly zips from 2021 on, yearly HIST zips before; each falls back on the other."""
    files: dict[str, RemoteFile] = {}
    for month in months_between(first, min(last, today)):
        file = _monthly(month, today)
        if month.year < _FIRST_MONTHLY_YEAR:
            file = _yearly(month.year, today)
        files[file.name] = file
    return list(files.values())


def _monthly(month: dt.date, today: dt.date, *, fallback: bool = True) -> RemoteFile:
    name = f"inf_diario_fi_{month:%Y%m}.zip"
    year = (_yearly(month.year, today, fallback=False),) if fallback else ()
    last = add_months(month, 1) - dt.timedelta(days=1)
    return RemoteFile(name, f"{_FOLDER}/{name}", month, last, _revised(month, today), year)


def _yearly(year: int, today: dt.date, *, fallback: bool = True) -> RemoteFile:
    name = f"inf_diario_fi_{year}.zip"
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    months = tuple(_monthly(month, today, fallback=False) for month in months_between(first, last))
    path = f"{_FOLDER}/HIST/{name}"
    return RemoteFile(name, path, first, last, None, months if fallback else ())


def _revised(month: dt.date, today: dt.date) -> dt.timedelta | None:
    """How often CVM publishes a month again: daily M-0 and M-1, weekly to M-11, then never."""
    age = (today.year - month.year) * 12 + today.month - month.month
    if age <= 1:
        return _DAILY
    return _WEEKLY if age <= 11 else None


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:  # noqa: ARG001
    """Read a monthly zip, a HIST zip or a bare CSV, a month at a time.

    A file whose name says its month is that month. One whose name does not (a person's own
    extract) is cut by the months of its rows; rows without a readable date go with the first.

    Raises:
        ParseError: Not a whole zip, not text, a required column or every date is missing, or two
            members speak of one month.
    """
    seen: set[str] = set()
    for member, content in cvm.members(name, body):
        text = cvm.read_csv(name, member, content, _KNOWN)
        del content  # as big as the frame that is handed out next
        cvm.require(name, member, text.columns, _REQUIRED)
        if not {"CNPJ_FUNDO_CLASSE", "CNPJ_FUNDO"} & set(text.columns):
            cvm.require(name, member, text.columns, ("CNPJ_FUNDO_CLASSE",))
        named = _MONTH_IN_NAME.search(member) or _MONTH_IN_NAME.search(name)
        month = dt.date(int(named[1]), int(named[2]), 1) if named else None
        periods = [Period(f"{month:%Y-%m}", month, text)] if month else _by_month(name, text)
        for period in periods:
            _refuse_twice(name, period.name, seen)
            yield period


def _refuse_twice(name: str, period: str, seen: set[str]) -> None:
    """A month replaces what is known of it: of two in one file, the first would be lost."""
    if period in seen:
        raise ParseError(
            "{name} speaks of {period} in two of its members.",
            hint="Unpack it and import its members one after the other, or joined into one.",
            name=name,
            period=period,
        )
    seen.add(period)


def _by_month(name: str, text: pl.DataFrame) -> Iterator[Period]:
    prefix = text["DT_COMPTC"].str.strip_chars().str.slice(0, 7)
    month = pl.select(
        pl.when(pl.lit(prefix).str.contains(r"^[12]\d{3}-(0[1-9]|1[0-2])$")).then(pl.lit(prefix))
    ).to_series()
    months = month.drop_nulls().unique().sort().to_list()
    if text.height and not months:
        raise ParseError(
            "{name} has no readable date in any row.",
            hint="Dates are YYYY-MM-DD; or give the file CVM's name, which says its month.",
            name=name,
        )
    for period in months:
        mine = (month == period).fill_null(value=period == months[0])
        yield Period(period, dt.date.fromisoformat(f"{period}-01"), text.filter(mine))


def published(ref_date: dt.date) -> dt.datetime:
    """When a day's report is public: sent by the next bank day, published at 08:00 after it."""
    day = add_bank_days(ref_date + dt.timedelta(days=1), 1)
    return dt.datetime.combine(day, dt.time(8), BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="cvm_funds",
    title="CVM daily fund report",
    pt="Informe diário de fundos da CVM",
    publisher="CVM",
    licence="ODbL 1.0",
    section=cvm.CvmSettings,
    plan=plan,
    parse=parse,
    columns=COLUMNS,
    published=published,
    history=dt.timedelta(days=395),
    megabytes=(0.0, 13.0),
)
