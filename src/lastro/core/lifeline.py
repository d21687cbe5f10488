"""A lifeline between two processes: who was begun ends when whoever began it lets go, or dies."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import IO


def follow(lifeline: IO[str]) -> None:
    """End this process as by SIGTERM once nobody holds the other end of a pipe any more.

    Args:
        lifeline: Its reading end; nothing is ever written into it.
    """
    threading.Thread(target=_hold, args=[lifeline], daemon=True).start()


def _hold(lifeline: IO[str]) -> None:
    with contextlib.suppress(OSError, ValueError):
        lifeline.read()
    os.kill(os.getpid(), signal.SIGTERM)
