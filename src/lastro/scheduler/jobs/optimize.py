"""Fewer and better sorted files: on Sundays, when nobody publishes."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="optimize",
    title="Compact the files of the tables",
    pt="Compacta os arquivos das tabelas",
    verb=("optimize",),
    at=(dt.time(5),),
    on="sunday",
    timeout=dt.timedelta(hours=6),
    catch_up=False,
)
