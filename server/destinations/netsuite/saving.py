"""An email becomes a message on a record of NetSuite, once: its files first, then the message with an id of our own.

A message cannot be changed after it was made (section_N3191112 of Oracle's help), so nothing is mended later. Where the
outcome of an attempt is not known, NetSuite is asked by our id before it is tried again; after a refusal too, since
that of a repetition cannot be told from others.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

import structlog

from server.destinations import Parts
from server.destinations.base import DestinationError, EmailToSave, FileToSave, Missing
from server.destinations.border import not_found
from server.destinations.ledger import Progress, Put
from server.destinations.netsuite import bodies, errors, records, suiteql
from server.destinations.netsuite.bodies import Body
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.errors import NetSuiteError
from server.destinations.netsuite.filing import ORIGINAL, ORIGINAL_NAME, Filing, Stored, ask_script
from server.destinations.netsuite.parties import FIELDS, Parties, PartyFinder

TEXT = -2  # the number under which the rest of a text that was cut is missing
MESSAGE = ("record", "v1", "message")
YEARS = range(1900, 2100)  # of a date that is believed
CAN_BE_MENDED = {"permission"}  # the whole email waits for an administrator, rather than to go without its files

_ID = re.compile(r"[0-9]{1,18}")

log = structlog.get_logger(__name__)


def external_id(key: str) -> str:
    """Letters, digits, - and _ only; the prefix, because an account's external ids are one application's own."""
    return "mb-" + hashlib.sha256(key.encode()).hexdigest()[:40]


class Saver:
    """Threads share one of these."""

    def __init__(self, client: Client, parties: PartyFinder, parts: Parts) -> None:
        self._client = client
        self._config = client.config
        self._parties = parties
        self._filing = Filing(client)
        self._clean_html = parts.clean_html
        self._text_of = parts.text_of

    def too_much(self, email: EmailToSave) -> Mapping[int, Missing]:
        return self._filing.too_much(email)

    def put(self, email: EmailToSave, files: Sequence[tuple[int, FileToSave]], progress: Progress) -> Put:
        """Two requests, and one for each file. Raises record_gone."""
        wanted: list[tuple[int, str, Stored]] = [(number, file.name, file) for number, file in files]
        if self._config.keep_original and email.mime and ORIGINAL not in self.too_much(email):
            wanted.append((ORIGINAL, ORIGINAL_NAME, email.mime))
        stored: dict[int, str] = {}
        try:
            parties = self._parties.of(email)
            refused = self._store(email, wanted, stored, progress)
            body = self._body(email, refused, parties)
            id = self._create(email, parties, body, list(stored.values()))
        except DestinationError as error:
            if error.permanent:
                self._clear_away(wanted, stored, progress)
            raise
        if body.is_cut:
            refused[TEXT] = Missing("text", None, "text_cut", bodies.CUT)
        return Put(id, self.link(id), refused, stored.get(ORIGINAL))

    def look_up(self, key: str) -> Put | None:
        id = self._find(external_id(key))
        return Put(id, self.link(id)) if id else None

    def take_off(self, reference: str, files: Sequence[str]) -> None:
        """Raises undo_refused."""
        ids = [each for each in files if _ID.fullmatch(each)]
        try:
            if self._config.has_restlet:
                ask_script(self._client, {"action": "remove", "messageId": reference, "fileIds": ids})
                return
            self._client.rest("DELETE", (*MESSAGE, reference))
        except NetSuiteError as error:
            if error.permanent and error.code != "not_found":
                raise DestinationError(
                    f"NetSuite did not let Affix delete the message. {error.message} Delete it in NetSuite: "
                    f"{self.link(reference)}",
                    permanent=True,
                    code="undo_refused",
                ) from None
            if not error.permanent:
                raise
        self._filing.remove(ids)

    def read(self, reference: str) -> tuple[str, str | None]:
        """Text and HTML. Raises not_found."""
        try:
            found = self._client.rest("GET", (*MESSAGE, reference), params={"fields": "message"}).json()
        except NetSuiteError as error:
            if error.code != "not_found":
                raise
            raise not_found("The message is gone from NetSuite.") from None
        return bodies.read(str(found.get("message") or ""), self._text_of)

    def read_file(self, place: str) -> BinaryIO:
        return self._filing.read(place)

    def link(self, id: str) -> str:
        return records.link(self._config, "message", id)

    # Files

    def _store(
        self,
        email: EmailToSave,
        wanted: Sequence[tuple[int, str, Stored]],
        stored: dict[int, str],
        progress: Progress,
    ) -> dict[int, Missing]:
        """Puts their ids into `stored`, and gives what NetSuite does not want. Without a RESTlet they hang on the
        record before there is a message, so that an attempt that breaks off leaves no message without its files.
        """
        refused: dict[int, Missing] = {}
        for number, name, file in wanted:
            mark = _mark(number)
            place = progress.place(mark, file.sha256)
            try:
                if not place:
                    place = self._filing.store(external_id(email.key), number, name, file)
                    stored[number] = place
                    if not self._config.has_restlet:
                        self._filing.attach(email.record_type, email.record_id, place)
                    progress.note(mark, file.sha256, place)
                stored[number] = place
            except NetSuiteError as error:
                if not error.permanent or error.code in CAN_BE_MENDED:
                    raise
                if number in stored:  # it is in the File Cabinet, but nothing would lead to it
                    self._filing.remove([stored.pop(number)])
                refused[number] = Missing(name, file.size, "file_refused", f"{name} was left out. {error.message}")
        return refused

    def _clear_away(
        self, wanted: Sequence[tuple[int, str, Stored]], stored: Mapping[int, str], progress: Progress
    ) -> None:
        """There will be no message for these files, of this attempt and of earlier ones. The refusal that led here is
        what is told.
        """
        known = {number: progress.place(_mark(number), file.sha256) for number, _, file in wanted}
        places = {number: stored.get(number) or place for number, place in known.items()}
        try:
            self._filing.remove(place for place in places.values() if place)
        except DestinationError:
            log.info("netsuite_files_left", account=self._config.account, files=len(places))
        for number, _, file in wanted:
            if known[number]:
                progress.note(_mark(number), file.sha256, "")

    # The message

    def _body(self, email: EmailToSave, refused: Mapping[int, Missing], parties: Parties) -> Body:
        missing = (*email.missing, *refused.values())
        limit = self._config.facts.longest_subject
        return bodies.written(email, missing, self._clean_html, self._text_of, limit, parties.left_out)

    def _create(self, email: EmailToSave, parties: Parties, body: Body, files: list[str]) -> str:
        """Its id. What was refused is looked for, then tried with parties as they are by now, then with the record for
        both: by CloudExtend's word NetSuite refuses parties that are not of the record. Raises record_gone.
        """
        refusal: NetSuiteError | None = None
        tried: list[Parties] = []
        for each in self._ways(email, parties):
            if each in tried:
                continue
            tried.append(each)
            try:
                return self._post(email, each, body, files)
            except NetSuiteError as error:
                if error.status != 400 or not error.permanent:
                    raise
                refusal = refusal or error
            found = self._find(external_id(email.key))
            if found:
                return found
        assert refusal is not None  # there is at least one way
        raise refusal

    def _ways(self, email: EmailToSave, parties: Parties) -> Iterator[Parties]:
        yield parties
        anew = self._parties.of(email, anew=True)
        yield anew
        if anew.owner:
            yield anew.all_by_owner()

    def _post(self, email: EmailToSave, parties: Parties, body: Body, files: list[str]) -> str:
        field, target = self._target(email, parties)
        values = self._values(email, parties, body)
        if self._config.has_restlet:
            sent = {each.lower(): value for each, value in values.items()}
            asked = {
                "action": "message",
                "externalId": external_id(email.key),
                "target": target,
                "message": sent,
                "fileIds": files,
            }
            return _known_id(ask_script(self._client, asked).get("messageId"))
        references = {"author": parties.author, "recipient": parties.recipient}
        whole = {
            **values,
            **{name: {"id": id} for name, id in references.items() if id},
            field: {"id": target["id"]},
            "externalId": external_id(email.key),
        }
        id = _known_id(self._client.rest("POST", MESSAGE, body=whole).location)
        if self._config.facts.attaches_to_messages:
            self._attach_too(id, files)
        return id

    def _target(self, email: EmailToSave, parties: Parties) -> tuple[str, dict[str, str]]:
        """The field of the message, and the record in it."""
        field = FIELDS[email.record_type]
        if field == "activity" and self._config.facts.case_field == "entity" and parties.owner:
            return "entity", {"type": "customer", "id": parties.owner}
        return field, {"type": email.record_type, "id": email.record_id}

    def _values(self, email: EmailToSave, parties: Parties, body: Body) -> dict[str, Any]:
        """By the names of REST; in scripts they are the same in lower case, and references are bare ids."""
        between = self._config.facts.address_separator
        sent = _believable(email.sent_at) or _believable(email.received_at) or email.saved_at
        values: dict[str, Any] = {
            "subject": bodies.subject_of(email.subject, self._config.facts.longest_subject),
            "message": body.html,
            "htmlMessage": True,
            "authorEmail": parties.author_email,
            "recipientEmail": parties.recipient_email,
            "cc": between.join(parties.cc),
            "bcc": between.join(parties.bcc),
            "incoming": email.is_incoming,
            "emailed": False,  # with true, NetSuite would send the mail
            "messageDate": sent.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if self._config.has_restlet:
            values |= {"author": parties.author, "recipient": parties.recipient}
        elif self._config.facts.moment_format == "date":
            values |= {"messageDate": values["messageDate"][:10], "time": values["messageDate"][11:16]}
        return {name: value for name, value in values.items() if value not in ("", None)}

    def _attach_too(self, id: str, files: Sequence[str]) -> None:
        """They hang on the record already, so that nothing is lost when this fails."""
        for each in files:
            try:
                self._filing.attach("message", id, each)
            except NetSuiteError as error:
                log.info("netsuite_not_attached", account=self._config.account, reason=error.reason)

    def _find(self, external: str) -> str | None:
        if self._config.has_restlet:
            found = ask_script(self._client, {"action": "find", "externalId": external}, is_write=False)
            return _known_id(found["messageId"]) if found.get("messageId") else None
        if self._config.facts.looked_up_by == "suiteql":
            wanted = suiteql.query(
                "SELECT m.id AS id FROM message m WHERE {ours}",
                ours=suiteql.one_of(suiteql.part("m.externalid"), [external]),
            )
            rows = self._client.query(wanted).items
            return _known_id(rows[0].get("id")) if rows else None
        try:
            answer = self._client.rest("GET", (*MESSAGE, f"eid:{external}"), params={"fields": "id"})
        except NetSuiteError as error:
            if error.code != "not_found":
                raise
            return None
        return _known_id(answer.json().get("id"))


def _mark(number: int) -> int | str:
    return "original" if number == ORIGINAL else number


def _believable(moment: datetime | None) -> datetime | None:
    return moment if moment and moment.year in YEARS else None


def _known_id(value: object) -> str:
    if not isinstance(value, str | int) or not _ID.fullmatch(str(value)):
        raise errors.unreachable("its answer cannot be read", is_outcome_unknown=True)
    return str(value)
