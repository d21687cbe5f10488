"""Settings of the scheduler.

They stand here and not beside it because the root, which reads every section, is below the
scheduler and cannot import it.
"""

from __future__ import annotations

from pydantic import Field

from lastro.core.settings import Section


class SchedulerSettings(Section):
    """How `lastro schedule` works."""

    jobs: str = Field("", description="Jobs to run, separated by commas; blank runs them all.")
    jitter: float = Field(
        1.0, ge=0, description="Multiplies each job's own jitter; 0 starts on the minute."
    )
    timeout: float = Field(1.0, gt=0, description="Multiplies each job's own time limit.")
    grace: float = Field(
        60.0, ge=0, description="Seconds a running job gets to end when the scheduler is stopped."
    )
    kill_after: float = Field(
        10.0, ge=0, description="Seconds from asking a job to end to ending it."
    )
    state: str = Field(
        "",
        description="Folder of the operational store where the lake is in a bucket and "
        "LASTRO_STORE__URL is blank.",
    )
