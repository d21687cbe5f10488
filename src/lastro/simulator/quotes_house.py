"""Simulated quote providers: Yahoo's chart, brapi's quote and Alpha Vantage's daily series.

They quote the simulated exchange as the real ones quote B3: Yahoo and brapi divide prices by later
splits (and, adjusted, by dividends), Alpha Vantage does not; some days are null; unknown symbols,
missing keys and too many requests get each provider's own error. The ticker ``LIMIT4`` is refused
by all for having asked too often.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from zlib import crc32

import numpy as np

from lastro.core.clock import BRASILIA
from lastro.core.errors import NotFoundError
from lastro.simulator.house import Reply

if TYPE_CHECKING:
    import polars as pl

    from lastro.simulator.shares import ShareMarket

LIMITED = "LIMIT4"
"""A ticker that every provider refuses for having asked too often."""

_IBOV, _YAHOO_IBOV = "IBOV", "^BVSP"
_OPENS, _ENDS = dt.time(10, 0), dt.time(18, 0)
_ZONE = str(BRASILIA)
_NULL_EVERY = 97  # one bar in so many is null at Yahoo
_COMPACT = 100
_RANGES = {"1d": 1, "5d": 7, "1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1827,
           "10y": 3653, "max": 36525}  # fmt: skip
_PAGE = b"<!DOCTYPE html><html><body>SIMULATED: not found</body></html>"


class _Provider:
    """What the three have in common: the exchange up to a day."""

    def __init__(self, shares: ShareMarket, today: dt.date) -> None:
        self._shares = shares
        self._today = today

    def _bars(self, ticker: str) -> pl.DataFrame | None:
        """Raw bars up to today; None where there is no such ticker."""
        import polars as pl  # noqa: PLC0415 - with the exchange itself

        try:
            if ticker == _IBOV:
                level = pl.col("level")
                rows = self._shares.index_levels().select(
                    "ref_date",
                    *(level.alias(price) for price in ("open", "high", "low", "close")),
                    pl.lit(0, pl.Int64).alias("volume"),
                )
            else:
                rows = self._shares.bars(ticker)
        except NotFoundError:
            return None
        return rows.filter(pl.col("ref_date") <= self._today)

    def _splits(self, ticker: str) -> list[tuple[dt.date, float]]:
        found = [] if ticker == _IBOV else self._shares.splits(ticker)
        return [(day, ratio) for day, ratio in found if day <= self._today]

    def _dividends(self, ticker: str) -> list[tuple[dt.date, float]]:
        found = [] if ticker == _IBOV else self._shares.dividends(ticker)
        return [(day, cash) for day, cash in found if day <= self._today]

    def _adjusted(self, ticker: str) -> list[dict[str, Any]] | None:
        """Bars as Yahoo and brapi have them: day, prices, volume, adjusted close."""
        rows = self._bars(ticker)
        if rows is None:
            return None
        days = rows["ref_date"].to_numpy()
        raw = rows["close"].to_numpy()
        ratio, kept = np.ones(len(days)), np.ones(len(days))
        for day, new in self._splits(ticker):
            ratio[days < np.datetime64(day)] *= new
        for day, cash in self._dividends(ticker):
            before = days < np.datetime64(day)
            if before.any():
                kept[before] *= 1 - cash / raw[before][-1]
        return [
            {
                "day": row["ref_date"],
                **{
                    price: _as_float32(row[price] / ratio[place])
                    for price in ("open", "high", "low", "close")
                },
                "volume": round(row["volume"] * ratio[place]),
                "adjusted": _as_float32(row["close"] / ratio[place] * kept[place]),
            }
            for place, row in enumerate(rows.iter_rows(named=True))
        ]


class YahooHouse(_Provider):
    """Yahoo's chart call."""

    def answer(self, path: str, query: str) -> Reply:
        """Answer ``/v8/finance/chart/{symbol}`` between period1 and period2."""
        root, _, symbol = path.rpartition("/")
        if root != "/v8/finance/chart":
            return Reply(404, _PAGE, "text/html")
        ticker = _IBOV if symbol == _YAHOO_IBOV else symbol.removesuffix(".SA")
        if ticker == LIMITED:
            return Reply(429, b"Too Many Requests\r\n", "text/plain")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if asked.get("interval", "1d") != "1d":
            return _chart_error(422, "Unprocessable Entity", "Invalid input - interval")
        rows = self._adjusted(ticker) if symbol in {_YAHOO_IBOV, f"{ticker}.SA"} else None
        if rows is None:
            return _chart_error(404, "Not Found", "No data found, symbol may be delisted")
        first, last = int(asked.get("period1", 0)), int(asked.get("period2", 1 << 40))
        kept = [row for row in rows if first <= _stamp(row["day"], _OPENS) < last]
        return _reply({"chart": {"result": [self._result(ticker, symbol, kept)], "error": None}})

    def _result(self, ticker: str, symbol: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        meta = {
            "currency": "BRL", "symbol": symbol, "exchangeName": "SAO",
            "instrumentType": "INDEX" if ticker == _IBOV else "EQUITY",
            "regularMarketTime": _stamp(self._today, _ENDS), "gmtoffset": -10800,
            "timezone": "BRT", "exchangeTimezoneName": _ZONE,
            "currentTradingPeriod": {"regular": {
                "start": _stamp(self._today, _OPENS), "end": _stamp(self._today, _ENDS),
            }},
            "dataGranularity": "1d", "range": "", "simulated": True,
        }  # fmt: skip
        if not rows:
            return {"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}
        gone = {place for place, row in enumerate(rows) if _is_null(ticker, row["day"])}

        def column(name: str) -> list[Any]:
            return [None if place in gone else row[name] for place, row in enumerate(rows)]

        return {
            "meta": meta,
            "timestamp": [_stamp(row["day"], _OPENS) for row in rows],
            "events": self._events(ticker, rows[0]["day"], rows[-1]["day"]),
            "indicators": {
                "quote": [{n: column(n) for n in ("open", "high", "low", "close", "volume")}],
                "adjclose": [{"adjclose": column("adjusted")}],
            },
        }

    def _events(self, ticker: str, first: dt.date, last: dt.date) -> dict[str, Any]:
        splits = {
            str(_stamp(day, _OPENS)): {"date": _stamp(day, _OPENS), "numerator": ratio,
                                       "denominator": 1, "splitRatio": f"{ratio:g}:1"}
            for day, ratio in self._splits(ticker) if first <= day <= last
        }  # fmt: skip
        later = self._splits(ticker)
        dividends = {
            str(_stamp(day, _OPENS)): {
                "date": _stamp(day, _OPENS),
                "amount": _as_float32(cash / float(np.prod([r for d, r in later if d >= day]))),
            }
            for day, cash in self._dividends(ticker)
            if first <= day <= last
        }
        found = {"dividends": dividends, "splits": splits}
        return {kind: events for kind, events in found.items() if events}


class BrapiHouse(_Provider):
    """brapi's quote call. Any token but none and ``wrong`` is good."""

    def answer(self, path: str, query: str, headers: dict[str, str] | None = None) -> Reply:
        """Answer ``/quote/{ticker}``; the token comes as a header or in the query.

        Without headers in hand it cannot see the token, and asks for none.
        """
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        refusal = _refusal(asked, headers)
        if refusal:
            return refusal
        root, _, symbol = path.rpartition("/")
        if not root.endswith("/quote"):
            return Reply(404, _PAGE, "text/html")
        ticker = _IBOV if symbol == _YAHOO_IBOV else symbol
        if ticker == LIMITED:
            return _brapi_error(429, "Você atingiu o limite de requisições do seu plano.")
        reach = _RANGES.get(asked.get("range", "1d"))
        if reach is None:
            return _brapi_error(400, "O parâmetro 'range' é inválido.")
        rows = self._adjusted(ticker)
        if rows is None:
            return _brapi_error(404, f"Não encontramos a ação {symbol}")
        start = self._today - dt.timedelta(days=reach)
        history = [
            {"date": _stamp(row["day"], _OPENS),
             **{price: row[price] for price in ("open", "high", "low", "close", "volume")},
             "adjustedClose": row["adjusted"]}
            for row in rows if row["day"] >= start
        ]  # fmt: skip
        last = rows[-1] if rows else {"close": None, "volume": None}
        at = dt.datetime.combine(self._today, dt.time(20, 0), BRASILIA).astimezone(dt.UTC)
        result = {
            "symbol": symbol, "shortName": f"SIMULATED {symbol}", "currency": "BRL",
            "regularMarketPrice": last["close"], "regularMarketVolume": last["volume"],
            "usedInterval": "1d", "usedRange": asked.get("range", "1d"),
            "historicalDataPrice": history,
        }  # fmt: skip
        stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return _reply({"results": [result], "requestedAt": stamp, "took": "0ms"})


class AlphaVantageHouse(_Provider):
    """Alpha Vantage's daily series. Any key but none and ``wrong`` is good."""

    def answer(self, path: str, query: str) -> Reply:
        """Answer ``/query``; errors come with status 200, as theirs do."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if path != "/query":
            return Reply(404, _PAGE, "text/html")
        if asked.get("apikey") in {None, "", "wrong"}:
            return _reply({"Error Message": "the parameter apikey is invalid or missing. "
                           "(SIMULATED)"})  # fmt: skip
        symbol = asked.get("symbol", "")
        ticker = symbol.removesuffix(".SAO")
        if ticker == LIMITED:
            key = asked["apikey"]
            said = f"We have detected your API key as {key} and our standard API rate limit is 25"
            return _reply({"Information": f"{said} requests per day. (SIMULATED)"})
        is_daily = asked.get("function") == "TIME_SERIES_DAILY"
        rows = self._bars(ticker) if is_daily and ticker != _IBOV else None
        if rows is None or not symbol.endswith(".SAO"):
            return _reply({"Error Message": "Invalid API call. Please retry or visit the "
                           "documentation for TIME_SERIES_DAILY. (SIMULATED)"})  # fmt: skip
        size = asked.get("outputsize", "compact")
        kept = rows.tail(_COMPACT) if size == "compact" else rows
        series = {
            row["ref_date"].isoformat(): {
                **{f"{n}. {p}": f"{row[p]:.4f}"
                   for n, p in enumerate(("open", "high", "low", "close"), 1)},
                "5. volume": str(row["volume"]),
            }
            for row in reversed(kept.to_dicts())
        }  # fmt: skip
        meta = {
            "1. Information": "Daily Prices (open, high, low, close) and Volumes (SIMULATED)",
            "2. Symbol": symbol, "3. Last Refreshed": next(iter(series), ""),
            "4. Output Size": size.capitalize(), "5. Time Zone": "US/Eastern",
        }  # fmt: skip
        return _reply({"Meta Data": meta, "Time Series (Daily)": series})


def _refusal(asked: dict[str, str], headers: dict[str, str] | None) -> Reply | None:
    if headers is None and "token" not in asked:
        return None
    headers = headers or {}
    sent = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
    token = sent.removeprefix("Bearer ") or asked.get("token", "")
    if token in {"", "wrong"}:
        return _brapi_error(401, "O seu token é inválido, por favor, verifique o seu token.")
    return None


def _stamp(day: dt.date, time: dt.time) -> int:
    return int(dt.datetime.combine(day, time, BRASILIA).timestamp())


def _as_float32(value: float) -> float:
    """With the digits that a 32-bit float shows when it is widened, as both providers send."""
    return float(np.float32(round(value, 6)))


def _is_null(ticker: str, day: dt.date) -> bool:
    """Days that Yahoo knows and has no price of; always the same ones."""
    return crc32(f"{ticker} {day}".encode()) % _NULL_EVERY == 0


def _reply(content: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(content, ensure_ascii=False).encode())


def _chart_error(status: int, code: str, description: str) -> Reply:
    error = {"code": code, "description": description}
    return _reply({"chart": {"result": None, "error": error}}, status)


def _brapi_error(status: int, message: str) -> Reply:
    return _reply({"error": True, "message": message}, status)
