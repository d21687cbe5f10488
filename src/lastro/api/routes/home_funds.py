"""routes/home_funds: what the first page says of funds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from lastro.answers import fund_cube, funds, home_funds
from lastro.answers.home_funds import HomeFunds
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import HouseDep
from lastro.api.kept_funds import cubed, listed

router = APIRouter(prefix="/home", tags=["home"], dependencies=[needs("funds:read")])

_TABLES = (*fund_cube.TABLES, *(t for t in funds.TABLES if t not in fund_cube.TABLES))


@router.get("/funds", response_model=Answer[HomeFunds])
async def home_of_funds(
    reply: ReplyDep, house: HouseDep, limit: Annotated[int, Query(ge=1, le=50)] = 8
) -> Response:
    """Classes that won and lost most in 30 days, and managers that lost most."""
    return await reply.json(_TABLES, lambda: home_funds.home(cubed(house), listed(house), limit))
