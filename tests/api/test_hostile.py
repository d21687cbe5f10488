"""Hostile callers: injection, traversal, mass assignment, forged headers, over the whole API.

What belongs to one part alone stands beside it: SQL in ``test_sql``, tokens in ``test_auth``, heads
and sockets in ``test_wire``, bodies in ``test_bodies``, files in ``test_web_files``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

INJECTIONS = [
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    '" UNION SELECT * FROM users --',
    "1; COPY (SELECT 1) TO 'stolen.csv'",
    "read_csv('/etc/passwd')",
    "../../../../etc/passwd",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "%00",
    "\u202e\ufeff\ud7ff",
    "A" * 5000,
]
TRAVERSALS = [
    "../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252fetc%252fpasswd",
    "....//....//etc/passwd",
    "..\\..\\etc\\passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "silver.quotes/../../store.db",
    "silver.quotes%00.db",
    "_delta_log",
    "lastro.json",
    "keys/master.key",
    "store.db",
]
PLACES = [
    "/api/v1/funds?q={}",
    "/api/v1/funds?manager={}",
    "/api/v1/funds?sort={}",
    "/api/v1/funds/search?q={}",
    "/api/v1/funds/{}",
    "/api/v1/tickers/{}",
    "/api/v1/tickers/{}/quotes",
    "/api/v1/tickers/search?q={}",
    "/api/v1/market/screener?sort={}",
    "/api/v1/market/screener?q={}",
    "/api/v1/indexes/{}",
    "/api/v1/rates/{}",
    "/api/v1/fx/{}",
    "/api/v1/tables/{}",
    "/api/v1/tables/{}/rows",
    "/api/v1/tables/silver.quotes/rows?filter=ticker:eq:{}",
    "/api/v1/tables/silver.quotes/rows?filter={}",
    "/api/v1/tables/silver.quotes/rows?columns={}",
    "/api/v1/tables/silver.quotes/rows?sort={}",
    "/api/v1/tables/silver.quotes/rows?as_of={}",
    "/api/v1/tables/silver.quotes/rows?cursor={}",
    "/api/v1/lineage/{}",
    "/api/v1/quarantine/{}",
    "/api/v1/quarantine/fund_navs?reason={}",
    "/api/v1/sources/{}/files",
    "/api/v1/sources/{}/calendar",
    "/api/v1/runs?status={}",
    "/api/v1/runs?cursor={}",
    "/api/v1/views/{}",
    "/api/v1/portability/groups?by={}",
    "/api/v1/common-history?tickers={}",
]
ROOT = str(Path(__file__).parents[2])
STOLEN = ("root:x:", "SQLite format", "BEGIN ", "Traceback", ROOT, "site-packages", "/lake/")


@pytest.mark.parametrize("place", PLACES)
def test_what_is_injected_is_a_value_and_nothing_else(
    signed_in: Callable[[str], TestClient], place: str
) -> None:
    client = signed_in("admin")
    for text in [*INJECTIONS, *TRAVERSALS]:
        for written in {quote(text, safe=""), quote(text, safe="%/:.")}:
            found = client.get(place.format(written), headers={"Accept-Language": "en"})
            assert found.status_code < 500, (written, found.text)
            assert not [word for word in STOLEN if word in found.text], (written, found.text)


def test_a_filter_that_holds_for_all_holds_for_none(
    signed_in: Callable[[str], TestClient],
) -> None:
    client = signed_in("admin")
    path = "/api/v1/tables/silver.quotes/rows"
    some = client.get(path, params={"filter": "ticker:eq:SIMU4", "limit": 5})
    assert some.json()["data"]["rows"]
    none = client.get(path, params={"filter": "ticker:eq:SIMU4' OR '1'='1", "limit": 5})
    assert none.status_code == 200
    assert none.json()["data"]["rows"] == []


@pytest.mark.parametrize("path", TRAVERSALS)
def test_landed_bytes_are_those_of_the_ledger_alone(
    signed_in: Callable[[str], TestClient], path: str
) -> None:
    for prefix in ("/api/v1/sources/cvm_funds/files/", "/assets/", "/"):
        address = f"{prefix}{path}/bytes" if "files" in prefix else f"{prefix}{path}"
        found = signed_in("admin").get(address)
        assert not [word for word in STOLEN if word in found.text]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/api/v1/auth/me", {"name": "x", "role": "admin"}),
        ("PATCH", "/api/v1/auth/me", {"name": "x", "scopes": ["house:admin"]}),
        ("PATCH", "/api/v1/auth/me", {"name": "x", "id": "1", "email": "boss@example.com"}),
        ("POST", "/api/v1/views", {"page": "funds", "name": "x", "state": {}, "owner": "1",
                                   "user_id": "1"}),
    ],
)  # fmt: skip
def test_nobody_assigns_what_is_not_theirs(
    signed_in: Callable[[str], TestClient], method: str, path: str, body: dict[str, object]
) -> None:
    client = signed_in("analyst")
    before = client.get("/api/v1/auth/me").json()
    found = client.request(method, path, json=body)
    assert found.status_code in {200, 201, 400, 422}
    after = client.get("/api/v1/auth/me").json()
    fixed = ("id", "email", "role", "scopes")
    assert {name: after[name] for name in fixed} == {name: before[name] for name in fixed}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Original-URL": "/api/v1/users"},
        {"X-Rewrite-URL": "/api/v1/users"},
        {"Forwarded": "for=127.0.0.1;host=evil.example"},
        {"Host": "evil.example"},
        {"Range": "bytes=0-10,20-30,-1"},
        {"Accept": "application/x-php, */*;q=0.0000001" * 50},
        {"Accept-Language": "en\t;q=0.0000000000000000000001," * 200},
        {"Accept-Encoding": "gzip;q=1e309, zstd;q=-1, " * 100},
        {"If-None-Match": 'W/"x", ' * 500},
        {"Content-Length": "0"},
        {"Cookie": "lastro_refresh=" + "x" * 4000},
    ],
)
def test_headers_that_pretend(
    api: TestClient, signed_in: Callable[[str], TestClient], headers: dict[str, str]
) -> None:
    found = api.get("/api/v1/users", headers=headers)
    assert found.status_code == 401
    assert "evil.example" not in found.text + str(found.headers)
    asked = signed_in("analyst").get("/api/v1/home/market", headers=headers)
    assert asked.status_code == 200
    assert "evil.example" not in asked.text + str(asked.headers)
    assert "strict-transport-security" not in asked.headers


@pytest.mark.parametrize("text", ["a\r\nSet-Cookie: x=1", "a%0d%0aSet-Cookie:%20x=1", "a\nb"])
def test_no_header_is_injected(signed_in: Callable[[str], TestClient], text: str) -> None:
    client = signed_in("admin")
    for path in (
        f"/api/v1/tables/{quote(text, safe='%')}/rows?format=csv",
        f"/api/v1/tickers/{quote(text, safe='%')}/quotes?format=csv",
        f"/{quote(text, safe='%')}",
    ):
        found = client.get(path)
        assert "set-cookie" not in found.headers
        assert all("\n" not in value for value in found.headers.values())


def test_every_route_that_needs_a_scope_refuses_who_has_none(
    api: TestClient, signed_in: Callable[[str], TestClient]
) -> None:
    """Nobody gets in without a token, and a client's token opens what it carries alone."""
    document = api.get("/api/v1/openapi.json").json()
    opened = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            scope = operation.get("x-scope")
            if not scope:
                continue
            address = path.replace("{", "").replace("}", "")
            if api.request(method.upper(), address).status_code != 401:
                opened.append(f"{method} {path}")
            if scope not in {"account", "market:read", "clients:read"}:
                found = signed_in("client").request(method.upper(), address)
                if found.status_code != 403:
                    opened.append(f"{method} {path} as a client: {found.status_code}")
    assert opened == []
