"""The stack of deploy/aws as text: what CloudFormation would refuse, and what must hold in it."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shlex
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]
from tests.deploy.conftest import TEMPLATES
from tests.deploy.stack import REGION, resolve, resources
from tests.deploy.tools import python_with
from typer.main import get_command

from lastro.cli.main import build
from lastro.core.registry import load
from lastro.scheduler import jobs
from lastro.scheduler.jobs import Job
from lastro.wiring import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHELF: dict[str, Job] = load(jobs, "JOB", Job)
CRON = re.compile(r"cron\((\d+) (\d+) (\?|\*) \* (\S+) \*\)")
DAYS = {"MON-FRI": "1-5", "SUN": "0", "?": "*"}
LATEST = dt.timedelta(hours=3)  # of a build after what it builds from
TRANSLATE = """
import json, sys
from types import SimpleNamespace
from samtranslator.translator.transform import transform
known = SimpleNamespace(load=dict)  # managed policies of AWS, of which the stack uses none
made = transform(json.load(sys.stdin), {}, known)["Resources"]
print(json.dumps({name: resource["Type"] for name, resource in made.items()}))
"""
LONGEST_INGEST = dt.timedelta(minutes=15)  # Lambda's own limit
SAID = {
    "ApplicationId": "a", "BuildRoleArn": "r", "FunctionArn": "f", "WithFallback": False,
    "WithLoad": True, "Load": "export redshift gold.fund_flows_monthly --json",
}  # fmt: skip


def _schedules(stack: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of each job, and its schedule; those that run on EMR have no job but a command line."""
    for resource in stack.values():
        if resource["Type"] == "AWS::Scheduler::Schedule":
            made = resource["Properties"]
            target = made["Target"]
            sent = json.loads(resolve(target["Input"], SAID))
            verb = tuple(shlex.split(sent.get("Name", "")))
            named = [job.name for job in SHELF.values() if job.verb == verb]
            yield sent.get("job") or named[0], {**made, "sent": sent}


def _cron(schedule: dict[str, Any]) -> str:
    """When a schedule is due, as the shelf of jobs says it."""
    found = CRON.fullmatch(resolve(schedule["ScheduleExpression"], {}))
    assert found, schedule["ScheduleExpression"]
    return f"{found[1]} {found[2]} * * {DAYS[found[4]]}"


def _hour(schedule: dict[str, Any]) -> dt.timedelta:
    minute, hour, *_ = _cron(schedule).split()
    return dt.timedelta(hours=int(hour), minutes=int(minute))


