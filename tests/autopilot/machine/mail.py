"""Mail comes, goes elsewhere and goes away."""

from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.autopilot.machine.base import OTHER, WANTED, Base, folders, mailboxes, numbers, senders
from tests.autopilot.machine.model import Copy
from tests.conftest import mime
from tests.steps import BEN, SUPPORT

LONG_AGO = datetime(2026, 11, 1, 9, tzinfo=UTC)


class Mail(Base):
    @rule(mailbox=mailboxes, folder=folders, sender=senders)
    def arrives(self, mailbox: str, folder: str, sender: str) -> None:
        self.arrive(self.written(sender), sender, mailbox, folder)

    @rule(folder=folders, other=folders)
    def arrives_in_both(self, folder: str, other: str) -> None:
        message_id = self.written(WANTED)
        self.arrive(message_id, WANTED, SUPPORT, folder)
        self.arrive(message_id, WANTED, BEN, other)

    @precondition(lambda self: self.mails)
    @rule(number=numbers, mailbox=mailboxes, folder=folders)
    def arrives_again(self, number: int, mailbox: str, folder: str) -> None:
        message_id, sender = self.mails[-1 - number % len(self.mails)]
        self.arrive(message_id, sender, mailbox, folder)

    @rule(mailbox=mailboxes, is_moved_in=st.booleans(), sender=st.sampled_from([WANTED, OTHER]))
    def old_mail(self, mailbox: str, is_moved_in: bool, sender: str) -> None:
        """It was received long before any rule was started, and is put there now."""
        copy = self.arrive(self.written(sender), sender, mailbox, "junkemail" if is_moved_in else "inbox", LONG_AGO)
        if is_moved_in:
            self._move(copy, "inbox")

    @precondition(lambda self: self._there())
    @rule(number=numbers, folder=folders | st.just("deleteditems"))
    def is_moved(self, number: int, folder: str) -> None:
        self._move(self._copy(number), folder)

    @precondition(lambda self: self._there())
    @rule(number=numbers)
    def is_deleted(self, number: int) -> None:
        copy = self._copy(number)
        self.on.remove(copy.mailbox, copy.immutable_id)
        copy.folder = None

    @precondition(lambda self: self._there())
    @rule(number=numbers)
    def is_read(self, number: int) -> None:
        """Or marked as unread."""
        copy = self._copy(number)
        self.on.read(copy.mailbox, copy.immutable_id)

    def written(self, sender: str) -> str:
        """The Message-ID of a new email."""
        self.mails.append((f"<{len(self.mails)}@adatum.example>", sender))
        return self.mails[-1][0]

    def arrive(self, message_id: str, sender: str, mailbox: str, folder: str, received: datetime | None = None) -> Copy:
        raw = mime(f"Order {message_id.partition('@')[0][1:]}", message_id, sender)
        if mailbox == BEN:
            raw = b"Received: by another way\r\n" + raw  # it is the same email all the same
        immutable_id, moment = self.on.deliver(mailbox, raw, folder, received)
        copy = Copy(message_id, sender, mailbox, immutable_id, moment, folder)
        self.model.copies.append(copy)
        self.model.note()
        return copy

    def _move(self, copy: Copy, folder: str) -> None:
        self.on.move(copy.mailbox, copy.immutable_id, folder)
        copy.folder = folder
        self.model.note()

    def _there(self) -> list[Copy]:
        return [each for each in self.model.copies if each.folder is not None]

    def _copy(self, number: int) -> Copy:
        """One of the newest, which are the most telling."""
        there = self._there()
        return there[-1 - number % len(there)]
