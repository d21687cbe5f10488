"""B3's daily quotes: about 20:30, on some days after 21:00 or later, hence twice."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="b3_cotahist",
    title="Fetch the B3 daily quotes (COTAHIST)",
    pt="Busca as cotações diárias da B3 (COTAHIST)",
    source="b3_cotahist",
    at=(dt.time(21), dt.time(22, 15)),
    on="b3_session",
    timeout=dt.timedelta(hours=3),
)
