"""routes/rates: interest and inflation, what is left of one after the other, and expectations."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lastro.answers import benchmarks, expectations, rates
from lastro.answers.benchmarks import Benchmarks
from lastro.answers.expectations import Expectations
from lastro.answers.rates import RateCard, RateHistory, RealInterest
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import House, HouseDep
from lastro.core.clock import BRASILIA

router = APIRouter(tags=["rates"])

_TABLES = (rates.INTEREST, rates.INFLATION)
First = Annotated[dt.date | None, Query(description="First day; the first by default.")]
Last = Annotated[dt.date | None, Query(description="Last day; the last by default.")]
Horizon = Literal["annual", "monthly", "12months", "selic"]


def _today(house: House) -> dt.date:
    return house.now().astimezone(BRASILIA).date()


@router.get("/rates", dependencies=[needs("market:read")], response_model=Answer[list[RateCard]])
async def rates_list(reply: ReplyDep, house: HouseDep) -> Response:
    """CDI, Selic, TR, IPCA, IGP-M and others as they are today (ratios)."""
    return await reply.json(_TABLES, lambda: rates.cards(house.platform.held, _today(house)))


@router.get(
    "/rates/benchmarks", dependencies=[needs("market:read")], response_model=Answer[Benchmarks]
)
async def rates_benchmarks(
    reply: ReplyDep,
    house: HouseDep,
    first: First = None,
    last: Last = None,
    names: Annotated[str, Query(max_length=60, description="CDI,SELIC,IPCA,IBOV")] = "",
) -> Response:
    """CDI, Selic, IPCA and Ibovespa since a common day, each 1 at the beginning."""
    wanted = [name for name in names.split(",") if name.strip()]
    return await reply.json(
        (benchmarks.BENCHMARKS,),
        lambda: benchmarks.benchmarks(house.platform.held, first, last, wanted),
    )


@router.get(
    "/rates/expectations", dependencies=[needs("market:read")], response_model=Answer[Expectations]
)
async def rates_expectations(
    reply: ReplyDep,
    house: HouseDep,
    indicator: Annotated[str, Query(max_length=80, description="IPCA, Selic, Câmbio...")] = "IPCA",
    horizon: Annotated[Horizon, Query(description="Which targets.")] = "annual",
    first: First = None,
    last: Last = None,
) -> Response:
    """The Focus survey of one indicator: newest answers by target, and medians through time."""
    return await reply.json(
        (expectations.EXPECTATIONS,),
        lambda: expectations.expectations(house.platform.held, indicator, horizon, first, last),
    )


@router.get("/rates/real", dependencies=[needs("market:read")], response_model=Answer[RealInterest])
async def rates_real(reply: ReplyDep, house: HouseDep) -> Response:
    """What CDI left after IPCA over twelve months, month by month (ratios)."""
    return await reply.json(
        _TABLES, lambda: rates.real_interest(house.platform.held, _today(house))
    )


@router.get(
    "/rates/{series}", dependencies=[needs("market:read")], response_model=Answer[RateHistory]
)
async def rate_history(
    series: Annotated[str, Path(max_length=20, description="CDI, SELIC_TARGET, IPCA, IGP-M...")],
    reply: ReplyDep,
    house: HouseDep,
    first: First = None,
    last: Last = None,
) -> Response:
    """One rate through time (ratios), with the rate a year."""
    return await reply.json(
        _TABLES,
        lambda: rates.history(house.platform.held, series, _today(house), first, last),
    )
