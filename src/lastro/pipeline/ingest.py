"""Ingest: asks a source for what is due, lands it, and takes what is new into bronze and beyond."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, BinaryIO

from lastro.core.clock import today_in_brasilia
from lastro.core.errors import DataError, NoDataError, RequestError, UpstreamError
from lastro.lake.contract import STANDING
from lastro.lake.landing import DeadLetter
from lastro.lake.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from lastro.core.clock import Clock
    from lastro.core.http import Answer, HttpClient
    from lastro.lake.landing import DeadLetters, Kept, Landed, Landing
    from lastro.pipeline.builder import Builder
    from lastro.pipeline.report import Report
    from lastro.sources import RemoteFile, Source

_LOG = logging.getLogger(__name__)
_NOT_YET = dt.timedelta(minutes=45)  # how often a file of an open day is asked for in vain
_STILL_MISSING = dt.timedelta(days=7)  # how often a file that never changes is asked for in vain
_SIDE_BY_SIDE = 2  # files of a person that are hashed and kept at once; each is in memory
_SIMULATED_HEADER = "x-lastro-simulated"
_SIMULATED_MARK = b"SIMULATED by lastro"


class Ingest:
    """One run's ingest of one source."""

    def __init__(
        self,
        source: Source,
        landing: Landing,
        dead_letters: DeadLetters,
        builder: Builder,
        report: Report,
        clock: Clock,
        code: str,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        self._source = source
        self._landing = landing
        self._dead = dead_letters
        self._builder = builder
        self._report = report
        self._clock = clock
        self._code = code
        self._context = context or {}
        self._again: set[str] = set()

    # from the world

    def download(
        self, client: HttpClient, base_url: str, first: dt.date | None, last: dt.date | None
    ) -> UpstreamError | None:
        """Ask for files and land what is new.

        Args:
            client: How to ask.
            base_url: The institution's address.
            first: First day wanted; None asks only for what is due by the source's calendar.
            last: Last day wanted; None is today.

        Returns:
            The first failure, where files could not be had; what was had is landed all the same.
        """
        today = today_in_brasilia(self._clock)
        start = first or today - self._source.history
        files = self._source.plan(start, last or today, today, **self._context)
        known = self._landing.newest(self._source.name)
        asked = self._landing.checks(self._source.name)
        dead = self._dead_keys()
        wanted = [f for f in files if first is not None or self._is_due(f, asked, dead, known)]
        wanted = [f for f in wanted if self._can_be(f)]
        done: dict[str, bool] = {}
        failures: list[UpstreamError] = []
        try:
            for file in wanted:
                try:
                    if not self._ask(client, base_url, file, known, done):
                        self._report.missing.append(file.name)
                except UpstreamError as error:
                    self._report.failed[file.name] = error.message
                    failures.append(error)
                    if len(failures) > 1:  # one file may be broken; two are the server
                        break
        finally:
            self._settle()  # first: a file noted as asked for but not in the ledger would be missed
            if done:
                self._landing.note_checks(self._source.name, sorted(done), self._clock.now())
        return failures[0] if failures else None

    def _dead_keys(self) -> dict[str, str]:
        """Landing key of each dead letter by file name; blank where nothing was landed."""
        letters = self._dead.all()
        return {found.name: found.key for found in letters if found.source == self._source.name}

    def _is_due(
        self,
        file: RemoteFile,
        asked: Mapping[str, dt.datetime],
        dead: Collection[str],
        known: Collection[str],
    ) -> bool:
        names = {file.name, *(fallback.name for fallback in file.fallbacks)}
        last = asked.get(file.name)
        if last is None or names & set(dead):
            return True
        every = file.every
        if not names & set(known):  # it was asked for in vain
            every = min(every, _NOT_YET) if every else _STILL_MISSING
        return every is not None and self._clock.now() - last >= every

    def _can_be(self, file: RemoteFile) -> bool:
        """Whether a session's file can be out: asked for before its hour, B3 may refuse."""
        published = self._source.published
        if self._source.calendar != "b3" or published is None:
            return True
        out = published(file.first) <= self._clock.now()
        if not out:
            self._report.missing.append(file.name)
        return out

    def _ask(
        self,
        client: HttpClient,
        base_url: str,
        file: RemoteFile,
        known: dict[str, Landed],
        done: dict[str, bool],
    ) -> bool:
        """Ask for a file, and on a 404 for its fallbacks; True where any of them exists."""
        if file.name in done:
            return done[file.name]
        held = known.get(file.name)
        try:
            answer = self._source.fetch(
                client,
                f"{base_url}/{file.path}",
                etag=held.etag if held else None,
                last_modified=held.last_modified if held else None,
                **{name: value for name, value in self._context.items() if name == "options"},
            )
        except NoDataError:
            found = [self._ask(client, base_url, f, known, done) for f in file.fallbacks]
            done[file.name] = any(found)
            return any(found)
        done[file.name] = True
        self._land_answer(file, answer)
        return True

    def _land_answer(self, file: RemoteFile, answer: Answer) -> None:
        if answer.status == 304:
            self._report.unchanged.append(file.name)
            return
        self._put(
            file.name,
            answer.body,
            url=answer.url,
            etag=answer.etag or "",
            last_modified=answer.last_modified or "",
            simulated=_SIMULATED_HEADER in answer.headers,
        )

    # from a person

    def take(self, paths: Sequence[Path]) -> None:
        """Land files that a person has; ``read`` settles them.

        Raises:
            RequestError: A path names no readable file, or two have one name; nothing was landed.
        """
        _refuse_namesakes(paths)
        for path in paths:
            with _open(path):
                pass
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            for path, kept in zip(paths, pool.map(self._keep_file, paths), strict=True):
                if isinstance(kept, DataError):
                    self._bury(path.name, "", kept)
                else:
                    self._note(path.name, kept)
        self._restore([path.name for path in paths])

    def _restore(self, names: Sequence[str]) -> None:
        """Files a person gives again count again, where a later file has taken their place."""
        newest = self._landing.newest(self._source.name)
        for name in set(names) & set(self._report.unchanged) & set(newest):
            landed = newest[name]
            if self._builder.is_read(self._source, landed) and not self._builder.holds(
                self._source, landed
            ):
                self._landing.note_again(landed, self._clock.now(), self._report.run_id)
                self._again.add(landed.key)

    def _keep_file(self, path: Path) -> Kept | DataError:
        with _open(path) as file:
            body = file.read()
        return self._keep(path.name, body, simulated=_SIMULATED_MARK in body[-4096:])

    def _put(self, name: str, body: bytes, *, simulated: bool, **origin: str) -> None:
        kept = self._keep(name, body, simulated=simulated)
        if isinstance(kept, DataError):
            self._bury(name, "", kept)
        else:
            self._note(name, kept, **origin)

    def _keep(self, name: str, body: bytes, *, simulated: bool) -> Kept | DataError:
        """Keep bytes without personal data; what cannot be cleaned is not kept."""
        redact = self._source.redact
        try:
            clean = redact(name, body) if redact else body
        except DataError as error:
            return error
        return self._landing.keep(self._source.name, name, clean, simulated=simulated)

    def _note(self, name: str, kept: Kept, **origin: str) -> None:
        run_id = self._report.run_id
        landed = self._landing.note(
            self._source.name, name, kept, self._clock.now(), run_id, **origin
        )
        is_new = landed.run_id == run_id
        (self._report.landed if is_new else self._report.unchanged).append(name)

    def _settle(self) -> None:
        self._landing.settle(Lineage(self._report.run_id, self._code))

    # into the lake

    def read(self, *, tables: Sequence[str] | None, retry: bool = False) -> None:
        """Take every landed file whose bytes are not in bronze yet into it.

        Args:
            tables: Build these (blank: all) month by month, while the frames are in hand; None
                builds nothing.
            retry: Try dead letters again too.
        """
        dead = self._dead_keys()
        waiting = self._unread({} if retry else dead)
        parsed = self._builder.parsed(self._source, waiting)
        self._settle()  # while the first file is read
        for landed, found in parsed:
            if isinstance(found, DataError):
                self._bury(landed.name, landed.key, found)
            elif found is None:
                self._builder.note_file(self._source, landed)
                if landed.name in dead:
                    self._dead.settle(landed.source, landed.name)
            else:
                self._builder.put_bronze(self._source, found, landed)
                if tables is None or self._source.gathers or found.month == STANDING:
                    self._builder.rest()
                else:
                    self._builder.build_month(self._source, found.month, tables)

    def _unread(self, given_up: Mapping[str, str]) -> list[Landed]:
        """Newest bytes not in bronze, but those given up; letters of what is read are settled."""
        dead = self._dead_keys()
        answered = {*self._report.landed, *self._report.unchanged}
        unread = []
        for landed in self._landing.newest(self._source.name).values():
            if landed.key in self._again or not self._builder.is_read(self._source, landed):
                unread.append(landed)
            elif dead.get(landed.name) or (landed.name in dead and landed.name in answered):
                self._dead.settle(landed.source, landed.name)
        return [landed for landed in unread if given_up.get(landed.name) != landed.key]

    def _bury(self, name: str, key: str, error: DataError) -> None:
        at = self._clock.now().isoformat(timespec="seconds")
        letter = DeadLetter(self._source.name, name, key, error.message, error.hint, at)
        self._dead.put(letter)
        self._report.failed[name] = error.message
        _LOG.warning("dead letter: %s", error.message)


def _refuse_namesakes(paths: Sequence[Path]) -> None:
    """A file lands under its name: of two with one name, the first would never be read."""
    twice = [name for name, count in Counter(path.name for path in paths).items() if count > 1]
    if twice:
        raise RequestError(
            "Two of the files are called {name}.",
            hint="Rename one, or import one after the other; nothing was imported.",
            name=twice[0],
        )


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise RequestError(
            "{path} cannot be read: {reason}.",
            hint="Check its name and its permissions; nothing was imported.",
            path=path,
            reason=(error.strerror or "unknown").lower(),
        ) from error
