"""The stack of deploy/aws as far as moto plays it, and what stands around it.

Events, settings, command lines and policies are taken from the stack. moto plays S3, IAM, STS and
Glue over HTTP and holds every request to the policies of its maker; the simulated market plays CVM.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

import pytest
from tests.deploy.stack import ACCOUNT, REGION, resolve

from lastro.core.clock import add_months
from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.deploy.conftest import Aws

Handler = Callable[[dict[str, str], object], dict[str, Any]]
LAKE, LANDING, DATABASE = "lastro-lake", "lastro-landing", "lastro"
KNOWN = {
    "LakeBucket": LAKE, "LakeBucket.Arn": f"arn:aws:s3:::{LAKE}",
    "LandingBucket": LANDING, "LandingBucket.Arn": f"arn:aws:s3:::{LANDING}",
    "Key.Arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/one", "Database": DATABASE,
    "IngestLog.Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:ingest",
    "BuildLog.Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:build",
    "ApplicationId": "00f1", "BuildRoleArn": f"arn:aws:iam::{ACCOUNT}:role/build",
    "KeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/one",
    "Engine": "polars", "Lake": LAKE, "Athena": DATABASE,
    "RedshiftSecret": "redshift", "RedshiftRole.Arn": f"arn:aws:iam::{ACCOUNT}:role/RedshiftRole",
    "WithRedshift": True, "OnSpark": False, "WithLoad": False,
}  # fmt: skip
SESSION_DAY = "2026-11-19T11:20:00Z"
HOLIDAY = "2026-11-20T11:20:00Z"


@dataclass
class Cloud:
    """The stack as far as moto plays it, and what stands around it.

    Attributes:
        aws: The server.
        stack: The stack's resources.
        repository: Where its code is.
        roles: Credentials of each role, as variables of the environment.
        world: Settings that point at moto and at the simulated CVM.
    """

    aws: Aws
    stack: dict[str, Any]
    repository: Path
    roles: dict[str, dict[str, str]] = field(default_factory=dict)
    world: dict[str, str] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def event(self, schedule: str, at: str) -> dict[str, str]:
        """What a schedule sends at an instant."""
        said = resolve(self.stack[schedule]["Properties"]["Target"]["Input"], {})
        sent: dict[str, str] = json.loads(said.replace("<aws.scheduler.scheduled-time>", at))
        return sent

    def ingest(self, **event: str) -> dict[str, Any]:
        """Call the handler as Lambda does: with the function's variables and its role's keys."""
        settings = resolve(self.stack["Ingest"]["Properties"]["Environment"]["Variables"], KNOWN)
        handler = handler_of(self.repository / "deploy" / "aws" / "ingest.py")
        with pytest.MonkeyPatch.context() as process:
            for name in set(os.environ) - set(_plain()):
                process.delenv(name)
            for name, value in {**settings, **self.roles["IngestRole"], **self.world}.items():
                process.setenv(name, value)
            return handler(event, None)

    def build(self, schedule: str, *lines: str) -> subprocess.CompletedProcess[str]:
        """Run the command lines of a schedule (or others) as EMR's driver does."""
        application = self.stack["Build"]["Properties"]["RuntimeConfiguration"][0]["Properties"]
        prefix = "spark.emr-serverless.driverEnv."
        settings = {
            name.removeprefix(prefix): value
            for name, value in resolve(application, KNOWN).items()
            if name.startswith(f"{prefix}LASTRO_")
        }
        sent = json.loads(resolve(self.stack[schedule]["Properties"]["Target"]["Input"], KNOWN))
        order = sent["JobDriver"]["SparkSubmit"]
        script = self.repository / "deploy" / "aws" / order["EntryPoint"].rpartition("/")[2]
        environment = {**_plain(), **settings, **self.roles["BuildRole"], **self.world}
        return subprocess.run(
            [sys.executable, str(script), *(lines or order["EntryPointArguments"])],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def client(self, service: str, role: str) -> Any:
        """A client with a role's rights."""
        if (service, role) not in self._clients:
            keys = {name.lower(): key for name, key in self.roles[role].items()}
            self._clients[service, role] = self.aws.client(service, **keys)
        return self._clients[service, role]

    def keys(self, bucket: str) -> set[str]:
        """Keys of every object of a bucket."""
        pages = self.client("s3", "BuildRole").get_paginator("list_objects_v2")
        return {found["Key"] for page in pages.paginate(Bucket=bucket)
                for found in page.get("Contents", ())}  # fmt: skip


def _play(cloud: Cloud) -> None:
    """Make buckets, the database and the roles as the stack has them; then ask for rights."""
    aws = cloud.aws
    for bucket in (LAKE, LANDING):
        where = {"LocationConstraint": REGION}
        aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    aws.client("glue").create_database(DatabaseInput={"Name": DATABASE})
    policies = {name: cloud.stack[name]["Properties"]["Policies"] for name in
                ("IngestRole", "BuildRole", "RedshiftRole")}  # fmt: skip
    readers = cloud.stack["Readers"]["Properties"]["PolicyDocument"]
    policies["Readers"] = [{"PolicyName": "read", "PolicyDocument": readers}]
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    for role, documents in policies.items():
        made = aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        for policy in resolve(documents, KNOWN):
            aws.client("iam").put_role_policy(
                RoleName=role, PolicyName=policy["PolicyName"],
                PolicyDocument=json.dumps(_as_moto_reads(policy["PolicyDocument"])),
            )  # fmt: skip
        given = aws.client("sts").assume_role(
            RoleArn=made["Role"]["Arn"], RoleSessionName="lastro"
        )["Credentials"]  # fmt: skip
        cloud.roles[role] = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
    aws.asks_for_rights(0)


def _as_moto_reads(document: dict[str, Any]) -> dict[str, Any]:
    """A policy; moto holds S3 alone to resources, and a delete of several keys to its bucket."""
    statements = []
    for statement in document["Statement"]:
        resources = _listed(statement["Resource"])
        if not all(action.startswith("s3:") for action in _listed(statement["Action"])):
            resources = ["*"]
        elif "s3:DeleteObject" in _listed(statement["Action"]):
            resources = [*resources, *{resource.partition("/")[0] for resource in resources}]
        statements.append({**statement, "Resource": resources})
    return {**document, "Statement": statements}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@contextmanager
def played(aws: Aws, stack: dict[str, Any], repository: Path) -> Iterator[Cloud]:
    """A lake that one morning's event and one build have made."""
    found = Cloud(aws, stack, repository)
    _play(found)
    first = add_months(dt.datetime.now(dt.UTC).date().replace(day=1), -2)
    with SimulatorServer(SimulatedMarket(3, 50, first, 2, dirt=0.02)) as cvm:
        found.world = {
            "LASTRO_LAKE__S3_ENDPOINT": aws.url,
            "LASTRO_GLUE__ENDPOINT": aws.url,
            "LASTRO_CVM__URL": f"{cvm.url}/dados",
            "LASTRO_HTTP__INTERVAL": "0",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        told = found.ingest(**found.event("AtCvmFunds0820", SESSION_DAY))
        assert (told["job"], told["ran"]) == ("cvm_funds", True)
        done = found.build("AtBuild0940")
        assert done.returncode == 0, done.stderr
        yield found
    aws.asks_for_rights(float("inf"))


def handler_of(file: Path) -> Handler:
    """The function's handler."""
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Handler = module.handler
    return found


def _plain() -> dict[str, str]:
    """This process's environment without anybody's keys or settings."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LASTRO_"))}
