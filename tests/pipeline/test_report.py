"""A report adds up what a run wrote."""

from __future__ import annotations

import json

from lastro.pipeline.report import Report


def test_commits_of_one_table_add_up() -> None:
    report = Report("run")
    report.wrote("silver.x", 10, 1, 2)
    report.wrote("silver.x", 5, 2, 1)
    report.wrote("gold.y", 0, 0, 1)
    assert report.written == {"silver.x": (15, 2), "gold.y": (0, 0)}
    assert report.partitions == {"silver.x": 3, "gold.y": 1}


def test_machines_read_it_as_json() -> None:
    report = Report("run", landed=["a"], missing=["b"], failed={"c": "torn"})
    report.counts["bronze"] += 3
    report.wrote("silver.x", 10, 1, 2)
    said = json.loads(json.dumps(report.as_json()))
    assert said["run_id"] == "run"
    assert (said["landed"], said["missing"], said["failed"]) == (["a"], ["b"], {"c": "torn"})
    assert said["rows"] == {"bronze": 3}
    assert said["tables"] == {"silver.x": {"rows": 10, "version": 1, "partitions": 2}}
