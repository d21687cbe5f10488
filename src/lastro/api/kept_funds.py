"""The two frames that every question about funds begins with, made once a state of the lake."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lastro.answers import fund_cube, funds
from lastro.core.errors import LastroError

if TYPE_CHECKING:
    import polars as pl

    from lastro.api.house import House


def listed(house: House) -> pl.DataFrame:
    """Every class of the newest month, as ``funds.fund_list`` gives it."""
    platform = house.platform
    return platform.kept.get(
        "fund_list", house.versions(funds.TABLES), lambda: funds.fund_list(platform.held)
    )


def cubed(house: House) -> pl.DataFrame:
    """Daily flows by house and strategy, as ``fund_cube.flow_cube`` gives them."""
    platform = house.platform
    return platform.kept.get(
        "flow_cube", house.versions(fund_cube.TABLES), lambda: fund_cube.flow_cube(platform.held)
    )


def warm(house: House) -> None:
    """Make both before anybody asks; where there are no funds yet, there is nothing to make."""
    with contextlib.suppress(LastroError):
        listed(house)
        cubed(house)
