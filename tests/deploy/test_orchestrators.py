"""Airflow and Dagster load our definitions: with the real libraries, each in its own environment.

Their pins and ours do not agree, so `uv run` makes each an environment that holds nothing of ours
but the source tree, as docs/how-to/schedule.md says: the shelf of jobs must do with that.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.deploy.tools import python_with

from lastro.core.registry import load
from lastro.scheduler import jobs
from lastro.scheduler.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Load = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.orchestrators

SHELF: dict[str, Job] = load(jobs, "JOB", Job)
STUB = """\
#!/bin/sh
echo "$@" >> "$(dirname "$0")/called"
[ "$1" = build ] || exit 0
echo the source is down >&2
exit 69
"""

AIRFLOW = """
import datetime as dt, json, sys
from types import SimpleNamespace
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
dags = {name: DagSerialization.to_dict(dag)["dag"] for name, dag in bag.dags.items()}
quotes, build = bag.dags["lastro_b3_cotahist"], bag.dags["lastro_build"]
day, work = quotes.get_task("day"), quotes.get_task("b3_cotahist")
def gate(when, kind="scheduled"):
    run = SimpleNamespace(run_after=dt.datetime.fromisoformat(when), run_type=kind)
    return day.python_callable(**day.op_kwargs, dag_run=run)
eve = "2026-12-25T00:00:00+00:00"
print(json.dumps({
    "dags": sorted(dags),
    "crons": [timetable.summary for timetable in quotes.timetable._timetables],
    "zones": [str(timetable._timezone) for timetable in quotes.timetable._timetables],
    "upstream": sorted(work.upstream_task_ids),
    "pool": work.pool,
    "command": work.bash_command,
    "gate": [gate(eve), gate("2026-12-23T21:00:00-03:00"), gate(eve, "manual")],
    "build": [build.task_ids, str(build.timetable.asset_condition)],
    "outlets": [str(outlet.name) for outlet in work.outlets],
}))
"""

DAGSTER = """
import datetime as dt, importlib.util, json, sys
import dagster as dg
file = sys.argv[1] + "/lastro_definitions.py"
spec = importlib.util.spec_from_file_location("lastro_definitions", file)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
found = module.defs.get_repository_def()
schedule = found.get_schedule_def("lastro_b3_cotahist_schedule")
def gate(when):
    context = dg.build_schedule_context(scheduled_execution_time=dt.datetime.fromisoformat(when))
    return bool(schedule.evaluate_tick(context).run_requests)
def works(name):
    (op,) = (node.definition for node in found.get_job(name).nodes)
    try:
        op(dg.build_op_context())
    except dg.Failure as failure:
        return failure.description
    return "done"
print(json.dumps({
    "jobs": sorted(job.name for job in found.get_all_jobs()),
    "schedules": {s.job_name: list(s.cron_schedule) for s in found.schedule_defs},
    "zone": schedule.execution_timezone,
    "gate": [gate("2026-12-25T00:00:00+00:00"), gate("2026-12-23T21:00:00-03:00")],
    "sensors": [sensor.name for sensor in found.sensor_defs],
    "works": [works("lastro_dead_letters"), works("lastro_build")],
}))
"""


@pytest.fixture
def called(tmp_path: Path) -> Path:
    """A ``lastro`` that notes how it was called; its ``build`` fails."""
    stub = tmp_path / "lastro"
    stub.write_text(STUB)
    stub.chmod(0o755)
    return tmp_path / "called"


@pytest.fixture
def loaded(repository: Path, tmp_path: Path, called: Path) -> Load:
    """Loads a folder of definitions beside a library; what a program prints of them."""

    def _load(folder: str, library: str, program: str) -> dict[str, Any]:
        run = python_with(repository, library, "python-dateutil")
        theirs = ("LASTRO_", "AIRFLOW", "DAGSTER", "VIRTUAL_ENV")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(theirs)}
        environment |= {
            "PYTHONPATH": str(repository / "src"),
            "LASTRO_COMMAND": str(called.parent / "lastro"),
            "AIRFLOW_HOME": str(tmp_path / "home"),
        }
        done = subprocess.run(
            [*run, "-c", program, str(repository / "deploy" / folder)],
            capture_output=True, text=True, check=False, cwd=tmp_path, env=environment,
            timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    return _load


def test_airflow_has_a_dag_a_job(loaded: Load, called: Path) -> None:
    found = loaded("airflow", "apache-airflow>=3.1,<4", AIRFLOW)
    assert found["dags"] == sorted(f"lastro_{name}" for name in SHELF)
    assert found["crons"] == SHELF["b3_cotahist"].crons
    assert set(found["zones"]) == {"America/Sao_Paulo"}
    assert found["upstream"] == ["day"]
    assert found["pool"] == "lastro"
    assert found["command"] == f"{called.parent}/lastro ingest b3_cotahist --json"
    assert found["gate"] == [False, True, True]  # Christmas Eve, the day before, by hand
    assert found["build"][0] == ["build"]
    assert "lastro_news" in found["build"][1]
    assert found["outlets"] == ["lastro_news"]


def test_dagster_has_a_job_and_a_schedule_a_job(loaded: Load, called: Path) -> None:
    found = loaded("dagster", "dagster>=1.13,<2", DAGSTER)
    assert {name for name in found["jobs"] if name.startswith("lastro_")} == {
        f"lastro_{name}" for name in SHELF
    }
    assert found["schedules"] == {f"lastro_{name}": job.crons for name, job in SHELF.items()}
    assert found["zone"] == "America/Sao_Paulo"
    assert found["gate"] == [False, True]
    assert found["sensors"] == ["lastro_build_after_news"]
    assert found["works"] == ["done", "Exit code 69: the source is down"]
    assert called.read_text().splitlines()[0] == "dead-letters retry --json"
