"""routes/dead_letters: files that could not be read, and why."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from lastro.answers.data_house import TABLES
from lastro.api.answering import Answer
from lastro.api.fresh import FreshDep
from lastro.api.guard import needs
from lastro.api.house import HouseDep

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
    """Every file that could not be read, with what was wrong and what to do.

    `POST /api/v1/runs` with `{"kind": "retry"}` tries them all again.
    """
    return await fresh.json(
        TABLES, lambda: [asdict(letter) for letter in house.platform.dead_letters.all()]
    )
