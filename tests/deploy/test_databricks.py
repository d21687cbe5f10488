"""The asset bundle, as far as it can be checked without Databricks: its own package reads the jobs.

`databricks-bundles` is Databricks' own description of what a bundle may say, field by field. Its
licence is not ours, so `uv run` takes it into an environment of its own, and nothing of it stays.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml  # type: ignore[import-untyped]
from tests.deploy.tools import python_with
from typer.main import get_command

from lastro.cli.main import build
from lastro.core.registry import load
from lastro.scheduler import jobs
from lastro.scheduler.jobs import Job
from lastro.wiring import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path

SHELF: dict[str, Job] = load(jobs, "JOB", Job)
LATEST = dt.timedelta(hours=6)  # of a run after what it asks for is published
PROGRAM = """
import json, sys
from databricks.bundles.jobs import Job
from databricks.bundles.secret_scopes import SecretScope
asked = json.load(sys.stdin)
for job in asked["jobs"].values():
    Job.from_dict(job)
for scope in asked["secret_scopes"].values():
    SecretScope.from_dict(scope)
try:
    Job.from_dict({"name": "x", "no_such_field": 1})
except Exception as error:
    print(type(error).__name__, error)
"""


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(repository: Path) -> Path:
    return repository / "deploy" / "databricks"


@pytest.fixture(scope="module")
def bundle(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = _read(folder / "databricks.yml")
    return found


@pytest.fixture(scope="module")
def resources(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = _read(folder / "resources" / "jobs.yml")["resources"]
    return found


def _tasks(resources: dict[str, Any]) -> list[dict[str, Any]]:
    return [task for job in resources["jobs"].values() for task in job["tasks"]]


def _hours(cron: str) -> list[dt.timedelta]:
    second, minute, hours, _, _, days = cron.split()
    assert (second, days) in {("0", "MON-FRI"), ("0", "SUN")}
    return [dt.timedelta(hours=int(hour), minutes=int(minute)) for hour in hours.split(",")]


@pytest.mark.orchestrators
def test_databricks_own_package_knows_every_field(
    resources: dict[str, Any], repository: Path, tmp_path: Path
) -> None:
    run = python_with(repository, "databricks-bundles>=1.22,<2")
    done = subprocess.run(
        [*run, "-c", PROGRAM], input=json.dumps(resources), capture_output=True, text=True,
        check=False, cwd=tmp_path, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no_such_field" in done.stdout  # it does look


def test_the_bundle_names_what_is_there(bundle: dict[str, Any], folder: Path) -> None:
    assert bundle.keys() == {"bundle", "include", "variables", "artifacts", "targets"}
    assert bundle["include"] == ["resources/*.yml"]
    wheel = bundle["artifacts"]["lastro"]
    assert (wheel["type"], (folder / wheel["path"] / "pyproject.toml").is_file()) == ("whl", True)
    written, taken = wheel["build"].rpartition(" ")[2], wheel["files"][0]["source"]
    assert (folder / wheel["path"] / written).resolve() == (folder / taken).parent.resolve()
    assert [name for name, target in bundle["targets"].items() if target.get("default")] == ["dev"]


def test_every_variable_that_is_used_is_declared(bundle: dict[str, Any], folder: Path) -> None:
    text = "".join(path.read_text() for path in folder.rglob("*.yml"))
    used = set(re.findall(r"\$\{var\.(\w+)\}", text))
    assert used == set(bundle["variables"])


def test_tasks_call_verbs_of_lastro(resources: dict[str, Any], folder: Path) -> None:
    verbs = get_command(build()).commands  # type: ignore[attr-defined]
    for task in _tasks(resources):
        call = task["spark_python_task"]
        assert (folder / "resources" / call["python_file"]).resolve() == folder / "verb.py"
        assert call["parameters"][0] in verbs
        assert task["libraries"] == [{"whl": "../dist/*.whl"}]


def test_settings_of_the_cluster_are_settings_and_secrets_come_from_the_scope(
    resources: dict[str, Any],
) -> None:
    known = {
        f"LASTRO_{section}__{name}".upper(): field.annotation
        for section, kind in SECTIONS.items()
        for name, field in kind.model_fields.items()
    }
    for job in resources["jobs"].values():
        (cluster,) = job["job_clusters"]
        given = cluster["new_cluster"]["spark_env_vars"]
        assert set(given) <= set(known)
        for name, value in given.items():
            is_secret = "SecretStr" in str(known[name])
            assert value.startswith("{{secrets/${var.secret_scope}/") is is_secret, name


def test_runs_follow_publications_and_nothing_runs_beside_itself(
    resources: dict[str, Any],
) -> None:
    for job in resources["jobs"].values():
        assert job["schedule"]["timezone_id"] == "America/Sao_Paulo"
        assert job["max_concurrent_runs"] == 1
        assert job["email_notifications"]["on_failure"] == ["${var.email}"]
    runs = _hours(resources["jobs"]["due"]["schedule"]["quartz_cron_expression"])
    for job in SHELF.values():
        for at in job.at if job.source else ():
            published = dt.timedelta(hours=at.hour, minutes=at.minute)
            later = [run - published for run in runs if run >= published]
            morrow = min(runs) + dt.timedelta(days=1) - published
            assert min([*later, morrow]) <= (LATEST if later else dt.timedelta(hours=10)), job.name
    (optimize,) = SHELF["optimize"].at
    (tends,) = _hours(resources["jobs"]["tend"]["schedule"]["quartz_cron_expression"])
    assert tends == dt.timedelta(hours=optimize.hour, minutes=optimize.minute)


def test_a_task_fails_as_its_command_line_does_and_never_by_success(folder: Path) -> None:
    called = [sys.executable, str(folder / "verb.py")]
    good = subprocess.run([*called, "--version"], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout.split()[0]) == (0, "lastro")
    bad = subprocess.run([*called, "no-such-verb"], capture_output=True, text=True, check=False)
    assert bad.returncode == 2
    assert "no-such-verb" in bad.stderr
