"""A lake may lie in any folder a person has."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError
from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenarios.conftest import Site

JANUARY = dt.date(2024, 1, 1)


@pytest.mark.parametrize("folder", ["100%", "#1", "why?", "a*", "[1]"])
def test_a_folder_whose_name_means_something_else_is_refused(
    folder: str, new_site: Callable[..., Site]
) -> None:
    with pytest.raises(ConfigError, match="cannot live at"):
        new_site(folder).open()


@pytest.mark.parametrize(
    "folder", ["Meus dados", "João/Área de trabalho", "a=b", "1ª (cópia), 'x'"]
)
def test_every_verb_works_in_an_oddly_named_folder(
    folder: str, new_site: Callable[..., Site], tmp_path: Path
) -> None:
    market = SimulatedMarket(3, 60, JANUARY, 2, dirt=0.02)
    files = write_months(market, tmp_path / "files", market.months)
    plain, odd = new_site("plain"), new_site(folder)
    plain.take(files)
    odd.take(files[:1])
    odd.take(files[1:])
    odd.build()
    assert odd.contents()["silver.fund_navs"] == plain.contents()["silver.fund_navs"]
    assert odd.contents()["gold.fund_performance"] == plain.contents()["gold.fund_performance"]
    before = odd.versions()
    odd.take(files)
    assert odd.versions() == before
    files[0].write_bytes(market.month_zip(JANUARY, 1))
    odd.clock.advance(dt.timedelta(days=1))
    assert odd.take(files[:1]).counts["restated"] > 0
    platform = odd.open()
    first = platform.table("silver.fund_navs", 1).collect()
    assert first.height < odd.table("silver.fund_navs").height
    rows = platform.sql("select count(*) as n, max(month) as m from silver.fund_navs")
    assert rows.row(0) == (odd.table("silver.fund_navs").height, dt.date(2024, 2, 1))
    then = next(c["at"] for c in platform.history("silver.fund_navs") if c["version"] == 1)
    assert platform.sql("select count(*) as n from silver.fund_navs", then).item() == first.height
    bronze = platform.sql("select count(*) as n from bronze.cvm_funds where CNPJ_FUNDO is null")
    assert bronze.item() == odd.table("bronze.cvm_funds").height
