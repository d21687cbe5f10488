"""Spark's session: the one that is there, or one made from the settings, with Delta Lake's jars.

The jars come from Maven once, through the Ivy that is part of Spark, and are kept in a folder;
from then on no network is needed.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lastro.core.errors import ConfigError, MissingExtraError, TemporaryError

if TYPE_CHECKING:
    from lastro.lake.engine import SparkSettings
    from lastro.lake.storage import LakeSettings

_SCALA = "2.13"
_SPARK_HAS = (  # what Spark itself brings: Delta's own demand for other versions is left out
    "com.fasterxml.jackson.core", "com.fasterxml.jackson.datatype", "com.github.luben",
    "com.google.code.findbugs", "commons-logging", "commons-pool", "io.airlift",
    "javax.annotation", "org.apache.hadoop", "org.apache.logging.log4j", "org.apache.parquet",
    "org.locationtech.jts", "org.roaringbitmap", "org.scala-lang", "org.slf4j", "org.xerial.snappy",
)  # fmt: skip
_ALWAYS = {  # what builds and tests rely on, also in a session that was there
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
}
_OURS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    "spark.databricks.delta.snapshotPartitions": "2",  # a log of ours has few files
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


@dataclass(frozen=True)
class Jars:
    """Jars that a session needs.

    Attributes:
        name: What the set is called; another set of versions has another name.
        wanted: Maven coordinates.
        without: Groups, or group:module, that are left out of what those ask for.
    """

    name: str
    wanted: tuple[str, ...]
    without: tuple[str, ...]


def session(settings: SparkSettings, lake: LakeSettings) -> Any:
    """The session that is there, or a new one.

    Raises:
        MissingExtraError: PySpark is not installed.
        ConfigError: Java or a jar is missing, or Spark does not start.
        TemporaryError: The Spark Connect server does not answer.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError(
            "The lake's engine is Spark, and PySpark is not installed.",
            hint="Install it: pip install 'lastro[spark]'",
        ) from None
    found = SparkSession.getActiveSession()
    if found is None and "DATABRICKS_RUNTIME_VERSION" in os.environ:
        found = SparkSession.builder.getOrCreate()
    if found is None:
        found = _remote(settings) if settings.master.startswith("sc://") else _own(settings, lake)
    for name, value in _ALWAYS.items():
        found.conf.set(name, value)
    return found


def _remote(settings: SparkSettings) -> Any:
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    try:
        builder = SparkSession.builder.remote(settings.master)
        for name, value in settings.conf.items():
            builder = builder.config(name, value)
        return builder.getOrCreate()
    except ImportError as error:
        raise MissingExtraError(
            "Spark Connect needs parts that are not installed: {reason}.",
            hint="Install them: pip install 'lastro[spark]'",
            reason=str(error).splitlines()[0].rstrip("."),
        ) from error
    except PySparkException as error:
        raise TemporaryError(
            "The Spark Connect server at {master} does not answer.",
            hint="Check LASTRO_SPARK__MASTER, and that the server runs.",
            master=settings.master,
        ) from error


def _own(settings: SparkSettings, lake: LakeSettings) -> Any:
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # what the executors run
    conf = {**_OURS, **_near(settings.master), **s3a(lake), **settings.conf}
    if "spark.jars.packages" not in conf:
        fetched = [str(jar) for found in wanted() for jar in fetch(found, settings)]
        conf["spark.jars"] = ",".join(filter(None, [conf.get("spark.jars"), *fetched]))
    builder = SparkSession.builder.appName("lastro").master(settings.master)
    for name, value in conf.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise ConfigError(
            "Spark does not start with the master {master}.",
            hint="What it says itself stands above. Check LASTRO_SPARK__MASTER and "
            "LASTRO_SPARK__CONF; `java -version` must say 17 or newer.",
            master=settings.master,
        ) from error


