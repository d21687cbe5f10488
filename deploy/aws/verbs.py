"""EMR Serverless: command lines of ``lastro``, one an argument, in order, until one fails.

They run in this process, which is Spark's driver. Where the engine is Spark, the session is made
here first, as spark-submit says: the engine takes the one that is there. See docs/how-to/aws.md.
"""  # noqa: INP001 - a folder of scripts is no package

import os
import shlex
import sys

from lastro.cli.main import run


def main(lines: list[str]) -> int:
    """Run command lines, written without ``lastro``; the first exit code that is not 0."""
    if os.environ.get("LASTRO_LAKE__ENGINE") == "spark":
        from pyspark.sql import SparkSession  # noqa: PLC0415 - EMR's own

        SparkSession.builder.appName("lastro").getOrCreate()
    return next((code for line in lines if (code := run(shlex.split(line)))), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
