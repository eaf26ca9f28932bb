"""What a destination is told of an email."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from server.copying import email_of
from server.models import Mailbox, Message, Person, Save
from server.settings import Settings


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
    save = Save(
        message=message,
        person=Person(name="Ben", address="ben@contoso.example"),
        person_id=uuid4(),
        record_type="contact",
        record_id="1",
        mailbox_kind="shared",
        how="manual",
        attachments={"mode": "none"},
    )
    email = email_of(settings, save, "key", copy=None, body=None, own_domains={"contoso.test"})
    assert email.is_incoming is is_incoming
