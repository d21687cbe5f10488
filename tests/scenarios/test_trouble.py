"""The disk fills up, the folder cannot be written, two people run at once: nothing is lost."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConflictError
from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scenarios.conftest import Site

JANUARY = dt.date(2024, 1, 1)
HOLDER = """\
import sys, lastro
with lastro.open(sys.argv[1]).run():
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def market() -> SimulatedMarket:
    return SimulatedMarket(3, 60, dt.date(2023, 12, 1), 3, dirt=0.02)


@pytest.fixture
def files(market: SimulatedMarket, tmp_path: Path) -> list[Path]:
    return write_months(market, tmp_path / "files", market.months)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small disk of its own."""
    mounted: list[Path] = []

    def _mount(options: str) -> Path:
        if os.geteuid() != 0 or shutil.which("mount") is None:
            pytest.skip("only root may mount a small disk")
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if made.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {made.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield _mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def attempt(site: Site, files: list[Path]) -> BaseException | None:
    try:
        site.take(files)
    except Exception as error:  # noqa: BLE001 - whatever a full disk makes of a library
        return error
    return None


@pytest.mark.parametrize("room", [40, 120, 200, 280])
def test_a_full_disk_loses_nothing(
    room: int, disk: Callable[[str], Path], new_site: Callable[..., Site], files: list[Path]
) -> None:
    small, undisturbed = new_site(), new_site("undisturbed")
    small.folder = disk("size=4m") / "lake"
    ballast = small.folder.parent / "ballast"
    for step in (files[:1], files):
        undisturbed.take(step)
        used = shutil.disk_usage(small.folder.parent)
        if step == files:
            ballast.write_bytes(b"0" * (used.free - room * 1024))
        error = attempt(small, step)
        assert (error is not None) == (step == files)
    for name, rows in small.contents().items():  # what is committed is whole
        assert isinstance(rows, list), name
    ballast.unlink()
    assert attempt(small, files) is None
    assert small.contents() == undisturbed.contents()
    before = small.versions()
    assert attempt(small, files) is None
    assert small.versions() == before


def test_a_file_too_big_for_the_process_loses_nothing(
    new_site: Callable[..., Site], files: list[Path], tmp_path: Path
) -> None:
    """The same by a limit on the size of any one file, which needs no mount."""
    program = tmp_path / "limited.py"
    program.write_text(
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "import datetime as dt, lastro, polars, deltalake\n"
        "from lastro.core.clock import FrozenClock\n"
        "from lastro.wiring import platform\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "house = platform(sys.argv[1], clock=FrozenClock(dt.datetime.fromisoformat(sys.argv[2])))\n"
        "limit = int(sys.argv[3])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "with house.run() as run:\n"
        "    run.take('cvm_funds', [Path(file) for file in sys.argv[4:]], build=True)\n"
    )
    undisturbed = new_site("undisturbed")
    undisturbed.take(files)
    biggest = max(file.stat().st_size for file in undisturbed.folder.rglob("*.parquet"))
    for share in (0.3, 0.9):
        site = new_site(f"limited at {share}")
        limit = int(biggest * share)
        done = subprocess.run(
            [sys.executable, str(program), str(site.folder), site.clock.now().isoformat(),
             str(limit), *map(str, files)], check=False, capture_output=True, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        site.take(files)
        assert site.contents() == undisturbed.contents()


def test_a_folder_that_cannot_be_written_fails_and_stays_as_it_is(
    disk: Callable[[str], Path], new_site: Callable[..., Site], files: list[Path]
) -> None:
    site = new_site()
    site.folder = disk("size=8m") / "lake"
    site.take(files[:1])
    before = site.contents()
    subprocess.run(["mount", "-o", "remount,ro", str(site.folder.parent)], check=True)
    assert isinstance(attempt(site, files), OSError)
    assert site.contents() == before
    assert site.open().sql("select count(*) from silver.fund_navs").item() > 0
    subprocess.run(["mount", "-o", "remount,rw", str(site.folder.parent)], check=True)
    assert attempt(site, files) is None


@pytest.fixture
def holder(site: Site, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a run."""
    program = tmp_path / "holder.py"
    program.write_text(HOLDER)
    with subprocess.Popen(
        [sys.executable, str(program), str(site.folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def test_a_second_run_is_told_to_wait_and_changes_nothing(
    site: Site, holder: subprocess.Popen[str], files: list[Path]
) -> None:
    with pytest.raises(ConflictError, match="Another run is writing") as caught:
        site.take(files)
    assert str(site.folder) in caught.value.message
    assert "run this again" in caught.value.hint
    assert set(site.versions().values()) == {-1}
    assert [path.name for path in site.folder.iterdir()] == [".lock"]
    holder.communicate("")
    assert len(site.take(files).landed) == 3


def test_reading_needs_no_turn(
    site: Site, files: list[Path], holder: subprocess.Popen[str]
) -> None:
    holder.communicate("")
    site.take(files)
    with site.open().run():
        assert site.open().sql("select count(*) from silver.fund_navs").item() > 0
        assert site.table("silver.fund_navs").height > 0


def test_a_killed_run_frees_its_turn(
    site: Site, holder: subprocess.Popen[str], files: list[Path]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert len(site.take(files).landed) == 3


def test_simulated_and_real_data_never_mix(
    new_site: Callable[..., Site], files: list[Path], real_data: Path
) -> None:
    real = real_data / "cvm" / "raw" / "inf_diario_fi_202306_start.csv"
    for name, first, second, held in (
        ("real", real, files[0], "real"), ("simulated", files[0], real, "simulated")
    ):  # fmt: skip
        site = new_site(name)
        site.take([first])
        before = site.contents()
        with pytest.raises(ConflictError, match=f"holds {held} data") as caught:
            site.take([second])
        assert "--lake" in caught.value.hint
        assert site.contents() == before
        assert site.open().simulated == (held == "simulated")
        assert not list((site.folder / "landing").rglob(f"{second.name}/*"))
