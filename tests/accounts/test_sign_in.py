"""The hosted sign-in form: a link, a page, Microsoft's sign-in, and an account, or a page that says what to do."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from server.accounts import sign_in
from server.services import Services
from tests.conftest import Control
from tests.simulator.directory import Right
from tests.simulator.seed import AFFIX_APP, CONTOSO
from tests.simulator.world import World

CALLBACK = "http://localhost:8000/oauth/callback"
FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
BACK = "https://myapp.com/settings"
pytestmark = pytest.mark.parametrize(
    "settings", [{"base_url": "http://localhost:8000", "redirect_origins": ("https://myapp.com",)}], indirect=True
)


class Browser:
    """A person's browser: it keeps cookies, follows the form to Microsoft, and comes back."""

    def __init__(self, client: FlaskClient, control: Control) -> None:
        self.client = client
        self._microsoft = control.simulator.test_client()

    def open(self, url: str) -> Any:
        return self.client.get(urlsplit(url).path)

    def press(self, url: str) -> str:
        """The button of the form. Gives the address at Microsoft."""
        answer = self.client.post(urlsplit(url).path)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return str(answer.headers["Location"])

    def sign_in(self, address: str, who: str) -> dict[str, str]:
        """At Microsoft's page as that person. Gives the form that is posted back."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        chooser = self._microsoft.get(f"/{parts.netloc}{parts.path}?{parts.query}")
        assert "Pick an account" in chooser.get_data(as_text=True)
        asked.pop("prompt")
        asked["login_hint"] = who if "@" in who else f"{who}@contoso.example"
        answer = self._microsoft.get(f"/{parts.netloc}{parts.path}?{urlencode(asked)}")
        form = answer.get_data(as_text=True)
        assert f'method="post" action="{CALLBACK}"' in form
        return {name: unescape(value) for name, value in FIELD.findall(form)}

    def come_back(self, form: dict[str, str]) -> Any:
        """With what Microsoft's page posts, which is another site: the browser sends no cookie along."""
        posted = self.client.application.test_client().post(urlsplit(CALLBACK).path, data=form)
        return self.client.get(posted.headers["Location"]) if posted.status_code == 303 else posted

    def whole(self, url: str, who: str) -> Any:
        assert self.open(url).status_code == 200
        return self.come_back(self.sign_in(self.press(url), who))


@pytest.fixture
def browser(app: APIFlask, control: Control) -> Browser:
    return Browser(app.test_client(), control)


@pytest.fixture
def link(program: Any) -> Any:
    """The link of a form for support@ in the guide's words; `link(delegated=False, ...)` changes some."""

    def made(**other: Any) -> str:
        asked = {
            "account": "shared-support",
            "name": "Support Mailbox",
            "email": "support@contoso.example",
            "delegated": True,
            "redirectUrl": BACK,
            "type": "AAABiCtT7XUAAAAF",
            **other,
        }
        wanted = {name: value for name, value in asked.items() if value is not None}
        return str(program("POST", "/v1/authentication/form", wanted)["url"])

    return made


def test_a_shared_mailbox_is_connected_by_whoever_has_access(link: Any, browser: Browser, program: Any) -> None:
    url = link()
    page = browser.open(url).get_data(as_text=True)
    assert "Connect the mailbox support@contoso.example" in page
    assert "Sign in with your own account" in page
    done = browser.come_back(browser.sign_in(browser.press(url), "ben"))
    assert done.status_code == 303
    assert done.headers["Location"] == f"{BACK}?account=shared-support&state=new"
    account = program("GET", "/v1/account/shared-support")
    assert account["email"] == "support@contoso.example"
    assert account["oauth2"]["auth"] == {"user": "ben@contoso.example", "delegatedUser": "support@contoso.example"}
    assert account["state"] in ("connecting", "connected", "syncing")


def test_without_delegated_ones_own_mailbox_becomes_a_main_account(link: Any, browser: Browser, program: Any) -> None:
    url = link(account="my-account", name="Ben", email="ben@contoso.example", delegated=None, redirectUrl=None)
    done = browser.whole(url, "ben")
    assert "The mailbox is connected" in done.get_data(as_text=True)
    assert program("GET", "/v1/account/my-account")["email"] == "ben@contoso.example"


