"""A Spark cluster on loopback: a master and workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.integration.conftest import _free_port, _running

from lastro.core.settings import changed
from lastro.wiring import Platform, platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.core.clock import Clock

_LIGHT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # a JVM that lives for a minute
SMALL = {
    "spark.driver.memory": "900m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "700m",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",  # of so few rows, compiling plans takes longest
    "spark.driver.extraJavaOptions": _LIGHT,
    "spark.executor.extraJavaOptions": _LIGHT,
    "spark.ui.enabled": "false",
}
_SMALLER = {  # of a hundred jobs: they are planned once, and their expressions not compiled
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@dataclass
class Cluster:
    """A standalone cluster.

    Attributes:
        port: Of its master.
        folder: Where its processes work.
        workers: Its workers.
    """

    port: int
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def master(self) -> str:
        """Address of its master."""
        return f"spark://127.0.0.1:{self.port}"

    def add_worker(self) -> None:
        """One more worker, of one core."""
        name = f"worker{len(self.workers)}"
        with (self.folder / f"{name}.log").open("wb") as log:
            self.workers.append(
                subprocess.Popen(
                    [*_java("deploy.worker.Worker"), "--cores", "1", "--memory", "1g", "--host",
                     "127.0.0.1", "--webui-port", "0", "-d", str(self.folder / name), self.master],
                    stdout=log, stderr=log, env=_environment(), start_new_session=True,
                )
            )  # fmt: skip

    def lose_workers(self) -> None:
        """Every worker and its executors end as when the power fails."""
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()


@contextmanager
def standalone(workers: int) -> Iterator[Cluster]:
    """A cluster of so many workers."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        cluster = Cluster(_free_port(), folder)
        command = [*_java("deploy.master.Master"), "--host", "127.0.0.1", "--port",
                   str(cluster.port), "--webui-port", "0"]  # fmt: skip
        stack.enter_context(patch.dict(os.environ, _environment()))  # no longer than the cluster
        stack.enter_context(_running(command, folder / "master.log", cluster.port, signal.SIGTERM))
        stack.callback(cluster.lose_workers)
        for _ in range(workers):
            cluster.add_worker()
        yield cluster


def on_spark(folder: Path, master: str, clock: Clock, kind: type[Platform] = Platform) -> Platform:
    """A lake whose engine is Spark."""
    given: dict[str, object] = {
        "LASTRO_LAKE__ENGINE": "spark",
        "LASTRO_SPARK__MASTER": master,
        "LASTRO_SPARK__CONF": SMALL | _SMALLER,
    }
    return kind(changed(platform(str(folder)).settings, given), clock)


def environment(master: str) -> dict[str, str]:
    """The same for a process of its own."""
    return {
        "LASTRO_LAKE__ENGINE": "spark",
        "LASTRO_SPARK__MASTER": master,
        "LASTRO_SPARK__CONF": json.dumps(SMALL),
    }


def home() -> Path:
    """Where Spark is: with its Python package, which not every set-up has."""
    import pyspark

    return Path(pyspark.__file__).parent


def _java(name: str) -> list[str]:
    return [str(home() / "bin" / "spark-class"), f"org.apache.spark.{name}"]


def _environment() -> dict[str, str]:
    ours = {"SPARK_HOME": str(home()), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": _LIGHT}  # fmt: skip
    return {**os.environ, **ours}
