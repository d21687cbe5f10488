"""B3's index levels: the day's is there after the session."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="b3_index_levels",
    title="Fetch the closing levels of the B3 indexes",
    pt="Busca os fechamentos dos índices da B3",
    source="b3_index_levels",
    at=(dt.time(19, 40),),
    on="b3_session",
)
