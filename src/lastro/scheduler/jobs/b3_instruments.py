"""B3's instruments: kept by B3 for few days, so every session."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="b3_instruments",
    title="Fetch the B3 instruments",
    pt="Busca os instrumentos da B3",
    source="b3_instruments",
    at=(dt.time(20, 20),),
    on="b3_session",
)
