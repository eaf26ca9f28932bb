"""The RESTlet in the simulated NetSuite: the project's own script, over HTTP, with the rules that REST has."""

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests.simulator.netsuite import restlet
from tests.simulator.world import World
from tests.test_simulator.cast import Control
from tests.test_simulator.netsuite_asking import RESTLET, Integration

SCRIPT = {"script": "customscript_affix_save_email", "deploy": "customdeploy_affix_save_email"}
CUSTOMER, CONTACT, CASE = "104", "108", "119"
ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 30


@pytest.fixture(autouse=True)
def needs_node() -> None:
    try:
        restlet.node()
    except restlet.NoNode as missing:
        pytest.skip(str(missing))


def called(netsuite: Integration, body: Any, **address: str) -> requests.Response:
    return netsuite.ask("POST", RESTLET, params={**SCRIPT, **address}, json=body)


def answered(netsuite: Integration, body: Any) -> Any:
    answer = called(netsuite, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(netsuite: Integration, body: Any) -> tuple[str, str]:
    """Code and sentence. NetSuite puts the whole error as JSON into the message."""
    answer = called(netsuite, body)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    inner = json.loads(error["message"])
    assert (inner["type"], inner["name"]) == ("error.SuiteScriptError", error["code"])
    return error["code"], inner["message"]


def stored(netsuite: Integration, name: str = "mb-1_1_offer.pdf", content: bytes = b"%PDF") -> str:
    contents = base64.b64encode(content).decode()
    body = {"action": "file", "name": name, "contents": contents, "folder": "512"}
    return str(answered(netsuite, body)["fileId"])


def email(external_id: str = "mb-1", message: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    usual = {
        "subject": "Order 4711",
        "message": "<p>As agreed.</p>",
        "author": CONTACT,
        "authoremail": "purchasing@adatum.example",
        "recipient": "101",
        "recipientemail": "ana@contoso.example",
        "cc": "office@adatum.example, store@adatum.example",
        "messagedate": "2026-11-20T10:15:00+01:00",
        "incoming": True,
    }
    asked = {"action": "message", "externalId": external_id, "target": {"type": "customer", "id": CUSTOMER}}
    return {**asked, "message": {**usual, **(message or {})}, "fileIds": [], **changes}


def test_the_script_of_the_project_answers(netsuite: Integration) -> None:
    assert answered(netsuite, {"action": "ping"}) == {"version": "1"}


def test_script_and_deployment_are_known_by_their_numbers_too(netsuite: Integration) -> None:
    assert called(netsuite, {"action": "ping"}, script="1501", deploy="1").json() == {"version": "1"}


@pytest.mark.parametrize("address", [{"script": "customscript_other"}, {"deploy": "2"}, {"script": ""}])
def test_another_script_or_deployment_is_not_there(netsuite: Integration, address: dict[str, str]) -> None:
    answer = called(netsuite, {"action": "ping"}, **address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "SSS_INVALID_SCRIPTLET_ID")


def test_a_script_that_is_not_installed_is_not_there(netsuite: Integration) -> None:
    netsuite.account.restlet_installed = False
    assert called(netsuite, {"action": "ping"}).json()["error"]["code"] == "SSS_INVALID_SCRIPTLET_ID"


def test_an_email_lies_in_the_ledger_with_its_files(netsuite: Integration, control: Control) -> None:
    contents = {"mb-1_1_offer.pdf": b"%PDF", "mb-1_2_notes.txt": "Grüße".encode("latin-1"), "mb-1_3_empty.bin": b""}
    file_ids = [stored(netsuite, name, content) for name, content in contents.items()]
    message = answered(netsuite, email(fileIds=file_ids, message={"emailed": True}))
    assert message["created"] is True
    ledger = control.ask("GET", "ledger")
    (kept,) = ledger["emails"]
    assert kept["id"] == message["messageId"]
    assert kept["record"] == {"type": "customer", "id": CUSTOMER}
    assert kept["author"] == {"id": CONTACT, "email": "purchasing@adatum.example"}
    assert kept["recipient"] == {"id": "101", "email": "ana@contoso.example"}
    assert (kept["subject"], kept["body"]) == ("Order 4711", "<p>As agreed.</p>")
    assert (kept["date"], kept["incoming"], kept["emailed"]) == ("2026-11-20T09:15:00Z", True, False)
    assert {file["name"]: file["sha256"] for file in kept["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }
    assert all(file["attachedTo"] == [{"type": "message", "id": kept["id"]}] for file in ledger["files"])


@pytest.mark.parametrize(("type_", "id_"), [("contact", CONTACT), ("supportcase", CASE)])
def test_an_email_may_hang_on_people_and_cases(netsuite: Integration, control: Control, type_: str, id_: str) -> None:
    answered(netsuite, email(target={"type": type_, "id": id_}))
    assert control.ask("GET", "ledger")["emails"][0]["record"] == {"type": type_, "id": id_}


def test_files_are_read_back_byte_for_byte(netsuite: Integration) -> None:
    content = bytes(range(256)) * 100
    read = answered(netsuite, {"action": "read", "fileId": stored(netsuite, "a.csv", content)})
    assert (read["name"], read["size"], base64.b64decode(read["contents"])) == ("a.csv", len(content), content)


def test_the_largest_file_that_fits_in_a_call_is_stored(netsuite: Integration) -> None:
    id_ = stored(netsuite, "big.bin", os.urandom(7_400_000))
    assert len(netsuite.account.files[id_].content) == 7_400_000


def test_an_undone_save_leaves_nothing(netsuite: Integration, control: Control) -> None:
    file_ids = [stored(netsuite), stored(netsuite, "b.txt")]
    message_id = answered(netsuite, email(fileIds=file_ids))["messageId"]
    remove = {"action": "remove", "messageId": message_id, "fileIds": file_ids}
    assert answered(netsuite, remove) == answered(netsuite, remove) == {"removed": True}
    ledger = control.ask("GET", "ledger")
    assert (ledger["emails"], ledger["files"]) == ([], [])


# The same rules through both doors


def test_a_message_made_by_rest_is_found_by_the_script(netsuite: Integration) -> None:
    fields = {"externalId": "mb-1", "entity": CUSTOMER, "author": CONTACT, "recipient": "101"}
    addresses = {"authorEmail": "a@adatum.example", "recipientEmail": "ana@contoso.example"}
    id_ = netsuite.made("/message", {**fields, **addresses})
    assert answered(netsuite, {"action": "find", "externalId": "mb-1"}) == {"messageId": id_}
    assert answered(netsuite, email("mb-1")) == {"messageId": id_, "created": False}


def test_a_message_made_by_the_script_is_found_by_rest(netsuite: Integration) -> None:
    message_id = answered(netsuite, email("mb-1"))["messageId"]
    assert netsuite.get("/message/eid:mb-1").json()["id"] == message_id


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"author": None}, "Please enter value(s) for: From."),
        ({"recipient": None}, "Please enter value(s) for: Recipient."),
        ({"message": "x" * 1_000_001}, "more than the maximum number ( 1000000 ) of characters"),
        ({"author": "999999"}, "Invalid Field Value 999999 for the following field: author"),
        ({"cc": "nobody"}, "Invalid email address in field cc: nobody"),
        ({"authoremail": "a@b@c"}, "Invalid email address in field authorEmail: a@b@c"),
    ],
)
def test_what_rest_refuses_the_script_is_refused_too(
    netsuite: Integration, message: dict[str, Any], sentence: str
) -> None:
    assert sentence in refused(netsuite, email(message=message))[1]
    assert netsuite.account.records["message"] == {}


