"""Token requests written by hand, and what their refusals say."""

import requests

from tests.simulator import seed
from tests.test_simulator.cast import DEFAULT

OBO = "urn:ietf:params:oauth:grant-type:jwt-bearer"
WRITE = ["https://graph.microsoft.com/Mail.ReadWrite.Shared"]


def ask_token(http: requests.Session, tenant: str = seed.CONTOSO.id, **form: str) -> requests.Response:
    asked = {"client_id": seed.AFFIX_APP, "client_secret": seed.AFFIX_SECRET, **form}
    asked = {name: value for name, value in asked.items() if value}
    return http.post(f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token", data=asked)


def ask_for_person(http: requests.Session, assertion: str, scope: str = DEFAULT[0], **form: str) -> requests.Response:
    return ask_token(http, grant_type=OBO, assertion=assertion, scope=scope, requested_token_use="on_behalf_of", **form)


def refused(answer: requests.Response) -> tuple[int, str, int]:
    body = answer.json()
    assert body["error_description"].startswith(f"AADSTS{body['error_codes'][0]}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= body.keys()
    return answer.status_code, body["error"], body["error_codes"][0]
