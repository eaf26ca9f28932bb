"""Attachments: which are saved, what is too large, and what is only a link."""

import base64
import hashlib
from email.message import EmailMessage
from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, item_of, save_of, with_files

OFFER = ("offer.pdf", b"%PDF offer")
LOGO = ("inline-logo.png", b"logo")
PLAN = ("plan.xlsx", b"plan")


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


class Story:
    """A message in the support mailbox, saved by ben to one record."""

    def __init__(self, ben: Someone, control: Control, record: dict[str, Any], work: Any) -> None:
        self.ben, self.control, self.record, self.work = ben, control, record, work

    def arrives(self, raw: bytes) -> None:
        self.delivered = self.control.deliver(SUPPORT, raw)
        self.item = item_of(self.delivered, SUPPORT)

    def links_to(self, name: str) -> None:
        link = {"@odata.type": "#microsoft.graph.referenceAttachment", "name": name}
        asked = {"mailbox": SUPPORT, "id": self.delivered["id"], "attachment": link}
        self.control("POST", "attachments", json=asked)

    def shown(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ben.post("/api/context", {"item": self.item})["message"]["attachments"]
        return found

    def saved(self, attachments: Any) -> dict[str, Any]:
        """The email on the record after the save; the save itself is `save`."""
        [save] = self.ben.save(self.item, self.record, attachments=attachments)
        self.work()
        self.save = save_of(self.ben, save)
        [email] = self.ben.emails(self.record)
        return email

    def bytes_of(self, email: dict[str, Any], number: int) -> bytes:
        path = f"/api/records/local/contact/{self.record['id']}/emails/{email['id']}/attachments/{number}"
        return bytes(self.ben.raw("GET", path).data)


@pytest.fixture
def story(ben: Someone, control: Control, record: dict[str, Any], work: Any) -> Story:
    return Story(ben, control, record, work)


def names(email: dict[str, Any]) -> list[str]:
    return [each["name"] for each in email["attachments"]]


def missing(thing: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["name"], each["code"]) for each in thing["missing"]]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("none", []), ("files", ["offer.pdf", "plan.xlsx"]), ("all", ["offer.pdf", "inline-logo.png", "plan.xlsx"])],
)
def test_the_choice_decides_which_attachments_are_saved(story: Story, choice: str, expected: list[str]) -> None:
    story.arrives(with_files(OFFER, LOGO, PLAN))
    assert names(story.saved(choice)) == expected
    assert story.save["state"] == "saved"


def test_without_a_choice_the_setting_decides(story: Story) -> None:
    story.arrives(with_files(OFFER, LOGO))
    assert names(story.saved(None)) == ["offer.pdf"]


def test_single_attachments_can_be_chosen(story: Story) -> None:
    story.arrives(with_files(OFFER, LOGO, PLAN))
    chosen = [each["id"] for each in story.shown() if each["name"] != "offer.pdf"]
    email = story.saved(chosen)
    assert sorted(names(email)) == ["inline-logo.png", "plan.xlsx"]
    assert story.save["attachments"] == chosen


def test_an_empty_choice_saves_none(story: Story) -> None:
    story.arrives(with_files(OFFER))
    assert names(story.saved([])) == []


def test_attachments_of_the_same_name_are_told_apart(story: Story) -> None:
    story.arrives(with_files(("a.txt", b"first"), ("a.txt", b"second"), ("a.txt", b"third")))
    email = story.saved([story.shown()[1]["id"]])
    assert [each["sha256"] for each in email["attachments"]] == [hashlib.sha256(b"second").hexdigest()]


def test_an_attachment_of_another_message_cannot_be_chosen(story: Story, ben: Someone, control: Control) -> None:
    story.arrives(with_files(OFFER))
    strange = story.shown()[0]["id"]
    story.arrives(with_files(PLAN, message_id="<other@adatum.example>"))
    body = {"item": story.item, "records": [story.record], "attachments": [strange]}
    assert ben.post("/api/saves", body, expect=400)["error"]["code"] == "unknown_attachment"


