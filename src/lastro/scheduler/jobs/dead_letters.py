"""Files that could not be read, read again: a newer Lastro may know how."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="dead_letters",
    title="Read again what could not be read",
    pt="Lê de novo o que não pôde ser lido",
    verb=("dead-letters", "retry"),
    at=(dt.time(6),),
    on="daily",
)
