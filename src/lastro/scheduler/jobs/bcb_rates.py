"""The central bank's rate series: what came in overnight, and the day's own at night."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="bcb_rates",
    title="Fetch the rates of the Banco Central",
    pt="Busca as taxas do Banco Central",
    source="bcb_rates",
    at=(dt.time(9), dt.time(20, 30)),
)