def test_attachments_come_back_byte_for_byte_and_never_run(story: Story, ben: Someone) -> None:
    story.arrives(with_files(('päge "1".html', b"<script>alert(1)</script>")))
    email = story.saved("all")
    assert story.bytes_of(email, email["attachments"][0]["number"]) == b"<script>alert(1)</script>"
    path = f"/api/records/local/contact/{story.record['id']}/emails/{email['id']}/attachments/0"
    answer = ben.raw("GET", path)
    assert answer.content_type.startswith("application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_message_within_the_message_is_saved_with_it(story: Story) -> None:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "purchasing@adatum.example", SUPPORT, "Fwd"
    outer["Message-ID"] = "<outer@adatum.example>"
    outer.set_content("See below.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "third@adatum.example", "The inner one"
    inner.set_content("Inner text.")
    outer.add_attachment(inner)
    story.arrives(outer.as_bytes())
    assert [each["kind"] for each in story.shown()] == ["item"]
    email = story.saved("files")
    assert story.save["state"] == "saved"
    assert b"The inner one" in story.bytes_of(email, email["attachments"][0]["number"])


def test_files_in_the_cloud_are_saved_as_links(story: Story) -> None:
    story.arrives(with_files(OFFER))
    story.links_to("Plan on OneDrive.docx")
    assert sorted(each["kind"] for each in story.shown()) == ["file", "reference"]
    email = story.saved("files")
    assert [each["name"] for each in email["links"]] == ["Plan on OneDrive.docx"]
    assert email["links"][0]["url"].startswith("https://outlook.office365.com/")
    assert (names(email), story.save["state"]) == (["offer.pdf"], "saved")


def test_a_chosen_link_is_saved_and_the_others_are_not(story: Story) -> None:
    story.arrives(mime())
    story.links_to("One.docx")
    story.links_to("Two.docx")
    chosen = [each["id"] for each in story.shown() if each["name"] == "Two.docx"]
    assert [each["name"] for each in story.saved(chosen)["links"]] == ["Two.docx"]


@pytest.mark.parametrize("settings", [{"max_file_bytes": 1000}], indirect=True)
def test_a_file_that_is_too_large_is_left_out_and_named(story: Story) -> None:
    story.arrives(with_files(OFFER, ("film.mp4", b"x" * 1001), ("short.txt", b"x" * 1000)))
    assert [each["tooLarge"] for each in story.shown()] == [False, True, True]  # Exchange counts its overhead
    email = story.saved("all")
    assert names(email) == ["offer.pdf", "short.txt"]
    assert missing(email) == missing(story.save) == [("film.mp4", "file_too_large")]
    assert story.save["state"] == "partial"
    assert "film.mp4" in story.save["reason"]


@pytest.mark.parametrize("settings", [{"max_message_bytes": 5000}], indirect=True)
def test_of_a_message_that_is_too_large_the_text_is_saved(story: Story) -> None:
    story.arrives(with_files(("film.mp4", b"x" * 6000)))
    email = story.saved("all")
    assert story.save["state"] == "partial"
    assert missing(story.save) == [("message.eml", "message_too_large"), ("film.mp4", "message_too_large")]
    assert (email["mimeSha256"], email["mimeSize"]) == (None, None)
    path = f"/api/records/local/contact/{story.record['id']}/emails/{email['id']}"
    shown = story.ben.get(path)
    assert "See the files." in (shown["text"] or shown["html"])
    story.ben("GET", f"{path}/mime", expect=404)


@pytest.mark.parametrize("settings", [{"max_message_bytes": 5000}], indirect=True)
def test_a_message_that_is_too_large_and_was_moved_is_saved_all_the_same(story: Story, control: Control) -> None:
    story.arrives(with_files(("film.mp4", b"x" * 6000)))
    [save] = story.ben.save(story.item, story.record)
    control("DELETE", "messages", json={"mailbox": SUPPORT, "id": story.delivered["id"]})
    control.deliver(SUPPORT, with_files(("film.mp4", b"x" * 6000)), folder="archive")
    story.work()
    assert save_of(story.ben, save)["state"] == "partial"


@pytest.mark.parametrize("settings", [{"max_file_bytes": 1000}], indirect=True)
def test_a_partial_save_can_be_retried_and_stays_one_email(story: Story) -> None:
    story.arrives(with_files(("film.mp4", b"x" * 2000)))
    story.saved("all")
    story.ben("POST", f"/api/saves/{story.save['id']}/retry", expect=202)
    story.work()
    assert save_of(story.ben, story.save)["state"] == "partial"
    assert len(story.ben.emails(story.record)) == 1


def test_an_attachment_without_a_name_is_saved(story: Story) -> None:
    raw = with_files(("x", b"nameless")).replace(b' filename="x"', b"")
    story.arrives(raw)
    email = story.saved("all")
    assert [each["sha256"] for each in email["attachments"]] == [hashlib.sha256(b"nameless").hexdigest()]


def test_a_hostile_file_name_stays_a_name(story: Story) -> None:
    name = base64.b64encode(b"../../etc/passwd\r\nX-Evil: 1").decode()
    raw = with_files(("placeholder", b"content")).replace(b"placeholder", f"=?utf-8?b?{name}?=".encode())
    story.arrives(raw)
    email = story.saved("all")
    [shown] = names(email)
    assert not set(shown) & set("/\\\r\n")
    path = f"/api/records/local/contact/{story.record['id']}/emails/{email['id']}/attachments/0"
    assert "X-Evil" not in story.ben.raw("GET", path).headers
