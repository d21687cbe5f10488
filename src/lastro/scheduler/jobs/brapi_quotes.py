"""brapi's quotes, a fallback: once B3's own should be in."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="brapi_quotes",
    title="Fetch fallback quotes from brapi.dev",
    pt="Busca cotações alternativas na brapi.dev",
    source="brapi_quotes",
    at=(dt.time(23, 5),),
    on="b3_session",
)
