"""Tables: whenever a source brought something, and twice a day whatever happened."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="build",
    title="Build the tables whose inputs changed",
    pt="Constrói as tabelas cujas entradas mudaram",
    verb=("build",),
    at=(dt.time(6, 30), dt.time(23, 40)),
    on="daily",
    timeout=dt.timedelta(hours=3),
    after_news=True,
)
