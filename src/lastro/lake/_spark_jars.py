"""Jars that Spark needs besides its own: Delta Lake's, and for a lake in a bucket Hadoop's of S3.

They come from Maven once, through the Ivy that is part of Spark, and are kept in a folder; from
then on no network is needed. What Spark itself has is left out, and of the AWS SDK only the parts
that are used come, not the bundle of all services (640 MB).
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lastro.core.errors import ConfigError, MissingExtraError

if TYPE_CHECKING:
    from lastro.lake.engine import SparkSettings
    from lastro.lake.storage import LakeSettings

_SCALA = "2.13"
_CENTRAL = "Maven Central"  # where Ivy asks if it is told nothing else
_SPARK_HAS = (  # what Spark itself brings: Delta's own demand for other versions is left out
    "com.fasterxml.jackson.core", "com.fasterxml.jackson.datatype", "com.github.luben",
    "com.google.code.findbugs", "commons-logging", "commons-pool", "io.airlift",
    "javax.annotation", "org.apache.hadoop", "org.apache.logging.log4j", "org.apache.parquet",
    "org.locationtech.jts", "org.roaringbitmap", "org.scala-lang", "org.slf4j", "org.xerial.snappy",
)  # fmt: skip
_LAUNCHERS = {"DATABRICKS_RUNTIME_VERSION": "Databricks", "PYSPARK_GATEWAY_PORT": "spark-submit"}
_AWS = "software.amazon.awssdk"
_SDK = "2.35.4"  # that this Hadoop was built with
_PARTS = ("s3", "s3-transfer-manager", "sts", "apache-client", "netty-nio-client")  # not the bundle
_SPARK_HAS_IN_S3 = tuple(group for group in _SPARK_HAS if group != "org.apache.hadoop")


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


def launcher() -> str:
    """Who started this process as Spark's driver, with master, jars and all; blank where nobody."""
    return next((name for variable, name in _LAUNCHERS.items() if variable in os.environ), "")


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


def wanted(lake: LakeSettings) -> list[Jars]:
    """The sets of jars that a session needs; those of S3 where the lake is there.

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
    spark = ".".join(pyspark_version().split(".")[:2])
    coordinate = f"io.delta:delta-spark_{spark}_{_SCALA}:{delta}"
    found = [Jars(f"delta-{delta}-spark-{spark}", (coordinate,), _SPARK_HAS)]
    if lake.url.startswith("s3://"):
        hadoop = _hadoop()
        asked = (f"org.apache.hadoop:hadoop-aws:{hadoop}", *(f"{_AWS}:{n}:{_SDK}" for n in _PARTS))
        found.append(Jars(f"s3a-{hadoop}-sdk-{_SDK}", asked, (*_SPARK_HAS_IN_S3, f"{_AWS}:bundle")))
    return found


def pyspark_version() -> str:
    """Version of PySpark.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import pyspark  # noqa: PLC0415 - an extra; Databricks has it without its package
    except ImportError:
        raise MissingExtraError(
            "The lake's engine is Spark, and PySpark is not installed.",
            hint="Install it: pip install 'lastro[spark]'",
        ) from None
    return str(pyspark.__version__)


def _hadoop() -> str:
    """Version of Hadoop that Spark brings."""
    jar = next(_spark_home().glob("hadoop-client-api-*.jar"))
    return jar.stem.removeprefix("hadoop-client-api-")


def _spark_home() -> Path:
    """Folder of Spark's own jars."""
    import pyspark  # noqa: PLC0415

    return Path(pyspark.__file__).parent / "jars"


def state(settings: SparkSettings, lake: LakeSettings) -> dict[str, str]:
    """What a session would stand on, without starting one: for people.

    Raises:
        MissingExtraError: PySpark or delta-spark is not installed.
        ConfigError: Java is missing.
    """
    if launcher():
        return dict.fromkeys(("master", "java", "jars"), launcher())
    found = {"master": settings.master}
    if settings.master.startswith("sc://"):
        return found | dict.fromkeys(("java", "jars"), settings.master)
    home = Path(settings.jars).expanduser()
    jars = {jars.name: (home / jars.name).is_dir() for jars in wanted(lake)}
    kept = ", ".join(name for name, there in jars.items() if there)
    absent = ", ".join(name for name, there in jars.items() if not there)
    told = [
        f"{kept} in {home}" if kept else "",
        f"{absent} from {settings.maven or _CENTRAL}" if absent else "",
    ]
    return found | {"java": java(), "jars": "; ".join(filter(None, told))}


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
    (work / "ivy.xml").write_text(_ivy(jars))
    (work / "settings.xml").write_text(
        _IVY_SETTINGS.format(root=f'root="{maven}"' if maven else "")
    )
    ivy = next(_spark_home().glob("ivy-*.jar"))
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
            maven=maven or _CENTRAL,
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
<ibiblio name="maven" m2compatible="true" {root}/></resolvers></ivysettings>"""
