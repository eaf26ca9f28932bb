"""The README's examples of the account API do what they say, one after the other, to the letter."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from tests.accounts.conftest import SCOPES
from tests.accounts.guide import add_mailbox
from tests.accounts.test_sign_in import Browser
from tests.conftest import Control, Someone, mime
from tests.simulator.directory import Right
from tests.simulator.hooks import HOST as HOOKS
from tests.simulator.world import World

README = Path(__file__).parents[2] / "README.md"
CALL = re.compile(
    r"^api (?P<method>[A-Z]+) (?P<quote>['\"]?)(?P<path>[^'\" \n]+)(?P=quote)"
    r"(?: -H '(?P<header>[^']+)')?(?: -d '(?P<body>.*?)'(?=\n|\Z))?(?P<more> -N| -o \S+)?$",
    re.MULTILINE | re.DOTALL,
)
USER, SUPPORT = "user@example.com", "support@example.com"


def examples() -> list[re.Match[str]]:
    text = README.read_text(encoding="utf-8")
    [block] = re.findall(r"### With curl\n.*?```sh\n(.*?)```", text, re.DOTALL)
    found = list(CALL.finditer(block))
    assert len(found) == len(re.findall(r"^api [A-Z]", block, re.MULTILINE))
    return found


@pytest.mark.parametrize(
    "settings",
    [{"base_url": "http://localhost:8000", "notification_origin": "https://affix.example"}],
    indirect=True,
)
def test_every_example_of_the_readme_works(
    app: APIFlask, ana: Someone, control: Control, world: World, sweep: Any
) -> None:
    with world.lock:
        add_mailbox(world, USER, "A User")
        add_mailbox(world, SUPPORT, "Support", "shared")
        world.rights += [Right(USER, SUPPORT, kind) for kind in ("full", "sendAs")]
    made = ana.post("/api/admin/api-keys", {"name": "Curl", "scopes": SCOPES}, expect=201)
    message = control.deliver(SUPPORT, mime("Order 4711", "<4711@adatum.example>", to=SUPPORT))["immutableId"]
    client = app.test_client()
    for example in examples():
        path = example["path"].replace("$MESSAGE", message)
        body = (example["body"] or "").replace("'$MESSAGE'", message).replace("hooks.example.com", HOOKS)
        headers = {"Authorization": f"Bearer {made['key']}", "Content-Type": "application/json"}
        if example["header"]:
            name, _, value = example["header"].partition(": ")
            headers[name] = value
        answer = client.open(f"/v1/{path}", method=example["method"], data=body or None, headers=headers)
        if path == "changes":
            assert answer.mimetype == "text/event-stream"
            answer.close()
            continue
        assert answer.status_code == 200, f"{example[0]}: {answer.get_data(as_text=True)}"
        if path == "authentication/form":
            browser = Browser(app.test_client(), control)
            done = browser.come_back(browser.sign_in(browser.press(json.loads(answer.data)["url"]), USER))
            assert "is connected" in done.get_data(as_text=True)
        sweep()
