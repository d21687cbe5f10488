"""routes/funds_history: one fund class over time, and what says so down to the source's lines."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from lastro.answers import fund, fund_past, fund_series
from lastro.answers.fund import FundSignal
from lastro.answers.fund_past import FundFile, FundLines, FundRestatement, RegistryPast
from lastro.answers.fund_series import FundFlows, FundHolders, FundPerformance, FundQuotas, Which
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import House, HouseDep
from lastro.api.kept_funds import listed
from lastro.core.ids import parse_cnpj

router = APIRouter(prefix="/funds/{cnpj}", tags=["funds"], dependencies=[needs("funds:read")])


async def _which(
    cnpj: Annotated[str, Path(description="With or without points.")],
    subclass: Annotated[str, Query(max_length=40, description="Blank is the class itself.")] = "",
    first: Annotated[dt.date | None, Query(description="First day.")] = None,
    last: Annotated[dt.date | None, Query(description="Last day.")] = None,
) -> Which:
    return Which(parse_cnpj(cnpj), subclass, first, last)


async def _class(
    cnpj: Annotated[str, Path(description="With or without points.")],
    subclass: Annotated[str, Query(max_length=40, description="Blank is the class itself.")] = "",
) -> Which:
    return Which(parse_cnpj(cnpj), subclass)


_WhichDep = Annotated[Which, Depends(_which)]
_ClassDep = Annotated[Which, Depends(_class)]


def _known(house: House, which: Which) -> Which:
    """The same class, once it is sure that the lake knows it.

    Raises:
        NotFoundError: It does not, or knows its subclasses alone.
    """
    fund.require(listed(house), house.platform.held, which.cnpj, which.subclass_id)
    return which


@router.get("/quotas", response_model=Answer[FundQuotas])
async def fund_quotas(which: _WhichDep, reply: ReplyDep, house: HouseDep) -> Response:
    """Daily quota and its fall from the highest, and its growth beside CDI and Ibovespa."""
    held = house.platform.held
    return await reply.json(
        fund_series.QUOTAS, lambda: fund_series.quotas(held, _known(house, which))
    )


@router.get("/flows", response_model=Answer[FundFlows])
async def fund_flows(which: _WhichDep, reply: ReplyDep, house: HouseDep) -> Response:
    """Daily inflow, outflow, net flow and its sum so far (BRL)."""
    held = house.platform.held
    return await reply.json(
        fund_series.FLOWS, lambda: fund_series.flows(held, _known(house, which))
    )


@router.get("/holders", response_model=Answer[FundHolders])
async def fund_holders(which: _WhichDep, reply: ReplyDep, house: HouseDep) -> Response:
    """Daily number of holders."""
    held = house.platform.held
    return await reply.json(
        fund_series.FLOWS, lambda: fund_series.holders(held, _known(house, which))
    )


@router.get("/performance", response_model=Answer[FundPerformance])
async def fund_performance(which: _ClassDep, reply: ReplyDep, house: HouseDep) -> Response:
    """Returns by span and by month, beside CDI and Ibovespa; volatility and deepest fall."""
    held = house.platform.held
    return await reply.json(
        fund_series.PERFORMANCE, lambda: fund_series.performance(held, _known(house, which))
    )


@router.get("/signals", response_model=Answer[list[FundSignal]])
async def fund_signals(which: _ClassDep, reply: ReplyDep, house: HouseDep) -> Response:
    """What each month said about money leaving, with the reason in words.

    A proxy: portability data of Resolution CVM 210 are not public.
    """
    held = house.platform.held
    return await reply.json(
        fund.SIGNALS, lambda: fund.signals(held, _known(house, which).cnpj, which.subclass_id)
    )


@router.get("/registry", response_model=Answer[RegistryPast])
async def fund_registry(which: _ClassDep, reply: ReplyDep, house: HouseDep) -> Response:
    """What changed in CVM's registry: manager, administrator, custodian, name, state."""
    held = house.platform.held
    return await reply.json(
        fund_past.REGISTRY,
        lambda: fund_past.registry(held, _known(house, which).cnpj, which.subclass_id),
    )


@router.get("/restatements", response_model=Answer[list[FundRestatement]])
async def fund_restatements(which: _ClassDep, reply: ReplyDep, house: HouseDep) -> Response:
    """Values of its days that re-published files changed, and days that they withdrew."""
    held = house.platform.held
    return await reply.json(
        fund_past.RESTATEMENTS,
        lambda: fund_past.restatements(held, _known(house, which).cnpj, which.subclass_id),
    )


@router.get("/files", response_model=Answer[list[FundFile]])
async def fund_files(which: _ClassDep, reply: ReplyDep, house: HouseDep) -> Response:
    """The landed files that hold lines of it: address, hash, size, and which lines."""
    held = house.platform.held
    return await reply.json(
        fund_past.FILES,
        lambda: fund_past.files(held, _known(house, which).cnpj, which.subclass_id),
    )


@router.get("/files/{period}/lines", response_model=Answer[FundLines])
async def fund_lines(
    which: _ClassDep,
    period: Annotated[str, Path(max_length=20, description="Month, as 2024-12.")],
    reply: ReplyDep,
    house: HouseDep,
) -> Response:
    """Its lines of one month as the source wrote them, every value as text."""
    held = house.platform.held
    return await reply.json(
        fund_past.FILES,
        lambda: fund_past.source_lines(held, _known(house, which).cnpj, which.subclass_id, period),
    )
