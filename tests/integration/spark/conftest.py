"""One cluster and one set of lakes for all tests of a file."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pytest

from .cluster import standalone
from .lakes import dirty, landed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .cluster import Cluster
    from .lakes import Files


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A master and two workers; the session over them ends with it."""
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.ERROR)
    with standalone(workers=2) as found:
        yield found
        session = SparkSession.getActiveSession()
        if session is not None:
            session.stop()


@pytest.fixture(scope="module")
def files() -> tuple[Files, Files]:
    """Files that come first, and files that come later."""
    return dirty()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, files: tuple[Files, Files]) -> Path:
    """A lake in which the first files have landed, and none was read."""
    folder = tmp_path_factory.mktemp("start")
    return landed(folder, files[0], tmp_path_factory.mktemp("files"))


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    """Makes a lake of one's own out of a shared one."""

    def made(lake: Path) -> Path:
        return shutil.copytree(lake, tmp_path / f"copy{len(list(tmp_path.iterdir()))}")

    return made
