"""EMR Serverless: command lines of ``lastro``, one an argument, in order, until one fails.

They run in this process, which is the Spark driver: an engine that wants Spark takes the session
that is there. See docs/how-to/aws.md.
"""  # noqa: INP001 - a folder of scripts is no package

import shlex
import sys

from lastro.cli.main import run


def main(lines: list[str]) -> int:
    """Run command lines, written without ``lastro``; the first exit code that is not 0."""
    return next((code for line in lines if (code := run(shlex.split(line)))), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