def test_a_target_that_does_not_exist_is_refused(netsuite: Integration) -> None:
    code, sentence = refused(netsuite, email(target={"type": "customer", "id": "999999"}))
    assert (code, "999999" in sentence) == ("INVALID_CONTENT", True)


def test_a_folder_that_does_not_exist_is_refused(netsuite: Integration) -> None:
    body = {"action": "file", "name": "a", "contents": "YQ==", "folder": "513"}
    assert refused(netsuite, body) == ("INVALID_KEY_OR_REF", "Invalid folder reference key 513.")


@pytest.mark.parametrize(
    ("withheld", "action"),
    [
        ("Track Messages", "message"),
        ("Track Messages (Create)", "message"),
        ("Track Messages (Full)", "remove message"),
        ("Documents and Files (Create)", "file"),
        ("Documents and Files (Full)", "remove file"),
        ("Documents and Files", "read"),
    ],
)
def test_the_script_may_do_what_the_role_may(netsuite: Integration, withheld: str, action: str) -> None:
    file_id, message_id = stored(netsuite), answered(netsuite, email())["messageId"]
    netsuite.account.withheld.add(withheld)
    body = {
        "message": email("mb-2"),
        "remove message": {"action": "remove", "messageId": message_id},
        "file": {"action": "file", "name": "b", "contents": "", "folder": "512"},
        "remove file": {"action": "remove", "fileIds": [file_id]},
        "read": {"action": "read", "fileId": file_id},
    }[action]
    code, sentence = refused(netsuite, body)
    assert (code, withheld.partition(" (")[0] in sentence) == ("INSUFFICIENT_PERMISSION", True)
    assert (list(netsuite.account.records["message"]), list(netsuite.account.files)) == ([message_id], [file_id])


