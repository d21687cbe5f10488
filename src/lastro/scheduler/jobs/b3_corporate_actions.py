"""B3's corporate actions: one call a company at a slow pace, hence once a session."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="b3_corporate_actions",
    title="Fetch the B3 corporate actions",
    pt="Busca os eventos corporativos da B3",
    source="b3_corporate_actions",
    at=(dt.time(20, 40),),
    on="b3_session",
    timeout=dt.timedelta(hours=3),
)
