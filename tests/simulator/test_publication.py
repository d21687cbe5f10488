from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.publication import DAILY, REGISTRY, Publication, Resource

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMarket

HIST_2020 = f"{DAILY}HIST/inf_diario_fi_2020.zip"
HIST_2021 = f"{DAILY}HIST/inf_diario_fi_2021.zip"
DECEMBER = f"{DAILY}inf_diario_fi_202012.zip"
JANUARY = f"{DAILY}inf_diario_fi_202101.zip"


@pytest.fixture
def publication(eras: SimulatedMarket) -> Publication:
    return Publication(eras, hist_until_year=2020)


def test_a_month_is_in_one_place_and_the_boundary_moves_it(publication: Publication) -> None:
    paths = (HIST_2020, HIST_2021, DECEMBER, JANUARY)
    assert [publication.resource(path) is not None for path in paths] == [True, False, False, True]
    publication.hist_until_year = 2021
    assert [publication.resource(path) is not None for path in paths] == [True, True, False, False]
    publication.hist_until_year = 2019
    assert [publication.resource(path) is not None for path in paths] == [False, False, True, True]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"{DAILY}inf_diario_fi_202102.zip",
        f"{DAILY}inf_diario_fi_202113.zip",
        f"{DAILY}inf_diario_fi_2021.zip",
        f"{DAILY}HIST/inf_diario_fi_202101.zip",
        f"{DAILY}inf_diario_fi_202101.csv",
    ],
)
def test_nothing_else_is_published(publication: Publication, path: str) -> None:
    assert publication.resource(path) is None


def test_a_republication_changes_one_month(publication: Publication) -> None:
    before = {path: publication.resource(path) for path in (HIST_2020, JANUARY, REGISTRY)}
    assert publication.republish(dt.date(2021, 1, 20)) == 1
    after = {path: publication.resource(path) for path in before}
    changed = [path for path in before if _tag(before[path]) != _tag(after[path])]
    assert changed == [JANUARY]
    assert publication.republish(dt.date(2020, 12, 1)) == 1
    assert _tag(publication.resource(HIST_2020)) != _tag(before[HIST_2020])


def test_a_republication_is_dated_later(publication: Publication) -> None:
    before = publication.resource(JANUARY)
    publication.republish(dt.date(2021, 1, 1))
    after = publication.resource(JANUARY)
    assert before is not None
    assert after is not None
    assert before.last_modified == dt.datetime(2021, 2, 1, 11, tzinfo=dt.UTC)
    assert after.last_modified > before.last_modified


def test_bytes_are_made_once_while_kept(publication: Publication) -> None:
    made: list[str] = []

    def resource(name: str) -> Resource:
        def make() -> bytes:
            made.append(name)
            return name.encode()

        return Resource(name, dt.datetime(2021, 1, 1, tzinfo=dt.UTC), make)

    assert publication.content(resource("a")) == publication.content(resource("a")) == b"a"
    assert made == ["a"]
    for number in range(16):
        publication.content(resource(f"file {number}"))
    publication.content(resource("a"))
    assert made.count("a") == 2


def test_what_the_market_lacks_cannot_be_republished(publication: Publication) -> None:
    with pytest.raises(NotFoundError, match="2021-02"):
        publication.republish(dt.date(2021, 2, 1))
    with pytest.raises(RequestError, match="begins on"):
        publication.move_registry(dt.date(2020, 10, 31))


def _tag(resource: Resource | None) -> str | None:
    return resource.etag if resource else None