def test_an_account_that_keeps_its_messages_says_so(netsuite: Integration) -> None:
    message_id = answered(netsuite, email())["messageId"]
    netsuite.account.messages_removable = False
    assert refused(netsuite, {"action": "remove", "messageId": message_id})[0] == "INSUFFICIENT_PERMISSION"


def test_accounts_do_not_see_each_other(netsuite: Integration, world: World) -> None:
    answered(netsuite, email())
    other = world.netsuite.account("7654321-sb1")
    assert other is not None
    assert restlet.call(other, "POST", {"action": "find", "externalId": "mb-1"}, SCRIPT) == (200, {"messageId": None})


# The process


def test_of_many_saves_at_once_one_makes_the_message(netsuite: Integration) -> None:
    gate = threading.Barrier(10)

    def save(_: int) -> Any:
        gate.wait(LIMIT_SECONDS)
        return restlet.call(netsuite.account, "POST", email(), SCRIPT)[1]

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(save, range(10)))
    assert len({answer["messageId"] for answer in answers}) == 1
    assert [answer["created"] for answer in answers].count(True) == 1


def test_a_process_that_was_ended_is_started_again(netsuite: Integration) -> None:
    assert answered(netsuite, {"action": "ping"})
    first = restlet.running()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert answered(netsuite, {"action": "ping"}) == {"version": "1"}
    assert restlet.running() not in {None, first}


def test_a_call_whose_process_ends_in_the_middle_is_not_repeated(netsuite: Integration) -> None:
    """What it did until then is done, as it may be when NetSuite's answer is lost."""
    process = restlet.Process()

    class Ending(restlet.Store):
        def answer(self, name: str, parameters: list[Any]) -> dict[str, Any]:
            given = super().answer(name, parameters)
            if name == "createRecord":
                os.kill(process.pid or 0, signal.SIGKILL)
            return given

    with pytest.raises(restlet.Died):
        process.call(Ending(netsuite.account), "POST", email())
    assert process.call(restlet.Store(netsuite.account), "POST", email())[1]["created"] is False
    assert len(netsuite.account.records["message"]) == 1
    process.stop()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_process_ends_with_the_simulator(how: signal.Signals) -> None:
    program = (
        "import signal, sys, time\n"
        # Programs in the background of a shell without job control ignore it from the beginning.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from tests.simulator.netsuite import filling, restlet\n"
        f"restlet.call(filling.filled(time.time).accounts[0], 'POST', {{'action': 'ping'}}, {SCRIPT})\n"
        "print(restlet.running(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as simulator:
        assert simulator.stdout is not None
        child = int(simulator.stdout.readline())
        assert psutil.pid_exists(child)
        simulator.send_signal(how)
        simulator.wait(LIMIT_SECONDS)
        wait_until_gone(child)


def wait_until_gone(process: int) -> None:
    until = time.monotonic() + LIMIT_SECONDS
    while psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, f"process {process} still runs"
        threading.Event().wait(0.02)


def test_a_machine_without_node_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(restlet.NoNode, match="scripts/setup"):
        restlet.node()
