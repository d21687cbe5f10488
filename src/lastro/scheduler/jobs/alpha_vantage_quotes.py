"""Alpha Vantage's quotes, a fallback: once B3's own should be in."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="alpha_vantage_quotes",
    title="Fetch fallback quotes from Alpha Vantage",
    pt="Busca cotações alternativas na Alpha Vantage",
    source="alpha_vantage_quotes",
    at=(dt.time(23, 10),),
    on="b3_session",
)