def java() -> str:
    """Where Java is.

    Raises:
        ConfigError: Nowhere.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if found is None:
        raise ConfigError(
            "The lake's engine is Spark, and Java is not installed.",
            hint="Install Java 17 or newer (apt-get install default-jre-headless), or set "
            "JAVA_HOME to where it is.",
        )
    return found


def _near(master: str) -> dict[str, str]:
    """A master on this machine alone needs no address that others see."""
    if not master.startswith("local"):
        return {}
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
    }


def s3a(lake: LakeSettings) -> dict[str, str]:
    """How Spark reaches the lake's bucket, from the same settings as everything else."""
    if not lake.url.startswith("s3://"):
        return {}
    secret, endpoint = lake.s3_secret_access_key.get_secret_value(), lake.s3_endpoint
    conf = {
        "endpoint": endpoint,
        "endpoint.region": lake.s3_region,
        "access.key": lake.s3_access_key_id,
        "secret.key": secret,
        "path.style.access": "true" if endpoint else "",
        "connection.ssl.enabled": "false" if endpoint.startswith("http://") else "",
        "aws.credentials.provider": (
            "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider" if secret else ""
        ),
    }
    return {f"spark.hadoop.fs.s3a.{name}": value for name, value in conf.items() if value}


# jars


def wanted() -> list[Jars]:
    """The sets of jars that a session needs.

    Raises:
        MissingExtraError: The package that says which version of Delta Lake is not installed.
    """
    try:
        delta = importlib.metadata.version("delta-spark")
    except importlib.metadata.PackageNotFoundError:
        raise MissingExtraError(
            "The lake's engine is Spark, and delta-spark is not installed.",
            hint="Install it: pip install 'lastro[spark]'",
        ) from None
    spark = ".".join(importlib.metadata.version("pyspark").split(".")[:2])
    coordinate = f"io.delta:delta-spark_{spark}_{_SCALA}:{delta}"
    return [Jars(f"delta-{delta}-spark-{spark}", (coordinate,), _SPARK_HAS)]


def fetch(jars: Jars, settings: SparkSettings) -> list[Path]:
    """A set of jars: as it is kept, or from Maven.

    Raises:
        ConfigError: It is not kept, and Maven does not give it.
    """
    home = Path(settings.jars).expanduser()
    folder = home / jars.name
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=home) as work:
            _ask_maven(jars, settings.maven, Path(work))
            try:
                (Path(work) / "jars").rename(folder)
            except OSError:  # another process had them first
                if not folder.is_dir():
                    raise
    return sorted(folder.glob("*.jar"))


def _ask_maven(jars: Jars, maven: str, work: Path) -> None:
    """Run Ivy, as its own process: its words go into the error, not over the screen."""
    import pyspark  # noqa: PLC0415

    (work / "ivy.xml").write_text(_ivy(jars))
    (work / "settings.xml").write_text(_IVY_SETTINGS.format(maven=maven))
    ivy = next((Path(pyspark.__file__).parent / "jars").glob("ivy-*.jar"))
    done = subprocess.run(  # noqa: S603 - our own arguments
        [java(), "-cp", str(ivy), "org.apache.ivy.Main", "-settings", str(work / "settings.xml"),
         "-ivy", str(work / "ivy.xml"), "-cache", str(work / "cache"), "-confs", "default",
         "-retrieve", f"{work}/jars/[organisation]_[artifact]-[revision].[ext]"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or "UNRESOLVED" in done.stdout or not (work / "jars").is_dir():
        raise ConfigError(
            "The jars {wanted} cannot be had from {maven}.",
            hint="Check the network, or set LASTRO_SPARK__MAVEN to a mirror; or copy the folder "
            "{folder} from a machine that has it.",
            wanted=", ".join(jars.wanted),
            maven=maven,
            folder=work.parent / jars.name,
        )


def _ivy(jars: Jars) -> str:
    asked = "".join(
        f'<dependency org="{org}" name="{name}" rev="{revision}" conf="default->master,runtime"/>'
        for org, name, revision in (coordinate.split(":") for coordinate in jars.wanted)
    )
    left = "".join(
        f'<exclude org="{org}" module="{module or "*"}"/>'
        for org, _, module in (found.partition(":") for found in jars.without)
    )
    return (
        '<ivy-module version="2.0"><info organisation="lastro" module="jars"/>'
        f'<configurations><conf name="default"/></configurations>'
        f"<dependencies>{asked}{left}</dependencies></ivy-module>"
    )


_IVY_SETTINGS = """<ivysettings><settings defaultResolver="maven"/><resolvers>
<ibiblio name="maven" m2compatible="true" root="{maven}"/></resolvers></ivysettings>"""
