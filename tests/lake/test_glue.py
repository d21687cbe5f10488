"""The catalog of tables; what needs a catalog to ask is in tests/deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError
from lastro.lake.glue import GlueSettings, register

if TYPE_CHECKING:
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake


def test_a_lake_in_a_folder_is_refused(lake: Lake, things: Contract) -> None:
    with pytest.raises(ConfigError, match="Athena reads buckets alone"):
        register(lake, [things], GlueSettings(), region="sa-east-1", simulated=False)
