"""Lines of activity in words: how each stands, why, and what it points to. Knows no database and no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from server.autopilot.seen import MATCHED, UNMATCHED
from server.clock import iso
from server.following import save_json
from server.models import Activity, Person, Save, Sighting
from server.people import person_json

OPEN = ("failed", "partial", "saving", "queued")
DUPLICATE = "It is on the record already."
BY_HAND = ("Somebody saved it by hand.", "by_hand")
DISMISSED = ("Somebody looked at it and left it out.", "dismissed")
PAST = ("It was saved together with other past mail.", "past")
UNDONE = ("It was taken off the record again.", "undone")


@dataclass
class Things:
    """What the lines of a page point to. `readable` are the mailboxes that the viewer may read."""

    viewer: Person
    saves_of_sightings: Mapping[int, Sequence[Save]]
    saves: Sequence[Save]
    first_saves: Mapping[UUID, Save]
    titles: Mapping[UUID, str]
    addresses: Mapping[UUID, str]
    settlers: Mapping[UUID, Person]
    readable: set[UUID] = field(default_factory=set)

    def mailboxes_in_doubt(self) -> set[UUID]:
        """Those of saves that are not the viewer's own: they may be shown only to who may read these."""
        every = [*self.saves, *self.first_saves.values()]
        return {save.message.mailbox_id for save in every if save.person_id != self.viewer.id}

    def may_see(self, save: Save) -> bool:
        return save.person_id == self.viewer.id or save.message.mailbox_id in self.readable

    def first_of(self, save: Save) -> Save | None:
        """The save that had put the email on the record before."""
        return self.first_saves.get(save.duplicate_of_id) if save.duplicate_of_id else None


def sighting_json(things: Things, line_id: str, sighting: Sighting, state: str) -> dict[str, Any]:
    every = things.saves_of_sightings.get(sighting.id, ())
    own = [save for save in every if save.rule_id or sighting.decision == UNMATCHED]
    by_hand = [save for save in every if save not in own] if state == "duplicate" else []
    first = next((save for save in [*map(things.first_of, own), *by_hand] if save), None)
    told = own[0] if own else None
    reason, code = _why(sighting, state, told, _already(things, first))
    rule_id = sighting.rule_id or (told.rule_id if told else None)
    return {
        "id": line_id,
        "at": iso(sighting.at),
        "kind": "autopilot",
        "what": "seen",
        "state": state,
        "subject": sighting.subject,
        "from": sighting.from_address or (told.message.from_address if told else ""),
        "internetMessageId": sighting.internet_message_id,
        "mailbox": things.addresses[sighting.mailbox_id],
        "reason": reason,
        "reasonCode": code,
        "rule": _rule_json(things, rule_id),
        "save": str(told.id) if told else None,
        "saves": [_save_json(things, save) for save in own],
        "duplicateOf": _first_json(things, first),
        "record": f"{told.destination}/{told.record_type}/{told.record_id}" if told else None,
        "name": told.record_name if told else None,
        "by": _person_json(things, things.settlers.get(sighting.settled_by_id) if sighting.settled_by_id else None),
        "detail": {},
    }


def activity_json(things: Things, line_id: str, line: Activity, state: str | None, kind: str) -> dict[str, Any]:
    save = line.save
    visible = save if save and things.may_see(save) else None
    first = things.first_of(visible) if visible else None
    rule = _rule_json(things, save.rule_id if save else None)
    if "rule" in line.detail:
        rule = {"id": line.detail["rule"], "title": line.detail["title"]}
    # Of what is no save the reason was written down with it.
    then = line.detail if save is None else {}
    is_duplicate = visible is not None and state == "duplicate"
    return {
        "mailbox": save.message.mailbox.address if save else None,
        "record": None,
        "name": None,
        **line.detail,
        "id": line_id,
        "at": iso(line.at),
        "kind": kind,
        "what": line.what,
        "state": state if visible else None,
        "subject": save.message.subject if save else None,
        "from": save.message.from_address if save else None,
        "internetMessageId": save.message.internet_message_id if save else None,
        "reason": _already(things, first) if is_duplicate else visible.reason if visible else then.get("reason"),
        "reasonCode": "duplicate" if is_duplicate else visible.reason_code if visible else then.get("code"),
        "rule": rule,
        "save": str(save.id) if save else None,
        "saves": [_save_json(things, visible)] if visible else [],
        "duplicateOf": _first_json(things, first),
        "by": _person_json(things, line.person),
        "detail": line.detail,
    }


def _why(sighting: Sighting, state: str, told: Save | None, already: str) -> tuple[str | None, str | None]:
    if state == "duplicate":
        return already, "duplicate"
    if told and told.reason and state in OPEN:
        return told.reason, told.reason_code
    if state == "undone":
        return UNDONE
    is_unmatched = sighting.decision == UNMATCHED
    if is_unmatched and state == "skipped" and sighting.settled_at:
        return DISMISSED
    if told and state != "skipped" and sighting.decision != MATCHED:
        return BY_HAND if is_unmatched and told.rule_id is None else PAST
    return sighting.reason, sighting.decision


def _already(things: Things, first: Save | None) -> str:
    """Of a mailbox that the viewer may not read nothing is told, neither whose it is nor who saved from it."""
    if first is None or not things.may_see(first):
        return DUPLICATE
    saver = first.person.name or first.person.address
    return f"{DUPLICATE} {saver} saved it from {first.message.mailbox.address}."


def _save_json(things: Things, save: Save) -> dict[str, Any]:
    """As everywhere, but that a save in a mailbox that the viewer may not read is not named by its id either."""
    first = things.first_of(save)
    return {**save_json(save, things.viewer), "duplicateOf": str(first.id) if first and things.may_see(first) else None}


def _first_json(things: Things, first: Save | None) -> dict[str, Any] | None:
    if first is None or not things.may_see(first):
        return None
    return {
        "id": str(first.id),
        "mailbox": first.message.mailbox.address,
        "savedBy": _person_json(things, first.person),
        "savedAt": iso(first.saved_at),
    }


def _rule_json(things: Things, rule_id: UUID | None) -> dict[str, str] | None:
    return {"id": str(rule_id), "title": things.titles[rule_id]} if rule_id else None


def _person_json(things: Things, person: Person | None) -> dict[str, Any] | None:
    return person_json(person, things.viewer) if person else None
