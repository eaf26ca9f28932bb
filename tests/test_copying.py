"""What a destination is told of an email."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from server.copying import email_of
from server.mail.base import Body
from server.mail.mime import open_message
from server.models import Mailbox, Message, Person, Save
from server.settings import Settings


def save_of(sender: str = "purchasing@adatum.example") -> Save:
    message = Message(
        subject="Offer",
        mailbox=Mailbox(address="support@contoso.example"),
        from_name="",
        from_address=sender,
        sender_address=sender,
        sent_at=datetime(2026, 11, 16, 9, 0, tzinfo=UTC),
        preview="",
        attachments=[],
        recipients={},
    )
    return Save(
        message=message,
        person=Person(name="Ben", address="ben@contoso.example"),
        person_id=uuid4(),
        record_type="contact",
        record_id="1",
        mailbox_kind="shared",
        how="manual",
        attachments={"mode": "none"},
    )


@pytest.mark.parametrize(
    ("sender", "is_incoming"),
    [
        ("purchasing@adatum.example", True),
        ("ben@contoso.example", False),
        ("Ben@Contoso.Example", False),
        ("ben@mail.contoso.example", False),
        ("cleo@contoso.test", False),
        ("somebody@notcontoso.example", True),
        ("", True),
    ],
)
def test_an_email_is_outgoing_when_it_is_from_a_domain_of_the_organisation(
    settings: Settings, sender: str, is_incoming: bool
) -> None:
    email = email_of(settings, save_of(sender), "key", copy=None, body=None, own_domains={"contoso.test"})
    assert email.is_incoming is is_incoming


@pytest.mark.parametrize("keeps_mime", [True, False])
def test_what_is_said_of_the_original_fits_what_becomes_of_it(
    settings: Settings, tmp_path: Path, keeps_mime: bool
) -> None:
    encrypted = tmp_path / "encrypted.eml"
    encrypted.write_bytes(
        b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n"
    )
    with open_message(encrypted) as copy:
        email = email_of(settings, save_of(), "key", copy, None, (), keeps_mime=keeps_mime)
    assert email.note is not None
    assert email.note.startswith("The message is encrypted")
    assert (email.mime is not None, "kept as it came" in email.note) == (keeps_mime, keeps_mime)
    too_large = email_of(settings, save_of(), "key", None, Body("text", None), (), keeps_mime=keeps_mime)
    assert [each.name for each in too_large.missing] == (["message.eml"] if keeps_mime else [])
