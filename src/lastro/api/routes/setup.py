"""The first set-up: what there is to choose, who can be reached, and how far it is."""

from __future__ import annotations

import threading
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from lastro.api import problems
from lastro.api.background import Background
from lastro.api.first_setup import Choice, Reach, choices, orders, simulation
from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import House, HouseDep
from lastro.api.running import BackgroundDep, RunView
from lastro.api.watcher import told
from lastro.core.clock import SystemClock
from lastro.store import house as settings
from lastro.store import runs

router = APIRouter(tags=["setup"])

_KEY = "setup"
_MOST = 500  # runs looked through for those of the last set-up
_MAKING = threading.Lock()
_CLOCK = SystemClock()


class SetupSource(BaseModel):
    """A source to choose."""

    name: str
    publisher: str
    title: str = Field(description="What it brings, in the caller's language.")
    licence: str = Field(description="Terms its data come under.")
    default_months: int | None = Field(
        description="How far back it goes unless told; null where it speaks of the present alone."
    )
    megabytes: float | None = Field(description="To download once, roughly.")
    megabytes_a_month: float | None = Field(description="And for each month of history.")
    recommended: bool
    reachable: bool = Field(description="Whether its publisher answers now.")


class SetupAsked(BaseModel):
    """What was chosen last."""

    market: Literal["official", "simulated"]
    sources: list[str]
    months: int | None


class Setup(BaseModel):
    """How far the first set-up is."""

    state: Literal["new", "running", "ready"] = Field(
        description="new: the lake is empty; ready: it has tables to show."
    )
    simulated: bool | None = Field(description="Whether its data are; null while it is empty.")
    online: bool = Field(description="Whether any publisher answers.")
    sources: list[SetupSource]
    asked: SetupAsked | None
    runs: list[RunView] = Field(description="Runs of the last set-up, in order.")
    waiting: list[str] = Field(description="Sources whose run has not begun.")


class SetupChoice(BaseModel):
    """What shall be brought in."""

    model_config = ConfigDict(extra="forbid")

    market: Literal["official", "simulated"]
    sources: list[str] = Field(default=[], max_length=50, description="Of the official market.")
    months: int = Field(13, ge=1, le=360, description="How far back, where a source has history.")


def reach_of(request: Request, house: HouseDep) -> Reach:
    """The application's one look at the world."""
    with _MAKING:
        found: Reach | None = getattr(request.app.state, "reach", None)
        if found is None:
            found = request.app.state.reach = Reach(house.platform)
    return found


ReachDep = Annotated[Reach, Depends(reach_of)]


@router.get("/setup", dependencies=[needs("house:admin")], response_model=Setup)
def setup_state(
    request: Request, house: HouseDep, background: BackgroundDep, reach: ReachDep
) -> dict[str, Any]:
    """What there is to choose, who can be reached, and how far a set-up is."""
    is_portuguese = problems.language_of(request.headers) == "pt"
    found = choices(house.platform, _CLOCK.now().date())
    answers = reach([choice.source for choice in found])
    asked, done = _last(house)
    return {
        "state": _state(house, background),
        "simulated": house.platform.landing.simulated,
        "online": any(answers.values()),
        "sources": [_shown(choice, answers, is_portuguese=is_portuguese) for choice in found],
        "asked": asked,
        "runs": done,
        "waiting": [order.source or order.kind for order in background.waiting],
    }


@router.post("/setup", dependencies=[needs("house:admin")], response_model=RunView, status_code=202)
def begin_setup(
    choice: SetupChoice,
    request: Request,
    principal: PrincipalDep,
    house: HouseDep,
    background: BackgroundDep,
) -> dict[str, Any]:
    """Bring in what was chosen, one run a source; `/runs/events` tells how far it is.

    Answers with the first of the runs. Simulated and official data never meet in one lake (409).
    """
    language = problems.language_of(request.headers)
    if choice.market == "simulated":
        asked, _ = _last(house)
        again = asked is not None and asked["market"] == "simulated"
        wanted = simulation(house.platform, language, again=again)
    else:
        wanted = orders(house.platform, _CLOCK, choice.sources, choice.months, language)
    number = background.start(wanted, principal)
    with house.store.session() as session:
        settings.put(
            session, _KEY, {**choice.model_dump(), "number": number, "count": len(wanted)},
            f"{principal.kind}:{principal.id}", _CLOCK.now(),
        )  # fmt: skip
        return told(runs.one(session, number))


def _state(house: House, background: Background) -> str:
    if background.current is not None:
        return "running"
    names = tuple(name for name in house.platform.catalog.tables if name.startswith("gold."))
    return "ready" if any(version >= 0 for version in house.versions(names)) else "new"


def _last(house: House) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The last choice, and its runs so far."""
    with house.store.reading() as session:
        kept = settings.get(session, _KEY)
        if kept is None:
            return None, []
        found = runs.latest(session, _MOST, starter="person")
        later = [told(run) for run in reversed(found) if run.number >= kept["number"]]
    months = kept["months"] if kept["market"] == "official" else None
    return {"market": kept["market"], "sources": kept["sources"], "months": months}, later[
        : kept["count"]
    ]


def _shown(choice: Choice, answers: dict[str, bool], *, is_portuguese: bool) -> dict[str, Any]:
    source = choice.source
    return {
        "name": source.name,
        "publisher": source.publisher,
        "title": source.pt if is_portuguese else source.title,
        "licence": source.licence,
        "default_months": choice.default_months,
        "megabytes": choice.megabytes,
        "megabytes_a_month": choice.megabytes_a_month,
        "recommended": choice.is_recommended,
        "reachable": answers.get(source.publisher, False),
    }
