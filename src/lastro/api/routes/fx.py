"""routes/fx: currencies against the real, by the central bank's closing bulletin."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lastro.answers import currencies
from lastro.answers.currencies import Currency, CurrencyHistory
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import HouseDep

router = APIRouter(tags=["fx"])


@router.get("/fx", dependencies=[needs("market:read")], response_model=Answer[list[Currency]])
async def fx_list(reply: ReplyDep, house: HouseDep) -> Response:
    """Every currency today (BRL for one unit), with its returns (ratios)."""
    return await reply.json((currencies.FX,), lambda: currencies.currencies(house.platform.held))


@router.get(
    "/fx/{currency}", dependencies=[needs("market:read")], response_model=Answer[CurrencyHistory]
)
async def fx_history(
    currency: Annotated[str, Path(max_length=5, description="ISO 4217, in any case.")],
    reply: ReplyDep,
    house: HouseDep,
    first: Annotated[dt.date | None, Query(description="First day; its first by default.")] = None,
    last: Annotated[dt.date | None, Query(description="Last day; its last by default.")] = None,
) -> Response:
    """A currency's closing rates through time (BRL for one unit)."""
    return await reply.json(
        (currencies.FX,), lambda: currencies.history(house.platform.held, currency, first, last)
    )
