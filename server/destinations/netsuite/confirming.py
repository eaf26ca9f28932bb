"""Confirming on a record of the administrator's choice what public pages leave open about NetSuite: a message is saved
there in the very way that emails are saved, looked at, and taken away again.
"""

import hashlib
import io
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from server.clock import now
from server.destinations.base import DestinationError, EmailToSave, Party, Step
from server.destinations.ledger import Progress
from server.destinations.netsuite import queries
from server.destinations.netsuite.checking import MESSAGES
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.errors import NetSuiteError
from server.destinations.netsuite.facts import ASSUMPTIONS, Facts
from server.destinations.netsuite.filing import Filing
from server.destinations.netsuite.finding import Finder
from server.destinations.netsuite.records import link
from server.destinations.netsuite.saving import MESSAGE, Saver, external_id


@dataclass(frozen=True)
class _File:
    """A file of a kind that NetSuite has no name for."""

    name: str = "affix check.bin"
    content: bytes = b"Affix checks this account.\x00\xff"
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


def live_steps(client: Client, finder: Finder, saver: Saver, type: str, id: str) -> Iterator[Step]:
    """The addresses of the message are nobody's (.invalid), in case that NetSuite sends it after all."""
    try:
        record = finder.get(type, id)
    except DestinationError as error:
        yield Step(False, error.message, "Name a record as customer/107, with its type and its internal id.")
        return
    yield Step(True, f"The record is {record.name}: {record.link}")
    live = _Live(client, saver, type, id)
    try:
        yield from live.steps()
    finally:
        left = live.clean()
    yield left
    for each in ASSUMPTIONS:
        if not each.is_confirmed:
            yield Step(True, f"Not looked at here: {each.what}", is_warning=True)


