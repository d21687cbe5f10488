"""The central bank's survey of expectations: published on the week's first bank day."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="bcb_focus",
    title="Fetch the market expectations of the Banco Central (Focus)",
    pt="Busca as expectativas de mercado do Banco Central (Focus)",
    source="bcb_focus",
    at=(dt.time(9),),
    on="week_start",
)
