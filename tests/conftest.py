"""What every test shares: UTC, Hypothesis profiles, real data, when Spark may be skipped."""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("LASTRO_CI") == "1"

os.environ["TZ"] = "UTC"
time.tzset()
os.environ["LANGUAGE"] = "en"  # what commands say follows the person's language

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if IN_CI else "here")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real files from the sources, kept beside the repository and not shipped with it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real data are absent: put them in ../shared/data beside the repository")
    return folder


def _lacks_for_spark() -> str | None:
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: `uv sync --all-groups`"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Java is not installed: apt-get install default-jre-headless"
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: no process is left alone with it at the end."""
    items.sort(key=lambda item: [item.get_closest_marker(m) is None for m in ("spark", "slow")])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests of Spark where it cannot run; in CI that is a failure."""
    if item.get_closest_marker("spark") is None:
        return
    lacking = _lacks_for_spark()
    if lacking and IN_CI:
        pytest.fail(lacking, pytrace=False)
    if lacking:
        pytest.skip(lacking)
