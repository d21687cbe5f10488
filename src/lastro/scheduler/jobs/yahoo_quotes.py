"""Yahoo's quotes, a fallback: once B3's own should be in."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="yahoo_quotes",
    title="Fetch fallback quotes from Yahoo Finance",
    pt="Busca cotações alternativas no Yahoo Finance",
    source="yahoo_quotes",
    at=(dt.time(23),),
    on="b3_session",
)
