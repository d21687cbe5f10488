"""A child process that is started again when it ends, and ended with us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_HOPELESS = frozenset({2, 78})  # the call is wrong, or a setting: the next try ends the same way
_LOOK = 2.0  # seconds between two questions whether it is time
_LASTING = 60.0  # seconds after which a child counts as having worked


class Child:
    """A process that runs beside ours.

    Args:
        command: Its program and words; its standard input is a lifeline it should follow.
        tell: Hears what happens to it.
        wanted: Whether it is time to start it; asked until it says so.
        first: Seconds before it is started again the first time; twice as long each time after.
        most: The longest of such waits.
        patience: Seconds it gets to end when it is asked to.
        environment: Variables of its own, beside ours.
    """

    def __init__(
        self,
        command: Sequence[str],
        tell: Callable[[str], None],
        wanted: Callable[[], bool] = lambda: True,
        *,
        first: float = 1.0,
        most: float = 300.0,
        patience: float = 90.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._tell = tell
        self._wanted = wanted
        self._first = first
        self._most = most
        self._patience = patience
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()

    def state(self) -> str:
        """``absent`` before it is time, ``ok`` while it runs, ``failed`` while it does not."""
        process = self._process
        if process is None:
            return "absent"
        return "ok" if process.poll() is None else "failed"

    @contextlib.contextmanager
    def running(self) -> Iterator[Child]:
        """Have it run for as long as the block lasts."""
        keeper = threading.Thread(target=self._keep, daemon=True)
        keeper.start()
        try:
            yield self
        finally:
            self._over.set()
            self._end()
            keeper.join(self._patience)

    def _keep(self) -> None:
        while not self._wanted():
            if self._over.wait(_LOOK):
                return
        wait = self._first
        while not self._over.is_set():
            started = time.monotonic()
            code = self._once()
            if self._over.is_set():
                return
            if code in _HOPELESS:
                self._tell(say("The scheduler cannot work (exit code {code}); the rest goes on.",
                               code=code))  # fmt: skip
                return
            wait = self._first if time.monotonic() - started > _LASTING else wait
            self._tell(say("The scheduler ended (exit code {code}); again in {seconds} s.",
                           code=code, seconds=f"{wait:g}"))  # fmt: skip
            self._over.wait(wait)
            wait = min(self._most, wait * 2)

    def _once(self) -> int:
        """Run it to its end."""
        self._process = subprocess.Popen(  # noqa: S603 - our own program and words
            self._command,
            stdin=subprocess.PIPE,  # a lifeline: it is closed however we end
            env=self._environment,
            start_new_session=True,  # a Ctrl-C is for us to pass on
        )
        if self._over.is_set():
            self._end()
        with self._process as process:
            return process.wait()

    def _end(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(self._patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
