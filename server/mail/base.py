"""What a mail backend answers and how it fails, so that the rest of Affix need not know whose backend it is.

MailError
  MailGone            the item, or the mailbox, is not there (under this address)
  MailAccessDenied    this person, or this application, may not
  MailIdMalformed     the id cannot be one
  MailChallenge       the token is refused until the person proves more: carries the claims challenge
  MailChanged         somebody changed the item since it was read
  MailTooLarge        the message is larger than allowed
  MailBusy            too many requests or out of order: carries retry_after in seconds, if it was said
  MailRefused         refused for another reason
    MailConflict      because there is one already
    MailPartDenied    one thing in a mailbox that the same person may read
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

AttachmentKind = Literal["file", "item", "reference"]


class MailError(Exception):
    """`code` is the backend's own word, for logs; `request_id` finds the call in Microsoft's records."""

    def __init__(self, message: str, code: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id


class MailGone(MailError):
    pass


class MailPlaceLost(MailGone):
    """The place up to which a folder was read is no longer known: it has to be read anew."""


class MailAccessDenied(MailError):
    pass


class MailIdMalformed(MailError):
    pass


class MailChanged(MailError):
    pass


class MailTooLarge(MailError):
    pass


class MailRefused(MailError):
    pass


class MailConflict(MailRefused):
    """There is one already."""


class MailPartDenied(MailRefused):
    """One message or folder may not be read, though its mailbox may."""


class MailChallenge(MailError):
    """`claims` is JSON text; empty when the token is refused without saying what is missing."""

    def __init__(self, message: str, claims: str = "", code: str = "", request_id: str = "") -> None:
        super().__init__(message, code, request_id)
        self.claims = claims


class MailBusy(MailError):
    def __init__(self, message: str, retry_after: float | None = None, code: str = "", request_id: str = "") -> None:
        super().__init__(message, code, request_id)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Address:
    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """Size in bytes, as the mailbox counts it (with its own overhead)."""

    id: str
    name: str
    content_type: str
    size: int
    kind: AttachmentKind
    is_inline: bool


@dataclass(frozen=True)
class Body:
    """The text of a message as the backend shows it; `html` is None when the message is plain text."""

    text: str
    html: str | None


@dataclass(frozen=True)
class MailItem:
    """A message as the backend shows it to the person who asked. `id` stays the same when the item is moved.

    `body`, `folder_id`, `has_files` (besides those that stand in the text) and all that follows are there only where
    they were asked for. `size` in bytes is what the mailbox keeps of it; `headers` are names and values, in order.
    """

    id: str
    internet_message_id: str | None
    conversation_id: str | None
    subject: str
    kind: str
    from_: Address
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: datetime | None
    received_at: datetime | None
    is_draft: bool
    preview: str
    web_link: str | None
    categories: tuple[str, ...]
    etag: str | None
    attachments: tuple[Attachment, ...] = field(default=())
    references: tuple[str, ...] = field(default=())
    is_private: bool = False
    body: Body | None = None
    folder_id: str | None = None
    has_files: bool = False
    is_read: bool = False
    is_flagged: bool = False
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str | None = None
    size: int | None = None
    is_answered: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """Of a message that was changed what changed, as it is now; None is what stayed as it was."""

    id: str
    is_read: bool | None = None
    is_flagged: bool | None = None
    is_draft: bool | None = None
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Folder:
    """`id` is constant; the name is the mailbox's own, in its language. `total` and `unread` count messages. What has
    no `parent_id` among the folders stands at the top.
    """

    id: str
    name: str
    total: int = 0
    unread: int = 0
    parent_id: str | None = None


@dataclass(frozen=True)
class Changes:
    """What happened in a folder: items that are new or changed there, those of which only a part came, and the ids of
    what left it: a move looks the same as a deletion, and neither takes anything off a record.

    `link` leads on, at once when `is_more`, else next time; it is "" where there is no next time.
    """

    items: tuple[MailItem, ...]
    parts: tuple[Part, ...]
    link: str
    is_more: bool
    removed_ids: tuple[str, ...] = ()

    @property
    def partial_ids(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.parts)


@dataclass(frozen=True)
class Profile:
    """Who the signed-in person is: the directory's object id and every address that is theirs, lower-case."""

    oid: str
    name: str
    address: str
    addresses: tuple[str, ...]
