"""Signing in from a pane: Microsoft's older way through office.js, and the newer through MSAL, in all their moods."""

import pytest

from tests.pane.outlook import Outlook
from tests.pane.probe import CLAIMS, TOKEN, ready
from tests.pane.servers import find_msal

NESTED = """async () => {
  const app = await msal.createNestablePublicClientApplication({
    auth: { clientId: '5f0c1a52-8d36-4b7e-9a41-2c6d7e8f9a01', authority: 'https://login.microsoftonline.com/common' },
  });
  const request = { scopes: ['api://localhost/5f0c1a52-8d36-4b7e-9a41-2c6d7e8f9a01/access_as_user'] };
  window.nested = async (method) => {
    try {
      const { accessToken, account } = await app[method](request);
      return { token: accessToken, name: account.username };
    } catch ({ name, errorCode }) {
      return { name, code: errorCode };
    }
  };
  return window.nested('acquireTokenSilent');
}"""

needs_msal = pytest.mark.skipif(
    find_msal() is None, reason="npm's @azure/msal-browser is not installed; scripts/setup installs it"
)


def test_the_older_sign_in_gives_the_persons_token(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    claims = pane.evaluate(TOKEN + f".then(({{ token }}) => ({CLAIMS})(token))")
    assert claims["preferred_username"] == "ana@contoso.example"
    assert claims["azp"] == "ea5a67f6-b6f3-4338-b240-c655ddc3cc8e"


@pytest.mark.parametrize("code", [13001, 13002, 13005, 13007, 13012, 13013])
def test_the_older_sign_in_can_fail_in_each_known_way(outlook: Outlook, code: int) -> None:
    pane = ready(outlook.open("ana", sso=str(code)))
    assert pane.evaluate(TOKEN) == {"code": code}


def test_a_claims_challenge_asks_the_person(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    challenged = "window.challenged = Office.auth.getAccessToken({ authChallenge: '{}' }); undefined"
    pane.evaluate(challenged)
    outlook.page.get_by_role("button", name="Confirm").click()
    assert pane.evaluate(f"window.challenged.then({CLAIMS})")["amr"] == ["pwd", "mfa"]
    pane.evaluate(challenged)
    outlook.page.locator(".sign-in").get_by_role("button", name="Cancel").click()
    assert pane.evaluate("window.challenged.catch(({ code }) => code)") == 13002


@needs_msal
def test_msal_gets_a_token_over_the_bridge(outlook: Outlook) -> None:
    pane = ready(outlook.open("ben"))
    assert pane.evaluate("Office.context.requirements.isSetSupported('NestedAppAuth', '1.1')") is True
    answer = pane.evaluate(NESTED)
    assert answer["name"] == "ben@contoso.example"
    claims = pane.evaluate(CLAIMS, answer["token"])
    assert (claims["azp"], claims["preferred_username"]) == (
        "5f0c1a52-8d36-4b7e-9a41-2c6d7e8f9a01",
        "ben@contoso.example",
    )


@needs_msal
def test_msal_asks_the_person_when_silence_is_not_enough(outlook: Outlook) -> None:
    pane = ready(outlook.open("ben", bridge="interaction"))
    assert pane.evaluate(NESTED) == {"name": "InteractionRequiredAuthError", "code": "interaction_required"}
    pane.evaluate("window.asked = window.nested('acquireTokenPopup'); undefined")
    outlook.page.get_by_role("button", name="Confirm").click()
    assert pane.evaluate("window.asked")["name"] == "ben@contoso.example"


@needs_msal
@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ({"nested": "off"}, {"name": "BrowserAuthError", "code": "no_account_error"}),
        ({"nested": "announced"}, {"name": "BrowserAuthError", "code": "no_account_error"}),
        ({"bridge": "disabled"}, {"name": "BrowserAuthError", "code": "no_account_error"}),
    ],
)
def test_msal_knows_nobody_without_a_bridge(outlook: Outlook, settings: dict[str, str], answer: dict[str, str]) -> None:
    pane = ready(outlook.open("ben", **settings))
    assert pane.evaluate(NESTED) == answer
    announced = pane.evaluate("Office.context.requirements.isSetSupported('NestedAppAuth', '1.1')")
    assert announced is (settings.get("nested") != "off")
