"""Engines whose machines die at the worst moment: their work is done, and nobody knows it yet."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastro.lake._spark import SparkEngine
from lastro.wiring import Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lastro.lake.contract import Contract
    from lastro.lake.engine import Written


class LosesAnExecutor(SparkEngine):
    """The first task of a kind writes its files, and its executor ends before it can tell."""

    doomed = "build_month"

    def map(
        self,
        work: Callable[[Any, Any], Any],
        items: Sequence[Any],
        versions: Mapping[str, int] | None = None,
    ) -> Iterator[Any]:
        """Work on each item; the first one twice."""
        if work.__name__ != self.doomed:
            return super().map(work, items, versions)
        mark = Path(self._place.settings.url) / f"died-in-{self.doomed}"

        def dies_once(lake: Any, item: Any) -> Any:
            done = work(lake, item)
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:
                return done
            process = os.getpid()
            while (Path("/proc") / str(process) / "comm").read_text().strip() != "java":
                status = (Path("/proc") / str(process) / "status").read_text()
                process = int(status.partition("PPid:")[2].split()[0])
            os.kill(process, signal.SIGKILL)
            return done

        return super().map(dies_once, items, versions)


class KillsTheDriver(SparkEngine):
    """The driver ends when the second table's files are written and not committed."""

    writes = 0

    def write(self, contract: Contract, frame: Any, **given: Any) -> list[Written]:
        """Write, and the second time never return."""
        done = super().write(contract, frame, **given)
        self.writes += 1
        if self.writes == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


class OnLosingMachines(Platform):
    """A platform whose cluster loses an executor."""

    @property
    def engine(self) -> LosesAnExecutor:
        """The cluster."""
        found = super().engine
        assert isinstance(found, SparkEngine)
        return LosesAnExecutor(found._place, self.lake, found._settings)


class WithAMortalDriver(Platform):
    """A platform whose own process ends."""

    @property
    def engine(self) -> KillsTheDriver:
        """The cluster."""
        found = super().engine
        assert isinstance(found, SparkEngine)
        return KillsTheDriver(found._place, self.lake, found._settings)
