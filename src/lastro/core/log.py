"""Logs: one JSON object a line on standard error, each with the id of its run.

Quiet by default: a command's own output is what people read. ``LASTRO_LOG__LEVEL`` raises it.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from lastro.core.settings import Section

if TYPE_CHECKING:
    import datetime as dt

RUN_ID: ContextVar[str] = ContextVar("lastro_run_id", default="-")
REQUEST_ID: ContextVar[str] = ContextVar("lastro_request_id", default="-")

_CPF = re.compile(r"(?<!\d)\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\d)")


class LogSettings(Section):
    """What is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "ERROR", description="Least serious messages shown."
    )


def new_run_id(now: dt.datetime) -> str:
    """An id that sorts by time: ``20261121T101500-1f3a9c``."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; what looks like a CPF is masked."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its newline."""
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "run": RUN_ID.get(),
            "message": record.getMessage(),
        }
        if (request := REQUEST_ID.get()) != "-":
            line["request"] = request
        line |= getattr(record, "details", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return _CPF.sub("***CPF***", json.dumps(line, ensure_ascii=False, default=str))


def configure(level: str) -> None:
    """Send our loggers to standard error from ``level`` ("DEBUG" ... "ERROR") upwards."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("lastro")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
