"""What Redshift is told, as text: no real one was ever asked."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError
from lastro.exports import ExportSettings, redshift
from lastro.exports._database import Change

from .conftest import row

if TYPE_CHECKING:
    from .conftest import Sample

FULL = '"lastro"."silver_kinds"'
ROLE = "arn:aws:iam::123456789012:role/load"


@pytest.fixture
def filled(sample: Sample) -> Sample:
    sample.put(row(dt.date(2024, 1, 2), note=None), row(dt.date(2024, 1, 3), "b", note=""))
    return sample


def test_a_table_is_sorted_by_month_and_day(filled: Sample) -> None:
    told = redshift.create(FULL, filled.given())
    assert told.startswith(f'CREATE TABLE {FULL} ("cnpj" varchar(14) NOT NULL, ')
    assert '"worth" numeric(18,2), "ratio" double precision' in told
    assert told.endswith('DISTSTYLE AUTO SORTKEY ("month", "ref_date")')


def test_rows_come_by_a_role_from_a_manifest(filled: Sample) -> None:
    settings = ExportSettings(redshift_role=ROLE, redshift_region="sa-east-1")
    drop, stage, copy = redshift.load(FULL, filled.given(), "s3://b/m'.json", settings)
    assert drop == 'DROP TABLE IF EXISTS "lastro_stage"'
    assert stage == f'CREATE TEMP TABLE "lastro_stage" (LIKE {FULL})'
    assert copy.startswith('COPY "lastro_stage" ("cnpj", "name", "ref_date", ')
    assert copy.endswith(
        f"FROM 's3://b/m''.json' IAM_ROLE '{ROLE}' MANIFEST FORMAT AS CSV GZIP NULL AS '@null@' "
        "DATEFORMAT 'auto' TIMEFORMAT 'auto' REGION 'sa-east-1'"
    )


def test_old_rows_leave_before_new_ones_come(filled: Sample) -> None:
    what = Change(("2024-01-01",), ("2023-12-01",))
    gone, come = redshift.replace(FULL, filled.given(), what)
    assert gone.endswith(f"""{FULL} WHERE "month" IN ('2023-12-01', '2024-01-01')""")
    assert come.startswith(f'INSERT INTO {FULL} ("cnpj", ')
    assert redshift.replace(FULL, filled.given(), Change((), ())) == []


def test_what_was_done_is_noted(filled: Sample) -> None:
    order = filled.order("", simulated=True)
    forget, remember = redshift.note("marks", order.tables[0], {"": 5}, ["2023-12-01"], order)
    assert forget.endswith("table_name = 'silver.kinds' AND partition IN ('2023-12-01', '')")
    assert remember == (
        "INSERT INTO marks VALUES ('silver.kinds', '', 5, 1, '2024-06-30T15:00:00+00:00', TRUE)"
    )


def test_files_tell_null_from_empty_text(filled: Sample) -> None:
    ((key, body, rows),) = redshift.staged(filled.given(), ["2024-01-01"], "below")
    assert (key, rows) == ("below/2024-01-01.csv.gz", 2)
    first, second = gzip.decompress(body).decode().splitlines()
    assert first.endswith(',"true",@null@,"2024-02-02 11:00:00.000000+00","2024-01-01"')
    assert second.endswith(',"true","","2024-02-02 11:00:00.000000+00","2024-01-01"')


def test_without_staging_and_role_nothing_begins(filled: Sample) -> None:
    with pytest.raises(ConfigError, match="LASTRO_EXPORTS__REDSHIFT_STAGING"):
        redshift.write(filled.order("redshift://u:p@h/d"))
    with pytest.raises(ConfigError, match="LASTRO_EXPORTS__REDSHIFT_URL"):
        redshift.write(filled.order(""))