def _statements(stack: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in stack.items():
        documents = [p["PolicyDocument"] for p in resource["Properties"].get("Policies", ())]
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            documents.append(resource["Properties"]["PolicyDocument"])
        for document in documents:
            for statement in document["Statement"]:
                yield name, statement.get("Fn::If", [None, statement])[1]


@pytest.mark.parametrize("name", TEMPLATES)
def test_cfn_lint_finds_nothing(repository: Path, name: str) -> None:
    assert lint_file(repository / "deploy" / "aws" / f"{name}.yaml") == []


@pytest.mark.orchestrators
def test_aws_own_translator_takes_the_template(repository: Path, tmp_path: Path) -> None:
    found = resources(repository / "deploy" / "aws" / "template.yaml")
    found["Ingest"]["Properties"]["ImageUri"] = "image"  # `sam build` does as much
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": found}
    done = subprocess.run(
        [*python_with(repository, "aws-sam-translator>=1.115"), "-c", TRANSLATE],
        input=json.dumps(template, default=dict), capture_output=True, text=True, check=False,
        cwd=tmp_path, env={**os.environ, "AWS_DEFAULT_REGION": REGION},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["Ingest"] == "AWS::Lambda::Function"
    assert made["IngestEventInvokeConfig"] == "AWS::Lambda::EventInvokeConfig"
    assert {made[part] for part in ("Schedules", "Alarms", "Reading")} == {
        "AWS::CloudFormation::Stack"
    }


def test_every_job_runs_at_its_hours(stack: dict[str, Any]) -> None:
    found: dict[str, set[str]] = {}
    for name, schedule in _schedules(stack):
        assert schedule["ScheduleExpressionTimezone"] == "America/Sao_Paulo"
        found.setdefault(name, set()).add(_cron(schedule))
    assert found.keys() == SHELF.keys()
    for name, crons in found.items():
        if SHELF[name].after_news:
            assert crons > set(SHELF[name].crons)
        else:
            assert crons == set(SHELF[name].crons), name


def test_what_was_ingested_is_built_soon_and_not_meanwhile(stack: dict[str, Any]) -> None:
    every = list(_schedules(stack))
    builds = [_hour(schedule) for name, schedule in every if name == "build"]
    for name, schedule in every:
        if SHELF[name].source:
            begins = _hour(schedule)
            later = [built - begins for built in builds if built > begins]
            assert LONGEST_INGEST < min(later) <= LATEST, (name, begins)


def test_only_what_needs_keys_sleeps_by_default(stack: dict[str, Any]) -> None:
    asleep = {
        name
        for name, schedule in _schedules(stack)
        if resolve(schedule.get("State", "ENABLED"), SAID) == "DISABLED"
    }
    assert asleep == {"alpha_vantage_quotes", "brapi_quotes", "yahoo_quotes"}


def test_a_build_is_followed_by_the_catalog_and_the_load(stack: dict[str, Any]) -> None:
    verbs = get_command(build()).commands  # type: ignore[attr-defined]
    for name, schedule in _schedules(stack):
        if SHELF[name].source:
            assert schedule["sent"].keys() == {"job", "scheduled"}
            continue
        lines = schedule["sent"]["JobDriver"]["SparkSubmit"]["EntryPointArguments"]
        words = [shlex.split(line) for line in lines]
        assert words[0] == [*SHELF[name].words, "--json"]
        assert [line[0] for line in words[1:]] == ["glue", "export"]
        assert {line[0] for line in words} <= set(verbs)
        assert schedule["sent"]["ClientToken"] == "<aws.scheduler.execution-id>"


def test_every_variable_is_a_setting(stack: dict[str, Any]) -> None:
    known = {
        f"LASTRO_{section}__{name}".upper()
        for section, kind in SECTIONS.items()
        for name in kind.model_fields
    }
    given = set(stack["Ingest"]["Properties"]["Environment"]["Variables"])
    given |= {
        name.rpartition(".")[2]
        for name in stack["Build"]["Properties"]["RuntimeConfiguration"][0]["Properties"]
    }
    assert {name for name in given if name.startswith("LASTRO_")} <= known


def test_buckets_are_encrypted_versioned_closed_and_kept(stack: dict[str, Any]) -> None:
    for name in ("LandingBucket", "LakeBucket"):
        made = stack[name]["Properties"]
        (rule,) = made["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        assert made["VersioningConfiguration"] == {"Status": "Enabled"}
        assert set(made["PublicAccessBlockConfiguration"].values()) == {True}
        assert stack[name]["DeletionPolicy"] == "Retain"
        (statement,) = stack[f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_what_tables_read_never_leaves_for_a_class_that_must_be_restored(
    stack: dict[str, Any],
) -> None:
    rules = {
        rule["Prefix"]: rule
        for rule in stack["LakeBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        if "Prefix" in rule
    }
    assert rules["landing/"]["Transitions"] == [
        {"StorageClass": "GLACIER_IR", "TransitionInDays": 90}
    ]
    assert "ExpirationInDays" not in rules["landing/"]
    assert rules["lake/"].keys().isdisjoint({"Transitions", "ExpirationInDays"})
    (cold,) = rules["lake/"]["NoncurrentVersionTransitions"]
    assert cold == {"StorageClass": "GLACIER", "TransitionInDays": 90}


def test_no_role_may_do_everything_or_to_everything(stack: dict[str, Any]) -> None:
    for name, statement in _statements(stack):
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action, (name, action)
        assert statement["Resource"] != "*", name


def test_every_failure_reaches_the_topic(stack: dict[str, Any]) -> None:
    topic = {"Ref": "Topic"}
    alarms = [r["Properties"] for r in stack.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert {alarm["MetricName"] for alarm in alarms} == {
        "Errors", "Invocations", "ApproximateNumberOfMessagesVisible",
    }  # fmt: skip
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms)
    (target,) = stack["BuildFails"]["Properties"]["Targets"]
    assert target["Arn"] == topic
    states = stack["BuildFails"]["Properties"]["EventPattern"]["detail"]["state"]
    assert "FAILED" in states
    for _, schedule in _schedules(stack):
        assert schedule["Target"]["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["Unsent", "Arn"]}


@pytest.mark.parametrize("name", ["ingest", "build"])
def test_images_copy_files_that_are_there(repository: Path, name: str) -> None:
    text = (repository / "deploy" / "aws" / f"{name}.Dockerfile").read_text()
    copied = re.findall(r"(?m)^COPY (.+) \S+$", text)
    assert copied
    for path in " ".join(copied).split():
        assert (repository / path).exists(), path


def test_the_script_is_where_the_image_has_it(repository: Path, stack: dict[str, Any]) -> None:
    text = (repository / "deploy" / "aws" / "build.Dockerfile").read_text()
    entries = {
        schedule["sent"]["JobDriver"]["SparkSubmit"]["EntryPoint"]
        for name, schedule in _schedules(stack)
        if not SHELF[name].source
    }
    assert entries == {"local:///opt/lastro/verbs.py"}
    assert "COPY deploy/aws/verbs.py /opt/lastro/verbs.py" in text