def test_who_signs_in_to_a_shared_mailbox_that_is_their_own_gets_a_normal_account(
    link: Any, browser: Browser, program: Any
) -> None:
    browser.whole(link(email="ben@contoso.example"), "ben")
    assert "delegatedUser" not in program("GET", "/v1/account/shared-support")["oauth2"]["auth"]


def test_nobody_is_told_added_who_has_no_access(link: Any, browser: Browser, program: Any, world: World) -> None:
    url = link()
    refused = browser.whole(url, "mallory")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 403
    assert "mallory@contoso.example has no access to the mailbox support@contoso.example" in page
    assert (
        "Add-MailboxPermission -Identity support@contoso.example -User mallory@contoso.example -AccessRights FullAccess"
    ) in page
    program("GET", "/v1/account/shared-support", expect=404)
    world.rights.append(Right("mallory@contoso.example", "support@contoso.example", "full"))
    again = re.search(r'action="(/sign-in/[^"]+)"', page)
    assert again and again[1] == urlsplit(url).path
    assert browser.whole(url, "mallory").status_code == 303


def test_only_the_expected_person_may_sign_in(link: Any, browser: Browser, program: Any) -> None:
    url = link(expectedEmail="ana@contoso.example")
    assert "Sign in as ana@contoso.example" in browser.open(url).get_data(as_text=True)
    refused = browser.whole(url, "ben")
    assert "You signed in as ben@contoso.example, but ana@contoso.example has to" in refused.get_data(as_text=True)
    assert browser.whole(url, "ana").status_code == 303
    auth = program("GET", "/v1/account/shared-support")["oauth2"]["auth"]
    assert auth == {"user": "ana@contoso.example", "delegatedUser": "support@contoso.example"}


def test_a_main_account_is_not_made_for_somebody_else_than_was_named(link: Any, browser: Browser) -> None:
    refused = browser.whole(link(email="ana@contoso.example", delegated=False), "ben")
    assert "but ana@contoso.example has to sign in here" in refused.get_data(as_text=True)


def test_a_link_makes_one_account(link: Any, browser: Browser) -> None:
    url = link()
    browser.whole(url, "ben")
    assert "connected already" in browser.open(url).get_data(as_text=True)
    assert browser.client.post(urlsplit(url).path).status_code == 403


def test_opening_a_link_uses_nothing_up(link: Any, browser: Browser, app: APIFlask) -> None:
    url = link()
    for _ in range(3):
        assert app.test_client().get(urlsplit(url).path).status_code == 200
    assert browser.whole(url, "ben").status_code == 303


def test_a_link_ends_after_a_day(link: Any, browser: Browser, services: Services) -> None:
    url = link()
    _age(services, sign_in.LINK_LIFETIME + timedelta(seconds=1))
    assert "older than a day" in browser.open(url).get_data(as_text=True)
    assert browser.client.post(urlsplit(url).path).status_code == 403


def test_a_sign_in_that_takes_too_long_has_to_be_begun_anew(link: Any, browser: Browser, services: Services) -> None:
    url = link()
    back = browser.sign_in(browser.press(url), "ben")
    _age(services, sign_in.FLOW_LIFETIME + timedelta(seconds=1))
    late = browser.come_back(back)
    assert (late.status_code, "This sign-in is over" in late.get_data(as_text=True)) == (401, True)


def test_a_changed_link_leads_nowhere(link: Any, browser: Browser) -> None:
    url = link()
    other = "A" if url[-9] != "A" else "B"
    for changed in (url[:-2], url[:-9] + other + url[-8:], url.replace("/sign-in/", "/sign-in/x")):
        assert browser.open(changed).status_code in (404, 403)