class _Live:
    def __init__(self, client: Client, saver: Saver, type: str, id: str) -> None:
        self._client = client
        self._facts: Facts = client.config.facts
        self._saver = saver
        self._places: dict[str, str] = {}
        self._made: list[str] = []
        self._email = _email(self._facts, type, id, has_file=client.config.folder is not None)

    def steps(self) -> Iterator[Step]:
        try:
            message = self._put()
        except DestinationError as error:
            action = f"Give the role of Affix the permission {MESSAGES}; else send us this sentence."
            yield Step(False, f"A message could not be saved. {error.message}", action)
            return
        page = link(self._client.config, "message", message)
        yield Step(True, f"A message was saved. Look that it is shown on the record, and that nobody got it: {page}")
        for check in (self._again, self._found, self._as_sent, self._file, self._attached, self._stages):
            try:
                yield from check(message)
            except DestinationError as error:
                yield Step(False, error.message, "Change the details of the account in the settings.")

    def clean(self) -> Step:
        """Whatever was made is taken away."""
        try:
            files = list(self._places.values())
            for each in self._made:
                self._saver.take_off(each, files)
        except DestinationError as error:
            action = f"Delete message {', '.join(self._made)} in NetSuite. Emails will not be undone there either."
            return Step(True, error.message, action, is_warning=True)
        return Step(True, "The message was taken away again.")

    def _put(self) -> str:
        files = list(enumerate(self._email.files))
        put = self._saver.put(self._email, files, Progress({}, self._places.update))
        if put.reference not in self._made:
            self._made.append(put.reference)
        return put.reference

    def _again(self, message: str) -> Iterator[Step]:
        """With the same external id as NetSuite itself shows the first one, and by the way that emails go."""
        same = self._shown(message)
        kept = ("author", "recipient", "entity", "transaction", "activity")
        body: dict[str, Any] = {each: {"id": same[each]["id"]} for each in kept if isinstance(same.get(each), dict)}
        body |= {each: same[each] for each in ("authorEmail", "recipientEmail", "subject") if each in same}
        body |= {"externalId": external_id(self._email.key), "message": "Affix checks this account.", "emailed": False}
        try:
            second = self._client.rest("POST", MESSAGE, body=body).location
        except NetSuiteError as error:
            said = f"{error.status} {error.reason}".strip()
            yield Step(error.status == 400, f"A second message with the same id is refused: {said}. {error.message}")
        else:
            self._made += [second] if second else []
            yield Step(False, "NetSuite made a second message with the same id.", "Do not use this account; tell us.")
        repeated = self._put()
        yield Step(repeated == message, "A repeated save finds the first message.")

    def _found(self, message: str) -> Iterator[Step]:
        external = external_id(self._email.key)
        by_address = self._id_by_address(external)
        rows = self._rows_by_column(external)
        if by_address == message:
            yield Step(True, "Messages are found by eid:.")
        else:
            is_used = self._facts.looked_up_by == "eid" and not self._client.config.has_restlet
            yield Step(not is_used, "Messages are not found by eid:.", "Look messages up by SuiteQL.", not is_used)
        if rows == [message]:
            yield Step(True, "Messages are found by the column of the external id.")
        else:
            is_used = self._facts.looked_up_by == "suiteql" and not self._client.config.has_restlet
            message_ = "Messages are not found by the column of the external id."
            yield Step(not is_used, message_, "Look messages up by eid:.", not is_used)

    def _id_by_address(self, external: str) -> str | None:
        try:
            found = self._client.rest("GET", (*MESSAGE, f"eid:{external}"), params={"fields": "id"}).json().get("id")
        except NetSuiteError as error:
            if not error.permanent:
                raise
            return None
        return str(found)

    def _rows_by_column(self, external: str) -> list[str]:
        try:
            return [row["id"] for row in self._client.query(queries.messages_by_external_id(external), 2).items]
        except NetSuiteError as error:
            if not error.permanent:
                raise
            return []

    def _as_sent(self, message: str) -> Iterator[Step]:
        shown = self._shown(message)
        yield Step(shown.get("emailed") in (False, None), "NetSuite keeps the message as one that it did not send.")
        length = len(str(shown.get("subject", "")))
        whole = length == len(self._email.subject)
        yield Step(whole, f"A subject has {length} of {len(self._email.subject)} characters.", _differs(whole))
        copied = str(shown.get("cc", ""))
        whole = all(each.address in copied for each in self._email.cc)
        yield Step(whole, "Both addresses of the copy are there.", _differs(whole))
        sent = self._email.sent_at
        at = _moment(shown.get("messageDate"))
        whole = at == sent or (self._facts.moment_format == "date" and at is not None and at.date() == sent.date())  # type: ignore[union-attr]
        yield Step(
            whole, f"The message is of {shown.get('messageDate')}; it was sent {sent:%Y-%m-%dT%H:%MZ}.", _differs(whole)
        )

    def _file(self, _: str) -> Iterator[Step]:
        if not self._email.files:
            return
        file, filing = self._email.files[0], Filing(self._client)
        place = next((each for each in self._places.values() if each), None)
        yield Step(place is not None, "A file of a kind without a name was saved.", _differs(place is not None))
        if place is None:
            return
        again = filing.store(external_id(self._email.key), 0, file.name, file)
        self._places["again"] = again
        yield Step(again == place, "The same file again replaces the first.", _differs(again == place))
        if self._client.config.has_restlet:
            with filing.read(place) as content:
                same = content.read() == file.open().read()
            yield Step(same, "The file comes back as it was.", _differs(same))

    def _attached(self, message: str) -> Iterator[Step]:
        place = next((each for each in self._places.values() if each), None)
        if self._client.config.has_restlet or place is None:
            return
        try:
            Filing(self._client).attach("message", message, place)
        except NetSuiteError as error:
            if not error.permanent:
                raise
            wrong = self._facts.attaches_to_messages
            yield Step(not wrong, "NetSuite attaches no files to messages.", "Turn it off." if wrong else None)
        else:
            missed = not self._facts.attaches_to_messages
            action = "It can be turned on in the details of the account." if missed else None
            yield Step(True, "NetSuite attaches files to messages too.", action, is_warning=missed)

    def _stages(self, _: str) -> Iterator[Step]:
        self._client.query(queries.stages(self._client.config), 1)
        yield Step(True, f"The column {self._facts.stage_column} tells the stages of customers apart.")

    def _shown(self, message: str) -> dict[str, Any]:
        return self._client.rest("GET", (*MESSAGE, message)).json()


def _email(facts: Facts, type: str, id: str, *, has_file: bool) -> EmailToSave:
    sent = now().replace(second=0, microsecond=0)
    subject = "Affix checks this account; this message will be deleted at once. "
    files: Sequence[_File] = (_File(),) if has_file else ()
    return EmailToSave(
        key=f"affix-check-{uuid.uuid4()}",
        record_type=type,
        record_id=id,
        internet_message_id=None,
        subject=(subject * (facts.longest_subject // len(subject) + 1))[: facts.longest_subject - 1] + ".",
        mailbox="check@affix.invalid",
        mailbox_kind="shared",
        sent_by=Party("Affix", "check@affix.invalid"),
        saved_by=Party("Affix", "check@affix.invalid"),
        saved_by_id="check",
        saved_at=sent,
        mime=None,
        sent_at=sent,
        to=(Party("", "to@affix.invalid"),),
        cc=(Party("", "one@affix.invalid"), Party("", "two@affix.invalid")),
        text="Affix checks this account.",
        html="<p>Affix checks this account.</p>",
        files=files,
    )


def _differs(is_well: bool) -> str | None:
    return None if is_well else "Change the details of the account in the settings."


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
