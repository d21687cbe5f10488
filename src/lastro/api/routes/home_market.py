"""routes/home_market: the market's part of the first page: key figures, sector map, movers."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from lastro.answers.market import MarketDay, market_day
from lastro.answers.market_strip import TABLES as STRIP
from lastro.answers.market_strip import StripStat, strip
from lastro.answers.papers import TABLES as ROSTER
from lastro.answers.papers import kept_papers
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import HouseDep
from lastro.core.clock import BRASILIA
from lastro.core.errors import NotFoundError

router = APIRouter(tags=["home"])

_TABLES = ("gold.market_overview", *ROSTER, *STRIP)


@dataclass(frozen=True)
class HomeMarket:
    """The market on the first page.

    Attributes:
        strip: Ibovespa, dollar, CDI, Selic and inflation, as far as the lake has them.
        day: The newest session; null while there are no prices.
    """

    strip: list[StripStat]
    day: MarketDay | None


@router.get("/home/market", dependencies=[needs("market:read")], response_model=Answer[HomeMarket])
async def home_market(reply: ReplyDep, house: HouseDep) -> Response:
    """Key figures with their dates, and the newest session: sector map and movers."""

    def make() -> HomeMarket:
        read = house.platform.held
        today = house.now().astimezone(BRASILIA).date()
        try:
            roster = kept_papers(house.platform.kept, read, house.versions)
            day = market_day(read, roster)
        except NotFoundError:
            day = None
        return HomeMarket(strip(read, today), day)

    return await reply.json(_TABLES, make)
