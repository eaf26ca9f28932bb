"""Emails to save, for the tests of destinations."""

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from server.destinations.base import EmailToSave, MimeToSave, Party

RAW = b"From: cleo@contoso.example\r\nSubject: Offer\r\n\r\nHere it is.\r\n"


@dataclass(frozen=True)
class MemoryFile:
    name: str
    content: bytes
    content_type: str = "application/octet-stream"
    is_inline: bool = False
    content_id: str | None = None

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content)


def mime_of(raw: bytes) -> MimeToSave:
    return MimeToSave(len(raw), hashlib.sha256(raw).hexdigest(), lambda: io.BytesIO(raw))


def email_to(type: str, id: str, key: str = "key-1", raw: bytes = RAW, **changes: Any) -> EmailToSave:
    fields: dict[str, Any] = {
        "internet_message_id": "<1@contoso.example>",
        "subject": "Offer",
        "mailbox": "support@contoso.example",
        "mailbox_kind": "shared",
        "sent_by": Party("Cleo", "cleo@contoso.example"),
        "saved_by": Party("Ana", "ana@contoso.example"),
        "saved_by_id": "ana",
        "saved_at": datetime(2027, 1, 4, 9, 0, tzinfo=UTC),
        "mime": mime_of(raw),
        "to": (Party("Support", "support@contoso.example"),),
        "text": "Here it is.",
        "html": "<p>Here it is.</p>",
        "preview": "Here it is.",
    }
    return EmailToSave(key=key, record_type=type, record_id=id, **(fields | changes))
