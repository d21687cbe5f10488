"""The central bank's PTAX: the closing bulletin comes at about 13:00."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="bcb_fx",
    title="Fetch the exchange rates of the Banco Central (PTAX)",
    pt="Busca as taxas de câmbio do Banco Central (PTAX)",
    source="bcb_fx",
    at=(dt.time(13, 30), dt.time(18)),
)
