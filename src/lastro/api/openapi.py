"""``python -m lastro.api.openapi`` writes the OpenAPI document to standard output.

The web app's client is generated from it.
"""

from __future__ import annotations

import sys

import orjson

from lastro.api.app import create


def main() -> None:
    """Write the document."""
    sys.stdout.buffer.write(orjson.dumps(create().openapi(), option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
