"""Spark's session: the one that is there, or one made from the settings, with Delta Lake's jars."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from lastro.core.errors import ConfigError, MissingExtraError, TemporaryError
from lastro.lake._spark_jars import fetch, java, launcher, pyspark_version, wanted

if TYPE_CHECKING:
    from lastro.lake.engine import SparkSettings
    from lastro.lake.storage import LakeSettings

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


def session(settings: SparkSettings, lake: LakeSettings) -> Any:
    """The session that is there, or a new one.

    Raises:
        MissingExtraError: PySpark is not installed.
        ConfigError: Java or a jar is missing, or Spark does not start.
        TemporaryError: The Spark Connect server does not answer.
    """
    pyspark_version()
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    found = SparkSession.getActiveSession()
    if found is None and launcher():
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
            if name.startswith("spark.sql."):  # all else is the server's
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
        fetched = [str(jar) for found in wanted(lake) for jar in fetch(found, settings)]
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
    endpoint, token = lake.s3_endpoint, lake.s3_session_token.get_secret_value()
    provider = ""
    if lake.s3_access_key_id:
        kind = "Temporary" if token else "Simple"
        provider = f"org.apache.hadoop.fs.s3a.{kind}AWSCredentialsProvider"
    conf = {
        "endpoint": endpoint,
        "endpoint.region": lake.s3_region,
        "path.style.access": "" if lake.s3_virtual_hosted else "true",
        "connection.ssl.enabled": "false" if endpoint.startswith("http://") else "",
        "aws.credentials.provider": provider,
        "access.key": lake.s3_access_key_id,
        "secret.key": lake.s3_secret_access_key.get_secret_value(),
        "session.token": token,
        "encryption.algorithm": "SSE-KMS" if lake.s3_kms_key else "",
        "encryption.key": lake.s3_kms_key,
        "attempts.maximum": str(lake.s3_retries),
        "connection.timeout": f"{lake.s3_timeout:.0f}s",
        "connection.establish.timeout": f"{lake.s3_connect_timeout:.0f}s",
    }
    return {f"spark.hadoop.fs.s3a.{name}": value for name, value in conf.items() if value}
