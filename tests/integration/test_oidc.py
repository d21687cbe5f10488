"""Login by a real OpenID provider: a certified one, in a process of its own."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.integration.conftest import _free_port

from lastro.api.app import app_over
from lastro.core.settings import changed
from lastro.identity.desk import Visitor
from lastro.wiring import Platform, platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

with warnings.catch_warnings():  # it would rather have httpx2, whose users we are not
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = pytest.mark.integration

HERE = Path(__file__).with_name("oidc")
PUBLIC = "http://127.0.0.1:8321"
CALLBACK = f"{PUBLIC}/api/v1/auth/oidc/callback"
SECRET = "a secret between two processes of one test"  # noqa: S105
ACCOUNTS = {
    "ana": {"email": "Ana@firm.example", "email_verified": True, "name": "Ana Souza",
            "groups": ["finance", "all"]},
    "bia": {"email": "bia@firm.example", "email_verified": True, "name": "Bia"},
    "eve": {"email": "eve@elsewhere.example", "email_verified": True, "name": "Eve",
            "groups": ["finance"]},
    "mal": {"email": "chief@firm.example", "email_verified": False, "name": "Mal",
            "groups": ["finance"]},
}  # fmt: skip
_PATIENCE = 60


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The provider's address."""
    node = shutil.which("node")
    modules = HERE / "node_modules" / "oidc-provider"
    if node is None or not modules.is_dir():
        lacking = "the provider is not installed: (cd tests/integration/oidc && npm ci)"
        if os.environ.get("LASTRO_CI") == "1":
            pytest.fail(lacking, pytrace=False)
        pytest.skip(lacking)
    port = _free_port()
    given = {"port": port, "client_id": "lastro", "client_secret": SECRET, "redirect": CALLBACK,
             "accounts": ACCOUNTS}  # fmt: skip
    process = subprocess.Popen(
        [node, str(HERE / "server.js"), json.dumps(given)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _await(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _await(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"{address}/.well-known/openid-configuration", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the provider did not start")


class Firm:
    """A house whose people log in by the firm's provider."""

    def __init__(self, folder: Path, issuer: str, **more: Any) -> None:
        values = {
            "LASTRO_IDENTITY__OIDC_ISSUER": issuer,
            "LASTRO_IDENTITY__OIDC_CLIENT_ID": "lastro",
            "LASTRO_IDENTITY__OIDC_NAME": "Firm",
            "LASTRO_IDENTITY__OIDC_DOMAINS": "firm.example",
            "LASTRO_IDENTITY__OIDC_ROLE_CLAIM": "groups",
            "LASTRO_IDENTITY__OIDC_ROLES": {"finance": "analyst", "boss": "admin"},
            "LASTRO_IDENTITY__ARGON2_MEMORY_KIB": 8,
            **more,
        }
        base = platform(str(folder / "lake"))
        settings = changed(base.settings, values)
        secret = settings.identity.oidc_client_secret.__class__(SECRET)  # type: ignore[attr-defined]
        identity = settings.identity.model_copy(update={"oidc_client_secret": secret})  # type: ignore[attr-defined]
        self.platform = Platform(settings.model_copy(update={"identity": identity}), base._clock)
        self.app = app_over(self.platform)

    def browser(self) -> TestClient:
        """A browser in front of us."""
        return TestClient(self.app, base_url=PUBLIC, follow_redirects=False,
                          headers={"Accept-Language": "en", "Origin": PUBLIC})  # fmt: skip

    def begin(self, browser: TestClient, to: str = "/funds") -> str:
        """Where we send the browser."""
        found = browser.get("/api/v1/auth/oidc/begin", params={"to": to})
        assert found.status_code == 303
        place: str = found.headers["location"]
        return place

    def log_in(self, login: str, to: str = "/funds") -> tuple[TestClient, httpx.Response]:
        """All of it, and what we answer in the end."""
        browser = self.browser()
        back = at_the_provider(self.begin(browser, to), login)
        return browser, browser.get(back)


def at_the_provider(place: str, login: str) -> str:
    """Log in at the provider's own pages; gives the address it sends the browser back to."""
    with httpx.Client(timeout=30) as browser:
        found = browser.get(place)
        for _ in range(12):
            if found.is_redirect:
                there = str(found.next_request.url) if found.next_request else ""
                if there.startswith(PUBLIC):
                    return there
                found = browser.get(there)
                continue
            action = re.search(r'<form[^>]*action="([^"]+)"', found.text)
            assert action, found.text
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found.text))
            if 'name="login"' in found.text:
                hidden |= {"login": login, "password": "any"}
            found = browser.post(str(found.url.join(html.unescape(action[1]))), data=hidden)
    raise AssertionError("the provider did not send us back")


@pytest.fixture
def firm_of(provider: str, tmp_path: Path) -> Iterator[Callable[..., Firm]]:
    """Makes houses."""
    made: list[Firm] = []

    def _firm(**more: Any) -> Firm:
        made.append(Firm(tmp_path / f"h{len(made)}", provider, **more))
        return made[-1]

    yield _firm
    for firm in made:
        firm.platform.store.close()


@pytest.fixture
def firm(firm_of: Callable[..., Firm]) -> Firm:
    """A house."""
    return firm_of()


def _me(browser: TestClient) -> dict[str, Any]:
    access = browser.post("/api/v1/auth/refresh").json()["access_token"]
    found: dict[str, Any] = browser.get(
        "/api/v1/auth/me", headers={"Authorization": f"Bearer {access}"}
    ).json()
    return found


def _problem(answer: httpx.Response) -> str:
    place = urlsplit(answer.headers["location"])
    assert place.path == "/sign-in"
    return parse_qs(place.query)["problem"][0]


def test_somebody_of_the_firm_comes_in_with_the_role_of_their_group(firm: Firm) -> None:
    browser, answer = firm.log_in("ana")
    assert (answer.status_code, answer.headers["location"]) == (303, "/funds")
    me = _me(browser)
    assert (me["email"], me["name"], me["role"], me["password"]) == (
        "ana@firm.example", "Ana Souza", "analyst", False,
    )  # fmt: skip
    assert browser.get("/api/v1/auth/options").json()["oidc"] == "Firm"
    again, _ = firm.log_in("ana")
    assert _me(again)["id"] == me["id"]


def test_who_has_no_role_comes_in_only_when_invited(firm: Firm) -> None:
    _, answer = firm.log_in("bia")
    assert "does not" in _problem(answer)
    people = firm.platform.identity.people
    invited, _ = people.invite(None, "bia@firm.example", "Bia", "adviser", Visitor())
    browser, answer = firm.log_in("bia")
    assert answer.headers["location"] == "/funds"
    assert (_me(browser)["id"], _me(browser)["role"]) == (invited.id, "adviser")


def test_another_domain_is_not_the_firm(firm: Firm) -> None:
    _, answer = firm.log_in("eve")
    assert "does not" in _problem(answer)
    refused = firm.platform.identity.record.page(outcome="refused")
    assert "e***@elsewhere.example" in refused[0].detail


def test_an_unverified_email_takes_over_no_account(firm: Firm) -> None:
    people = firm.platform.identity.people
    people.invite(None, "chief@firm.example", "Chief", "admin", Visitor())
    _, answer = firm.log_in("mal")
    assert "does not" in _problem(answer)


def test_who_is_disabled_stays_out(firm: Firm) -> None:
    from lastro.identity.people import Wish

    browser, _ = firm.log_in("ana")
    firm.platform.identity.people.change(None, _me(browser)["id"], Wish(disabled=True), Visitor())
    _, answer = firm.log_in("ana")
    assert "does not" in _problem(answer)


def test_a_code_works_in_the_browser_that_began_and_once(firm: Firm) -> None:
    began, other = firm.browser(), firm.browser()
    back = at_the_provider(firm.begin(began), "ana")
    assert "begun elsewhere" in _problem(other.get(back))
    firm.begin(other)
    assert "begun elsewhere" in _problem(other.get(back))
    assert began.get(back).headers["location"] == "/funds"
    assert "begun elsewhere" in _problem(began.get(back))


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/\t/x"]
)
def test_nobody_is_sent_elsewhere_in_the_end(firm: Firm, to: str) -> None:
    _, answer = firm.log_in("ana", to)
    assert answer.headers["location"] == "/"


def test_a_wrong_client_secret_lets_nobody_in(firm_of: Callable[..., Firm]) -> None:
    firm = firm_of(LASTRO_IDENTITY__OIDC_CLIENT_ID="lastro")
    provider = firm.platform.identity.oidc
    assert provider is not None
    provider._provider._client_secret = "another"  # noqa: S105
    _, answer = firm.log_in("ana")
    assert "does not stand up" in _problem(answer)
