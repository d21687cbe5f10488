"""routes/audit: who did what, and proof that nobody has changed the record of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from lastro.api.guard import needs
from lastro.api.house import HouseDep
from lastro.api.visiting import privately
from lastro.store.audit import Entry

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[privately()])


class AuditRow(BaseModel):
    """One thing that happened."""

    number: int
    at: dt.datetime
    actor_kind: str = Field(description="`user`, `key`, `app`; blank: the operator, or nobody.")
    actor: str = Field(description="Id of who did it.")
    action: str
    target: str
    outcome: str = Field(description="`done` or `refused`.")
    network: str = Field(description="Internet address without its last part.")
    detail: dict[str, Any]
    hash: str


class AuditPage(BaseModel):
    """Rows, the newest first, and the number to ask for the next page with."""

    rows: list[AuditRow]
    before: int | None = Field(description="Give it as `before` for older rows; null: no more.")


class AuditFault(BaseModel):
    """What is wrong with a row."""

    number: int
    fault: Literal["changed", "missing", "reordered", "unbound", "head"]


class AuditVerdict(BaseModel):
    """What a look at the whole chain found."""

    whole: bool
    rows: int
    head: str = Field(description="Hash of the newest row.")
    faults: list[AuditFault]


@router.get("", dependencies=[needs("audit:read")])
def audit_log(
    house: HouseDep,
    before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    actor: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=64, description="`users.` asks for all of them.")] = "",
    outcome: Literal["", "done", "refused"] = "",
    first: AwareDatetime | None = None,
    last: AwareDatetime | None = None,
) -> AuditPage:
    """The audit log, filtered."""
    found = house.platform.identity.record.page(
        before=before, limit=limit, actor=actor, action=action, outcome=outcome,
        first=first, last=last,
    )  # fmt: skip
    more = found[-1].number if len(found) == limit and found[-1].number > 1 else None
    return AuditPage(rows=[_row(entry) for entry in found], before=more)


@router.post("/verify", dependencies=[needs("audit:read")])
def verify_audit_log(house: HouseDep) -> AuditVerdict:
    """Walk the whole chain of hashes and say what was changed, lost or reordered."""
    found = house.platform.identity.record.verify()
    faults = [
        AuditFault.model_validate({"number": n, "fault": what}) for n, what in found.faults[:100]
    ]
    return AuditVerdict(whole=not found.faults, rows=found.rows, head=found.head, faults=faults)


def _row(entry: Entry) -> AuditRow:
    return AuditRow(
        number=entry.number, at=entry.at, actor_kind=entry.actor_kind, actor=entry.actor,
        action=entry.action, target=entry.target, outcome=entry.outcome, network=entry.address,
        detail=json.loads(entry.detail), hash=entry.hash,
    )  # fmt: skip
