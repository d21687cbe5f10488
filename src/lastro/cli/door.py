"""The door a command gets: the platform over the lake that was named, and a screen."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lastro.core.errors import NotFoundError
from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.cli.screen import Screen
    from lastro.run import Run
    from lastro.wiring import Platform

AsJson = Annotated[bool, typer.Option("--json", help=say("Write one JSON object for machines."))]


class Door:
    """What every command starts from.

    Args:
        lake: The lake's folder or URL; None leaves it to the settings.
    """

    def __init__(self, lake: str | None) -> None:
        self._lake = lake

    @staticmethod
    def of(ctx: typer.Context) -> Door:
        """The door of the command that is running."""
        found: Door = ctx.obj
        return found

    def platform(self) -> Platform:
        """The platform, whether or not its lake exists yet."""
        from lastro.wiring import platform

        return platform(self._lake)

    def reading(self) -> Platform:
        """The platform over a lake that exists.

        Raises:
            NotFoundError: There is none.
        """
        platform = self.platform()
        if not _exists(platform):
            raise NotFoundError(
                "There is no lake at {lake}.",
                hint="Name another with --lake or LASTRO_LAKE__URL, or begin one: `lastro demo` "
                "with simulated data, `lastro ingest cvm_funds` with real data.",
                lake=platform.storage.url,
            )
        return platform

    def screen(self, platform: Platform, *, as_json: bool = False) -> Screen:
        """Where to write; it says at once when the lake's data are simulated."""
        from lastro.cli.screen import Screen

        return Screen(as_json=as_json, simulated=_exists(platform) and platform.simulated)

    @contextlib.contextmanager
    def running(self, platform: Platform, screen: Screen) -> Iterator[Run]:
        """One run, with its progress on the screen."""
        from lastro.cli.progress import progress

        with (
            progress(screen.err, say("Starting")) as advance,
            platform.run(advance) as run,
        ):
            yield run


def _exists(platform: Platform) -> bool:
    """Whether there is a lake; a look must not make its folder."""
    storage = platform.storage
    if storage.is_local and not Path(storage.url).is_dir():
        return False
    return platform.landing.simulated is not None
