"""B3's index portfolios of the day; no hour is published, so after the session."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="b3_index_portfolio",
    title="Fetch the B3 index portfolios",
    pt="Busca as carteiras dos índices da B3",
    source="b3_index_portfolio",
    at=(dt.time(19, 30),),
    on="b3_session",
)
