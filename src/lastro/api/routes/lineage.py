"""routes/lineage: from which sources every table comes, and what its versions were made from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lastro.answers.data_house import TABLES, inventory
from lastro.answers.lineage_graph import Graph, TableLineage, graph, table_lineage
from lastro.answers.table_cards import named
from lastro.api.answering import Answer, ReplyDep
from lastro.api.fresh import FreshDep
from lastro.api.guard import needs
from lastro.api.house import HouseDep

router = APIRouter(tags=["data house"])


@router.get("/lineage", dependencies=[needs("data:read")], response_model=Answer[Graph])
async def lineage_graph(fresh: FreshDep, house: HouseDep) -> Response:
    """Sources, tables and views with version and state, and what each is made from."""
    return await fresh.json(
        TABLES,
        lambda: graph(inventory(house.platform, house.now()), house.platform.views),
    )


@router.get(
    "/lineage/{table}", dependencies=[needs("data:read")], response_model=Answer[TableLineage]
)
async def lineage_of(
    table: Annotated[str, Path(max_length=100, description="A table, as gold.fund_flows_daily.")],
    reply: ReplyDep,
    house: HouseDep,
    version: Annotated[int | None, Query(ge=0, lt=10**9, description="Newest by default.")] = None,
) -> Response:
    """A version's run, code, inputs and landed files, and all versions of the table."""
    contract = named(house.platform.contracts(), table)
    return await reply.json(
        (contract.name, *TABLES),
        lambda: table_lineage(inventory(house.platform, house.now()), contract, version),
    )
