"""Files: into the File Cabinet by the document service, onto records by attaching."""

import base64
import hashlib
from typing import Any

import pytest

from tests.test_simulator.cast import Control
from tests.test_simulator.netsuite_asking import RECORD, REST, Integration, about, refusal

DOCUMENT = f"{REST}/document/v1"
FILE = f"{DOCUMENT}/file"
CUSTOMER, CONTACT, CASE = "104", "108", "119"


def document(octets: bytes = b"%PDF", /, **changes: Any) -> dict[str, Any]:
    usual = {"name": "mb-1_1_offer.pdf", "folder": {"id": "512"}, "content": base64.b64encode(octets).decode()}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def test_a_file_is_created_read_and_deleted(netsuite: Integration) -> None:
    id_ = netsuite.made(FILE, document(encoding="UTF-8"))
    found = netsuite.get(f"{FILE}/{id_}").json()
    assert (found["name"], found["size"], base64.b64decode(found["content"])) == ("mb-1_1_offer.pdf", 4, b"%PDF")
    assert found["folder"] == {"id": "512", "refName": "Affix"}
    assert netsuite.ask("DELETE", f"{FILE}/{id_}").status_code == 204
    assert refusal(netsuite.get(f"{FILE}/{id_}")) == (404, "NONEXISTENT_ID")


def test_a_file_of_the_same_name_in_the_same_folder_is_replaced(netsuite: Integration) -> None:
    first, second = (netsuite.made(FILE, document(content)) for content in (b"one", b"two"))
    assert first == second and netsuite.account.files[first].content == b"two"


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"name": None}, 400, "USER_ERROR", None),
        ({"name": "a/b.pdf"}, 400, "INVALID_CONTENT", "name"),
        ({"name": "x" * 200}, 400, "USER_ERROR", "name"),
        ({"folder": None}, 400, "USER_ERROR", None),
        ({"folder": {"id": "513"}}, 400, "INVALID_CONTENT", "folder"),
        ({"content": None}, 400, "INVALID_CONTENT", "content"),
        ({"content": "not base64!"}, 400, "INVALID_CONTENT", "content"),
        ({"contents": "JVBERg=="}, 400, "INVALID_CONTENT", "contents"),
    ],
)
def test_a_document_of_another_form_is_refused(
    netsuite: Integration, changes: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    answer = netsuite.post(FILE, document(**changes))
    assert (*refusal(answer), about(answer)) == (status, code, field)
    assert not netsuite.account.files


def test_a_file_has_ten_megabytes_at_most(netsuite: Integration) -> None:
    most = 10 * 1024 * 1024
    assert netsuite.made(FILE, document(bytes(most)))
    assert refusal(netsuite.post(FILE, document(bytes(most + 1), name="larger")))[0] == 400
    assert [len(file.content) for file in netsuite.account.files.values()] == [most]


def test_the_catalog_describes_the_request_that_creates_a_file(netsuite: Integration) -> None:
    described = netsuite.get(f"{DOCUMENT}/metadata-catalog").json()
    assert described["servers"] == [{"url": DOCUMENT}] and "post" in described["paths"]["/file"]
    fields = described["components"]["schemas"]["file"]["properties"]
    assert {name for name, one in fields.items() if not one.get("readOnly")} == {*document(), "encoding"}
    headers = {"Accept": "application/schema+json"}
    assert netsuite.get(f"{DOCUMENT}/metadata-catalog/file", headers=headers).json()["properties"] == fields


@pytest.mark.parametrize("target", [f"/customer/{CUSTOMER}", f"/contact/{CONTACT}", f"/supportCase/{CASE}"])
def test_a_file_is_attached_to_a_record(netsuite: Integration, control: Control, target: str) -> None:
    id_ = netsuite.made(FILE, document())
    for _ in range(2):
        answer = netsuite.post(f"{target}/!attach/file/{id_}", {})
        assert (answer.status_code, answer.content) == (204, b"")
    _, type_, record = target.lower().split("/")
    [shown] = control.ask("GET", "ledger")["files"]
    assert shown["attachedTo"] == [{"type": type_, "id": record}], "twice is once"
    assert (shown["folder"], shown["sha256"]) == ("512", hashlib.sha256(b"%PDF").hexdigest())
    assert "mb-1_1_offer.pdf" in _page(netsuite, target)


def _page(netsuite: Integration, target: str) -> str:
    pages = {
        "customer": "common/entity/custjob",
        "contact": "common/entity/contact",
        "supportCase": "crm/support/supportcase",
    }
    _, type_, id_ = target.split("/")
    return netsuite.http.get(f"https://1234567.app.netsuite.com/app/{pages[type_]}.nl?id={id_}").text


def test_a_contact_is_attached_by_external_ids_too(netsuite: Integration) -> None:
    netsuite.account.records["customer"][CUSTOMER]["externalId"] = "adatum"
    netsuite.account.records["contact"][CONTACT]["externalId"] = "purchasing"
    path = "/customer/eid:adatum/!attach/contact/eid:purchasing"
    assert netsuite.post(path, {"role": {"id": "-10"}}).status_code == 204
    assert netsuite.account.attached == [("customer", CUSTOMER, "contact", CONTACT)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/customer/{CUSTOMER}/!attach/file/999", (404, "NONEXISTENT_ID")),
        (f"/customer/{CUSTOMER}/!attach/contact/999", (404, "NONEXISTENT_ID")),
        (f"/customer/{CUSTOMER}/!attach/contact/{CUSTOMER}", (404, "NONEXISTENT_ID")),
        (f"/customer/999/!attach/contact/{CONTACT}", (404, "NONEXISTENT_ID")),
        (f"/customer/{CUSTOMER}/!attach/message/1", (400, "INVALID_REQUEST")),
        (f"/customer/{CUSTOMER}/!attach/supportcase/{CASE}", (400, "INVALID_REQUEST")),
        (f"/message/1/!attach/file/{CONTACT}", (400, "INVALID_REQUEST")),
    ],
)
def test_nothing_else_is_attached(netsuite: Integration, path: str, expected: tuple[int, str]) -> None:
    assert refusal(netsuite.post(path, {})) == expected


def test_a_deleted_file_hangs_nowhere(netsuite: Integration) -> None:
    id_ = netsuite.made(FILE, document())
    netsuite.post(f"/customer/{CUSTOMER}/!attach/file/{id_}", {})
    netsuite.account.message_files["1"] = [id_]
    netsuite.ask("DELETE", f"{FILE}/{id_}")
    assert netsuite.account.attached == [] and netsuite.account.message_files == {"1": []}


def test_the_location_of_a_file_is_its_address(netsuite: Integration) -> None:
    location = netsuite.post(FILE, document()).headers["Location"]
    assert location.startswith(f"{FILE}/") and not location.startswith(RECORD)
    assert netsuite.get(location).status_code == 200
