"""The audit log by the HTTP door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from .conftest import Entrance

AUDIT = "/api/v1/audit"


def test_what_happened_is_there_with_people_masked(entrance: Entrance) -> None:
    admin = entrance.user("admin")
    entrance.sign_in(entrance.browser(), "maria@example.com", password="wrong wrong wrong")  # noqa: S106 - it is wrong
    found = admin.get(AUDIT, params={"outcome": "refused"}).json()["rows"]
    assert [(row["action"], row["network"]) for row in found] == [("session.sign_in", "testclient")]
    assert found[0]["detail"] == {"email": "m***@example.com", "failures": 1}
    assert "maria@" not in admin.get(AUDIT).text


def test_rows_come_by_page_and_filter(entrance: Entrance) -> None:
    admin = entrance.user("admin")
    for number in range(3):
        entrance.user("analyst", f"a{number}@example.com")
    page = admin.get(AUDIT, params={"limit": 2}).json()
    assert len(page["rows"]) == 2
    rest = admin.get(AUDIT, params={"limit": 1000, "before": page["before"]}).json()
    assert rest["before"] is None
    numbers = [row["number"] for row in [*page["rows"], *rest["rows"]]]
    assert numbers == list(range(max(numbers), 0, -1))
    invited = admin.get(AUDIT, params={"action": "users.invite"}).json()["rows"]
    assert len(invited) == 4
    assert admin.get(AUDIT, params={"first": "yesterday"}).status_code == 422


def test_only_who_may_reads_it(entrance: Entrance) -> None:
    analyst = entrance.user("analyst")
    assert analyst.get(AUDIT).status_code == 403
    assert analyst.post(f"{AUDIT}/verify").status_code == 403


def test_a_changed_row_is_named(entrance: Entrance) -> None:
    admin = entrance.user("admin")
    assert admin.post(f"{AUDIT}/verify").json()["whole"] is True
    with entrance.platform.store.session() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("UPDATE audit SET action = 'nothing' WHERE number = 2"))
    found = admin.post(f"{AUDIT}/verify").json()
    assert found["whole"] is False
    assert found["faults"] == [{"number": 2, "fault": "changed"}]