def test_who_signs_in_elsewhere_connects_nothing_for_whoever_sent_them_there(
    link: Any, browser: Browser, app: APIFlask, program: Any
) -> None:
    """Somebody begins, and has another person sign in at the true address of Microsoft."""
    callback = urlsplit(CALLBACK).path
    for is_first in (True, False):
        form = browser.sign_in(browser.press(link()), "ben")
        victim = app.test_client()
        brought = victim.post(callback, data=form)
        if is_first:
            assert victim.get(brought.headers["Location"]).status_code == 401
        # The one who began knows the state and has the cookie, but did not bring the answer.
        assert browser.client.get(f"{callback}?state={form['state']}").status_code == 401
        assert browser.client.get(brought.headers["Location"]).status_code == 401
        assert victim.post(callback, data=form).status_code == 401
    program("GET", "/v1/account/shared-support", expect=404)


def test_what_comes_back_counts_once_and_with_its_state(link: Any, browser: Browser) -> None:
    url = link()
    back = browser.sign_in(browser.press(url), "ben")
    assert browser.come_back({**back, "state": "other"}).status_code == 401
    browser.press(url)
    assert browser.come_back(back).status_code == 401  # the first one was given up by then
    again = browser.sign_in(browser.press(url), "ben")
    assert browser.come_back(again).status_code == 303
    assert browser.come_back(again).status_code == 401


def test_the_code_is_redeemed_with_pkce(link: Any, browser: Browser) -> None:
    asked = parse_qs(urlsplit(browser.press(link())).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["redirect_uri"] == [CALLBACK]


def test_who_declines_is_told_that_nothing_was_connected(link: Any, browser: Browser, world: World) -> None:
    world.consents[CONTOSO.id, AFFIX_APP].delegated.clear()
    declined = browser.whole(link(), "ben")
    assert "Nothing was connected" in declined.get_data(as_text=True)


def test_while_microsoft_is_busy_the_link_stays_good(link: Any, browser: Browser, control: Control) -> None:
    url = link()
    back = browser.sign_in(browser.press(url), "ben")
    control("POST", "faults", json=[{"service": "entra", "method": "POST", "status": 503, "times": 1}])
    assert browser.come_back(back).status_code == 503
    assert browser.whole(url, "ben").status_code == 303


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/settings",
        "https://myapp.com.elsewhere.example/",
        "https://myapp.com@elsewhere.example/",
        "https://myapp.com:444/settings",
        "http://myapp.com/settings",
        "//myapp.com/settings",
        "javascript:alert(1)",
        "https://myapp.com\\@elsewhere.example/",
        "https://myapp.com/\r\nSet-Cookie: a=b",
    ],
)
def test_people_are_sent_back_only_to_addresses_that_the_operator_named(program: Any, url: str) -> None:
    asked = {"account": "a", "email": "support@contoso.example", "delegated": True, "redirectUrl": url}
    refused = program("POST", "/v1/authentication/form", asked, expect=400)
    assert refused["error"]["code"] in ("invalid_redirect", "redirect_not_allowed")


def test_the_program_finds_its_own_query_again(link: Any, browser: Browser) -> None:
    done = browser.whole(link(redirectUrl=f"{BACK}?tab=mail&empty="), "ben")
    assert done.headers["Location"] == f"{BACK}?tab=mail&empty=&account=shared-support&state=new"


def test_nothing_secret_is_kept_readable(link: Any, browser: Browser, services: Services) -> None:
    address = browser.press(link())
    state = parse_qs(urlsplit(address).query)["state"][0]
    with services.database.session() as session:
        [row] = session.execute(text("SELECT sign_ins::text FROM sign_ins")).scalars()
    assert state not in row
    assert "code_verifier" not in row


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_a_program_writes_is_shown_as_text(link: Any, browser: Browser, words: str) -> None:
    page = browser.open(link(account=words.replace("/", "")))
    assert words.replace("/", "") not in page.get_data(as_text=True)
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def _age(services: Services, by: timedelta) -> None:
    columns = ("expires_at", "flow_until")
    with services.database.session.begin() as session:
        moved = ", ".join(f"{name} = {name} - make_interval(secs => :by)" for name in columns)
        session.execute(text(f"UPDATE sign_ins SET {moved}"), {"by": by.total_seconds()})


@pytest.fixture(autouse=True)
def _registered(world: World) -> Iterator[None]:
    assert "http://localhost/oauth/callback" in world.registrations[AFFIX_APP].redirects
    yield
