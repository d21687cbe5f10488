"""A simulated central bank: SGS below /api, Olinda's PTAX and Focus below /olinda.

It answers in the wire formats of the real one, its refusals included: 406 for more than ten years
of a daily series, 404 with ``erro`` for an empty window, 400 for what is no day. Nothing is told
before the real one would tell it: today's rates are not known yet.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from lastro.core.calendar import bank_days
from lastro.core.clock import add_months, month_of, months_between
from lastro.simulator.bcb_numbers import (
    BEGINNING,
    CURRENCIES,
    FIRST_FX,
    FIRST_TARGET,
    BcbNumbers,
    known_on,
    meetings,
    next_meeting,
)
from lastro.simulator.house import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ONE_DAY = dt.timedelta(days=1)
_YEARS = 10
_SERIES_PATH = re.compile(r"/api/dados/serie/bcdata\.sgs\.(\d+)/dados(?:/ultimos/(\d+))?/?")
_ODATA_PATH = re.compile(r"/olinda/(PTAX|Expectativas)/versao/v1/odata/(\w+)(?:\(.*\))?")
_INDEXES = {433: "IPCA", 189: "IGP-M", 190: "IGP-DI", 7478: "IPCA-15", 10764: "IPCA-E"}
_OVERNIGHT = (11, 12)
_TR, _TARGET = 226, 432
_MOST_LATEST = 20
_SYNTAX = "bcdata.sgs.{codigo}/dados?formato=json&dataInicial=dd/mm/aaaa&dataFinal=dd/mm/aaaa"
_NOT_FOUND = "br.gov.bcb.pec.sgs.comum.excecoes.SGSNegocioException: Value(s) not found"
_BULLETINS = ("Abertura", "Intermediário", "Intermediário", "Intermediário", "Fechamento")
_USUAL = {"IPCA": 4.0, "IGP-M": 4.3, "Selic": 11.0, "PIB Total": 2.0, "Câmbio": 5.3}

Row = dict[str, str]  # a row's fields, each already as JSON


class BcbHouse:
    """The central bank of one seed.

    Args:
        seed: What its numbers follow from.
        today: The day it is; later days are told of the Selic target alone.
    """

    def __init__(self, seed: int, today: Callable[[], dt.date]) -> None:
        self._numbers = BcbNumbers(seed)
        self._today = today
        self._turn = threading.Lock()  # numbers are made as they are asked for

    def answer(self, path: str, query: str) -> Reply:
        """Answer a GET; see ``House``."""
        asked = dict(parse_qsl(query, keep_blank_values=True))
        with self._turn:
            if found := _SERIES_PATH.fullmatch(path):
                return self._series(int(found[1]), found[2], asked)
            if found := _ODATA_PATH.fullmatch(path):
                return self._odata(found[2], asked)
        return Reply(404, b"SIMULATED: nothing is published here\n", "text/plain")

    # SGS

    def _series(self, code: int, latest: str | None, asked: Mapping[str, str]) -> Reply:
        today = self._today()
        if latest and int(latest) > _MOST_LATEST:
            return _refused(400, f"O número de registros não pode passar de {_MOST_LATEST}.")
        try:
            last = _day(asked["dataFinal"]) if asked.get("dataFinal") else None
            first = _day(asked["dataInicial"]) if asked.get("dataInicial") else None
        except ValueError:
            return _refused(400, "A data deve estar no formato dd/mm/aaaa.")
        is_daily = code not in _INDEXES
        if is_daily and not latest and (first is None or _is_too_long(first, last or today)):
            return _refused(406, f"O sistema aceita uma janela de consulta de até {_YEARS} anos.")
        start = today - dt.timedelta(days=365) if latest else first or BEGINNING
        rows = list(self._values(code, start, last or today + dt.timedelta(days=60)))
        if latest:
            rows = rows[-int(latest) :]
        if not rows:
            erro = {"erro": {"statusCode": 404, "detail": _NOT_FOUND}}
            return Reply(404, json.dumps(erro).encode())
        return Reply(200, _list(rows).encode())

    def _values(self, code: int, first: dt.date, last: dt.date) -> Iterator[Row]:
        """A series' values between two days, as far as they are known today."""
        today, numbers = self._today(), self._numbers
        first, known = max(first, BEGINNING), min(last, today - _ONE_DAY)
        if code in _OVERNIGHT:
            for day in bank_days(first, known):
                yield _value(day, f"{numbers.overnight(day):.6f}")
        elif code == _TARGET:
            for day in _days(max(first, FIRST_TARGET), min(last, next_meeting(today))):
                yield _value(day, f"{numbers.target(day):.2f}")
        elif code == _TR:
            for day in _days(first, known):
                yield _value(day, f"{numbers.reference_rate(day):.4f}", until=_month_later(day))
        else:
            yield from self._changes(_INDEXES.get(code, ""), first, known)

    def _changes(self, index: str, first: dt.date, last: dt.date) -> Iterator[Row]:
        """A price index's months, as far as they are published today."""
        for month in months_between(first, last) if index and first <= last else ():
            if month >= first and known_on(index, month) <= self._today():
                yield _value(month, f"{self._numbers.prices(index, month):.2f}")

    # Olinda

    def _odata(self, resource: str, asked: Mapping[str, str]) -> Reply:
        try:
            rows = self._rows(resource, asked)
        except (KeyError, ValueError):
            return Reply(400, b"/* Parametro invalido */", "text/plain")
        if rows is None:
            return Reply(404, b"SIMULATED: no such resource\n", "text/plain")
        skip, top = int(asked.get("$skip") or 0), asked.get("$top")
        page = rows[skip : skip + int(top)] if top else rows[skip:]
        context = json.dumps(f"https://simulated.example/odata$metadata#_{resource}")
        body = f'{{"@odata.context":{context},"value":{_list(page)}}}'
        return Reply(200, body.encode(), "application/json;odata.metadata=minimal")

    def _rows(self, resource: str, asked: Mapping[str, str]) -> list[Row] | None:
        where = asked.get("$filter", "")
        if resource == "Moedas":
            return [
                {"simbolo": _text(code), "nomeFormatado": _text(name), "tipoMoeda": _text(kind)}
                for code, (name, kind, _parity) in CURRENCIES.items()
            ]
        if resource in {"CotacaoMoedaPeriodo", "CotacaoDolarPeriodo"}:
            return self._fx(resource, asked, where)
        makers = {
            "ExpectativasMercadoAnuais": self._annual,
            "ExpectativaMercadoMensais": self._monthly,
            "ExpectativasMercadoInflacao12Meses": self._ahead,
            "ExpectativasMercadoSelic": self._of_meetings,
        }
        if resource not in makers:
            return None
        wanted = re.findall(r"Indicador eq '([^']*)'", where) or list(_USUAL)
        days = self._focus_days(where)
        return [row for day in days for name in sorted(wanted) if name in _USUAL
                for row in makers[resource](name, day)]  # fmt: skip

    def _fx(self, resource: str, asked: Mapping[str, str], where: str) -> list[Row]:
        is_dollar = resource == "CotacaoDolarPeriodo"
        currency = "USD" if is_dollar else asked["@moeda"].strip("'").upper()
        if currency not in CURRENCIES:
            return []
        first, last = (dt.datetime.strptime(asked[name].strip("'"), "%m-%d-%Y").date()  # noqa: DTZ007
                       for name in ("@dataInicial", "@dataFinalCotacao"))  # fmt: skip
        days = bank_days(max(first, FIRST_FX), min(last, self._today() - _ONE_DAY))
        only = re.search(r"tipoBoletim eq '([^']*)'", where)
        kind = "Fechamento" if is_dollar else only[1] if only else ""
        rows = [row for day in days for row in self._bulletins(currency, day)]
        rows = [row for row in rows if not kind or row["tipoBoletim"] == _text(kind)]
        fields = ("cotacaoCompra", "cotacaoVenda", "dataHoraCotacao")
        return [{name: row[name] for name in fields} for row in rows] if is_dollar else rows

    def _bulletins(self, currency: str, day: dt.date) -> Iterator[Row]:
        """Five of a day; the closing one may stand there twice, with other digits."""
        chance = self._numbers.chance("ptax", currency, day)
        closing = self._numbers.price(currency, day)
        parity = self._numbers.parity(currency, day)
        for hour, kind in enumerate(_BULLETINS, 10):
            price = closing if kind == "Fechamento" else closing * (1 + chance.gauss(0, 0.002))
            moment = (
                f"{day} {min(hour, 13)}:{chance.randint(2, 12):02d}:{chance.randint(0, 59):02d}"
            )
            for _ in range(2 if kind == "Fechamento" and chance.random() < 1 / 250 else 1):
                digits = chance.randint(1, 6)
                below = f"{chance.randint(0, 10**digits - 1):0{digits}d}"
                yield {
                    "paridadeCompra": f"{parity:.5f}",
                    "paridadeVenda": f"{parity if currency == 'USD' else parity * 1.0002:.5f}",
                    "cotacaoCompra": f"{price:.5f}",
                    "cotacaoVenda": f"{price * 1.00011 + 0.00001:.5f}",
                    "dataHoraCotacao": _text(f"{moment}.{below}"),
                    "tipoBoletim": _text(kind),
                }

    def _focus_days(self, where: str) -> list[dt.date]:
        """Bank days that the filter asks for and of which the next week's report has told."""
        today = self._today()
        last_told = today - dt.timedelta(days=today.weekday() + 1)
        bounds = dict(re.findall(r"Data (ge|le) '([\d-]+)'", where))
        first = dt.date.fromisoformat(bounds.get("ge", "2000-01-01"))
        last = dt.date.fromisoformat(bounds.get("le", last_told.isoformat()))
        return bank_days(first, min(last, last_told))

    def _annual(self, name: str, day: dt.date) -> Iterator[Row]:
        for year in range(day.year, day.year + 5):
            for base in (0, 1):
                head = {"IndicadorDetalhe": "null", "DataReferencia": _text(str(year))}
                yield self._expected(name, day, str(year), base, head)

    def _monthly(self, name: str, day: dt.date) -> Iterator[Row]:
        for ahead in range(13):
            month = f"{add_months(month_of(day), ahead):%m/%Y}"
            for base in (0, 1):
                yield self._expected(name, day, month, base, {"DataReferencia": _text(month)})

    def _ahead(self, name: str, day: dt.date) -> Iterator[Row]:
        for smoothed in ("S", "N"):
            for base in (0, 1):
                yield self._expected(name, day, smoothed, base, {"Suavizada": _text(smoothed)})

    def _of_meetings(self, name: str, day: dt.date) -> Iterator[Row]:
        coming = [(f"R{number}/{year}", meeting) for year in (day.year, day.year + 1)
                  for number, meeting in enumerate(meetings(year), 1)]  # fmt: skip
        for label, meeting in coming:
            if name == "Selic" and meeting >= day:
                yield self._expected(name, day, label, 0, {"Reuniao": _text(label)})

    def _expected(self, name: str, day: dt.date, target: str, base: int, head: Row) -> Row:
        """One row: a usual value that moves a little from week to week, and its spread."""
        usual = _USUAL[name] / (12 if "/20" in target and name in {"IPCA", "IGP-M"} else 1)
        of_target = self._numbers.chance("focus", name, target).gauss(0, 0.03)
        of_week = self._numbers.chance("focus", name, target, day.isocalendar()[:2]).gauss(0, 0.02)
        median = usual * (1 + of_target + of_week)
        spread = abs(usual) * 0.08
        return {
            "Indicador": _text(name),
            "Data": _text(day.isoformat()),
            **head,
            "Media": f"{median * 1.004:.4f}",
            "Mediana": f"{median:.4f}",
            "DesvioPadrao": f"{spread:.4f}",
            "Minimo": f"{median - 2.5 * spread:.4f}",
            "Maximo": f"{median + 2.5 * spread:.4f}",
            "numeroRespondentes": str(90 + day.toordinal() % 50 - 40 * base),
            "baseCalculo": str(base),
        }


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone


def _is_too_long(first: dt.date, last: dt.date) -> bool:
    return (last.year - _YEARS, last.month, last.day) > (first.year, first.month, first.day)


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for step in range((last - first).days + 1):
        yield first + step * _ONE_DAY


def _month_later(day: dt.date) -> dt.date:
    """The same day of the next month, or that month's last."""
    end = add_months(month_of(day), 2) - _ONE_DAY
    return end.replace(day=min(day.day, end.day))


def _value(day: dt.date, value: str, *, until: dt.date | None = None) -> Row:
    period = {"datafim": _text(f"{until:%d/%m/%Y}")} if until else {}
    return {"data": _text(f"{day:%d/%m/%Y}"), **period, "valor": _text(value)}


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(rows: list[Row]) -> str:
    objects = (",".join(f'"{name}":{value}' for name, value in row.items()) for row in rows)
    return "[" + ",".join(f"{{{inside}}}" for inside in objects) + "]"


def _refused(status: int, error: str) -> Reply:
    body = {"error": error, "message": f"SIMULATED: {error}", "syntax": _SYNTAX}
    return Reply(status, json.dumps(body, ensure_ascii=False).encode())
