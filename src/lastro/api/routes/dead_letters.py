"""routes/dead_letters: files that could not be read, and why."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from lastro.answers.data_house import TABLES
from lastro.api.answering import Answer
from lastro.api.fresh import FreshDep
from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import HouseDep
from lastro.api.problems import language_of
from lastro.api.running import BackgroundDep
from lastro.api.work import Order

router = APIRouter(tags=["data house"])


class DeadLetterCard(BaseModel):
    """A landed file that could not be read, kept until somebody mends it or it reads."""

    source: str
    name: str = Field(description="Its name.")
    key: str = Field(description="Its landing key; blank where nothing was landed.")
    error: str = Field(description="What was wrong.")
    hint: str = Field(description="What to do.")
    at: str = Field(description="When it failed last (UTC).")


@router.get(
    "/dead-letters",
    dependencies=[needs("data:read")],
    response_model=Answer[list[DeadLetterCard]],
)
async def list_dead_letters(fresh: FreshDep, house: HouseDep) -> Response:
    """Every file that could not be read, with what was wrong and what to do."""
    return await fresh.json(
        TABLES, lambda: [asdict(letter) for letter in house.platform.dead_letters.all()]
    )


class Retry(BaseModel):
    """A run that tries again."""

    number: int = Field(description="Of the run: `/api/v1/runs/{number}` tells how far it is.")


@router.post(
    "/dead-letters/retry", dependencies=[needs("data:run")], response_model=Retry, status_code=202
)
def retry_dead_letters(
    request: Request, principal: PrincipalDep, house: HouseDep, background: BackgroundDep
) -> Retry:
    """Try every file that could not be read again, in the background, and build what follows."""
    order = Order(house.platform.storage.url, "retry", language=language_of(request.headers))
    return Retry(number=background.start([order], principal))
