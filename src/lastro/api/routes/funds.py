"""routes/funds: every fund class searched, ranked and filtered, and one of them at a glance."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from fastapi import APIRouter, Depends, Query, Request, Response

from lastro.answers import fund, fund_choice, funds
from lastro.answers.fund import FundCard
from lastro.answers.fund_choice import WINDOW, Choice, FundFacets, FundHit, FundWindow
from lastro.api.answering import Answer, ReplyDep, RowsDep
from lastro.api.formats import chosen
from lastro.api.guard import needs
from lastro.api.house import HouseDep
from lastro.api.kept_funds import listed
from lastro.core.ids import parse_cnpj

router = APIRouter(prefix="/funds", tags=["funds"], dependencies=[needs("funds:read")])

_TABLES = ("gold.fund_flows_daily", *(t for t in funds.TABLES if t != "gold.fund_flows_daily"))
_Amount = Annotated[float | None, Query(allow_inf_nan=False)]
_Count = Annotated[int | None, Query(ge=0, le=10**9)]
_Values = Annotated[list[str], Query(max_length=50)]


def _choice(
    *,
    q: Annotated[str, Query(max_length=100, description="Words of the name, or a CNPJ.")] = "",
    manager: _Values = [],  # noqa: B006 - FastAPI copies defaults
    administrator: _Values = [],  # noqa: B006 - as above
    classification: _Values = [],  # noqa: B006 - as above
    anbima: _Values = [],  # noqa: B006 - as above
    status: _Values = [],  # noqa: B006 - as above
    min_worth: _Amount = None,
    max_worth: _Amount = None,
    min_score: _Amount = None,
    max_flow: _Amount = None,
    min_holders: _Count = None,
    max_holders: _Count = None,
    subclasses: Annotated[
        bool, Query(description="Whether subclasses that their class counts are listed.")
    ] = True,
    sort: Annotated[
        str, Query(max_length=40, description="A column; `-` before it: from the greatest.")
    ] = "-net_worth",
) -> Choice:
    return Choice(
        q=q, manager=tuple(manager), administrator=tuple(administrator),
        classification=tuple(classification), anbima=tuple(anbima), status=tuple(status),
        min_worth=min_worth, max_worth=max_worth, min_score=min_score, max_flow=max_flow,
        min_holders=min_holders, max_holders=max_holders, subclasses=subclasses, sort=sort,
    )  # fmt: skip


@router.get("", response_model=Answer[FundWindow])
async def fund_window(
    request: Request,
    reply: RowsDep,
    house: HouseDep,
    choice: Annotated[Choice, Depends(_choice)],
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=WINDOW)] = 100,
    columns: Annotated[
        str, Query(max_length=1000, description="Columns, with commas between; blank is all.")
    ] = "",
) -> Response:
    """Fund classes of the newest month: a window of those chosen, with their number and sums.

    In CSV, Arrow, Parquet and Excel all chosen classes leave, not a window of them.
    """
    names = tuple(name.strip() for name in columns.split(",") if name.strip())
    form = chosen(request.query_params.get("format"), request.headers.get("accept", ""))
    if form == "json":
        return await reply.json(
            _TABLES,
            lambda: fund_choice.window(
                fund_choice.chosen(listed(house), choice), offset, limit, names
            ),
        )
    return await reply.rows(_TABLES, lambda: _whole(listed(house), choice, names))


def _whole(rows: pl.DataFrame, choice: Choice, names: tuple[str, ...]) -> pl.DataFrame:
    wanted = [name for name in fund_choice.named(names) if name != "spark"]
    return fund_choice.chosen(rows, choice).select(wanted)


@router.get("/facets", response_model=Answer[FundFacets])
async def fund_facets(reply: ReplyDep, house: HouseDep) -> Response:
    """What the list of funds may be filtered by, with how many classes have each value."""
    return await reply.json(_TABLES, lambda: fund_choice.facets(listed(house)))


@router.get("/search", response_model=Answer[list[FundHit]])
async def fund_search(
    reply: ReplyDep,
    house: HouseDep,
    q: Annotated[str, Query(max_length=100, description="FlowPart of a name or of a CNPJ.")],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Fund classes by name or CNPJ; neither accents nor case count."""
    return await reply.json(_TABLES, lambda: fund_choice.search(listed(house), q, limit))


@router.get("/{cnpj}", response_model=Answer[FundCard])
async def fund_card(
    cnpj: str,
    reply: ReplyDep,
    house: HouseDep,
    subclass: Annotated[str, Query(max_length=40, description="Blank is the class itself.")] = "",
) -> Response:
    """One fund class: who it is, its figures, its subclasses and its peers.

    Where only subclasses report, the largest answers for the class; its row says which.
    """
    number = parse_cnpj(cnpj)
    return await reply.json(
        _TABLES, lambda: fund.fund_card(listed(house), house.platform.held, number, subclass)
    )
