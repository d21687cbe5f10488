"""CVM's registry of funds: published again every morning."""

import datetime as dt

from lastro.scheduler.jobs import Job

JOB = Job(
    name="cvm_registry",
    title="Fetch the CVM registry of funds",
    pt="Busca o registro de fundos da CVM",
    source="cvm_registry",
    at=(dt.time(8, 25),),
)
