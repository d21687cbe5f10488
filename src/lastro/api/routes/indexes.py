"""routes/indexes: B3's indexes: levels, composition, weights through time, changes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lastro.answers import index_portfolios, indexes
from lastro.answers.index_portfolios import IndexChange, IndexComposition, IndexWeights
from lastro.answers.indexes import IndexLevels, IndexSummary
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import HouseDep

router = APIRouter(tags=["indexes"])

_MADE_OF = (indexes.COMPOSITION, indexes.LEVELS)
Code = Annotated[str, Path(max_length=12, description="B3's code of the index, in any case.")]
First = Annotated[dt.date | None, Query(description="First day; its first by default.")]
Last = Annotated[dt.date | None, Query(description="Last day; its last by default.")]


@router.get(
    "/indexes", dependencies=[needs("market:read")], response_model=Answer[list[IndexSummary]]
)
async def indexes_list(reply: ReplyDep, house: HouseDep) -> Response:
    """Every index: level (points), returns (ratios), and how many assets it is made of."""
    tables = (indexes.LEVELS, indexes.COMPOSITION)
    return await reply.json(tables, lambda: indexes.summaries(house.platform.held))


@router.get(
    "/indexes/{code}", dependencies=[needs("market:read")], response_model=Answer[IndexComposition]
)
async def index_composition(
    code: Code,
    reply: ReplyDep,
    house: HouseDep,
    date: Annotated[
        dt.date | None, Query(description="Portfolio of that day, or the newest before.")
    ] = None,
) -> Response:
    """What an index is made of: weights, returns of the day and contributions (ratios)."""
    return await reply.json(
        _MADE_OF, lambda: index_portfolios.composition(house.platform.held, code, date)
    )


@router.get(
    "/indexes/{code}/levels",
    dependencies=[needs("market:read")],
    response_model=Answer[IndexLevels],
)
async def index_levels(
    code: Code, reply: ReplyDep, house: HouseDep, first: First = None, last: Last = None
) -> Response:
    """Closing levels (points) and returns (ratios) of an index."""
    return await reply.json(
        (indexes.LEVELS,), lambda: indexes.levels(house.platform.held, code, first, last)
    )


@router.get(
    "/indexes/{code}/weights",
    dependencies=[needs("market:read")],
    response_model=Answer[IndexWeights],
)
async def index_weights(
    code: Code,
    reply: ReplyDep,
    house: HouseDep,
    top: Annotated[int, Query(ge=1, le=50, description="How many assets.")] = 10,
) -> Response:
    """The greatest weights of an index through time (ratios)."""
    return await reply.json(
        (indexes.COMPOSITION,), lambda: index_portfolios.weights(house.platform.held, code, top)
    )


@router.get(
    "/indexes/{code}/changes",
    dependencies=[needs("market:read")],
    response_model=Answer[list[IndexChange]],
)
async def index_changes(
    code: Code,
    reply: ReplyDep,
    house: HouseDep,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 200,
) -> Response:
    """What entered, left or was reweighted between portfolios, the newest first."""
    tables = (index_portfolios.CHANGES, indexes.COMPOSITION)
    return await reply.json(
        tables, lambda: index_portfolios.changes(house.platform.held, code, limit)
    )
