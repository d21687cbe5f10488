"""The shelf of jobs: what runs when. This page is the contract of its files.

A file binds ``JOB`` to a ``Job``, under the file's own name: one command line of ``lastro`` and the
hours of the day, in Brasília, at which it is due. Nothing of a job is here but its hours: what is
due from a source is the source's own matter (``plan``), and asking twice costs one request.

This shelf and ``scheduler.days`` import nothing but ``core`` and the standard library, so that an
orchestrator can read them without what else Lastro needs (see ``deploy/``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.scheduler.days import CRON_DAYS

if TYPE_CHECKING:
    from lastro.scheduler.days import On


@dataclass(frozen=True)
class Job:
    """A job on the shelf.

    Attributes:
        name: As its file.
        title: What it does, in one line of English.
        pt: The same in Portuguese.
        at: Hours of the day at which it is due, in Brasília, the earliest first.
        on: The days.
        source: The source it ingests; blank where it has another verb.
        verb: The command line's words, where it is not ``ingest``.
        jitter: It starts up to so much later, so that not everybody asks at the same second.
        timeout: It is ended after so long.
        catch_up: Whether one run makes up for what was missed while nothing ran.
        after_news: Whether it is due as well when a source has brought something new.
    """

    name: str
    title: str
    pt: str
    at: tuple[dt.time, ...]
    on: On = "bank_day"
    source: str = ""
    verb: tuple[str, ...] = ()
    jitter: dt.timedelta = dt.timedelta(minutes=3)
    timeout: dt.timedelta = dt.timedelta(hours=1)
    catch_up: bool = True
    after_news: bool = False

    def __post_init__(self) -> None:
        if bool(self.source) == bool(self.verb):
            raise ValueError(f"{self.name}: a job has a source or a verb")
        if not self.at or list(self.at) != sorted(set(self.at)):
            raise ValueError(f"{self.name}: hours of the day come in order, each once")

    @property
    def words(self) -> tuple[str, ...]:
        """The command line, without ``lastro``."""
        return self.verb or ("ingest", self.source)

    @property
    def crons(self) -> list[str]:
        """Its hours as cron writes them, to be read in Brasília's time; cron knows no holidays."""
        return [f"{time.minute} {time.hour} * * {CRON_DAYS[self.on]}" for time in self.at]
