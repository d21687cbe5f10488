"""routes/meta: what this house is: its version, whether it is simulated, and how to sign in."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter
from pydantic import BaseModel, Field

import lastro
from lastro.api.guard import open_to_all
from lastro.api.house import HouseDep

router = APIRouter(tags=["meta"])


class About(BaseModel):
    """What anybody may know of this house."""

    name: str
    version: str
    now: dt.datetime = Field(
        description="The instant it works at (UTC): in a simulated lake, that of its newest file."
    )
    simulated: bool = Field(description="Whether the data are simulated.")
    empty: bool = Field(description="Whether the lake holds nothing yet.")


@router.get("/about", dependencies=[open_to_all()])
def about(house: HouseDep) -> About:
    """What this house is; needs no sign-in."""
    return About(
        name="Lastro",
        version=lastro.__version__,
        now=house.now(),
        simulated=house.simulated,
        empty=house.platform.landing.simulated is None,
    )
