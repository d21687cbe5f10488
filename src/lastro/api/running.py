"""What routes about runs share: the application's one background, and how a run is shown."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - FastAPI reads annotations at run time
import threading
from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, Field

from lastro.api.background import Background
from lastro.api.house import HouseDep  # noqa: TC001 - as above

_MAKING = threading.Lock()


def background_of(request: Request, house: HouseDep) -> Background:
    """The application's one background."""
    with _MAKING:
        found: Background | None = getattr(request.app.state, "background", None)
        if found is None:
            found = request.app.state.background = Background(house)
    return found


BackgroundDep = Annotated[Background, Depends(background_of)]


class RunView(BaseModel):
    """A run: what was asked, and how it ended."""

    number: int = Field(description="Counts up; a later run has a higher one.")
    starter: Literal["schedule", "person"] = Field(description="Its hour had come, or a person.")
    kind: str = Field(description="ingest, build, retry, due, simulate, or a scheduler's verb.")
    job: str | None = Field(description="The scheduler's name for it.")
    source: str | None = Field(description="The source it asks; null for none or all.")
    first: dt.date | None = Field(description="First day asked for.")
    last: dt.date | None = Field(description="Last day asked for.")
    asked_by: str | None = Field(description="Who asked; null for the scheduler.")
    started_at: dt.datetime
    ended_at: dt.datetime | None = Field(description="Null while it runs.")
    seconds: float | None = Field(description="How long it took.")
    status: Literal[
        "running", "ok", "nothing_new", "skipped", "held", "failed", "timed_out", "killed"
    ] = Field(description="held: another run was writing; killed: ended from outside.")
    error_class: str | None
    error: str | None = Field(description="What went wrong, or why nothing was done.")
    run_id: str | None = Field(description="Its id in the lake, as lineage has it.")
    rows: int | None = Field(description="Rows written to all tables.")


class Progress(BaseModel):
    """How far a run is."""

    number: int
    step: str = Field(description="The table that was last written.")
    rows: int = Field(description="Rows gone through, in all steps.")
    tables: dict[str, int] = Field(description="Rows by table.")
    files_planned: int | None = Field(description="Files it will ask for, where that is known.")
    files_asked: int
    files_landed: int
    files_failed: int
