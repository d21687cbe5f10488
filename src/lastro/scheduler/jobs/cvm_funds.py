"""CVM's daily fund reports: published about 08:00, with what came in the day before (CVM)."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="cvm_funds",
    title="Fetch the CVM daily fund reports",
    pt="Busca os informes diários de fundos da CVM",
    source="cvm_funds",
    at=(dt.time(8, 20), dt.time(12)),
    timeout=dt.timedelta(hours=3),
)
