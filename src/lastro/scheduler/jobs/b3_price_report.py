"""B3's price report: editions to 20:00, the last one counts; a second look for a late one."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="b3_price_report",
    title="Fetch the B3 price report",
    pt="Busca o boletim de preços da B3",
    source="b3_price_report",
    at=(dt.time(20, 10), dt.time(21, 30)),
    on="b3_session",
)
