"""Changes of one message: its flags and labels, its folder, its end."""

from dataclasses import dataclass
from typing import Any

from server.accounts.acting import Acting
from server.accounts.reading.folders import known_places, place_at
from server.accounts.reading.ids import message_id
from server.accounts.reading.refusals import told
from server.accounts.reading.shapes import ANSWERED, DRAFT, FLAGGED, SEEN
from server.errors import Invalid
from server.mail.graph.patience import patiently
from server.mail.graph.reading import TRASH

LONGEST_LABEL = 255
FIXED = {DRAFT, ANSWERED}  # may stand among those that are set, as they were read
TRASH_USE = "\\Trash"


@dataclass(frozen=True)
class Change:
    """What to add, what to take away, and what alone is to be there. None leaves all as it is."""

    add: tuple[str, ...] | None = None
    delete: tuple[str, ...] | None = None
    set: tuple[str, ...] | None = None

    @property
    def is_nothing(self) -> bool:
        return self.add is None and self.delete is None and self.set is None

    def applied_to(self, current: list[str]) -> list[str]:
        """Labels, whose case does not matter to Exchange."""
        found = list(current if self.set is None else self.set) + list(self.add or ())
        gone = {each.casefold() for each in self.delete or ()}
        kept = {each.casefold(): each for each in reversed(found) if each.casefold() not in gone}
        return list(dict.fromkeys(kept[each.casefold()] for each in found if each.casefold() in kept))

    def as_answer(self) -> dict[str, bool]:
        """Which of them was done."""
        done = {"add": self.add, "delete": self.delete, "set": self.set}
        return {name: True for name, value in done.items() if value is not None}


def flags_patch(flags: Change) -> dict[str, Any]:
    """What Graph is to change for it. Raises Invalid for flags that Microsoft 365 does not have."""
    wanted = {*(flags.add or ()), *(flags.delete or ()), *(flags.set or ())}
    unknown = sorted(wanted - {SEEN, FLAGGED, *FIXED})
    if unknown:
        raise Invalid(
            f"Microsoft 365 has the flags {SEEN} and {FLAGGED}, not {', '.join(unknown)}.", code="InvalidFlag"
        )
    if not FIXED.isdisjoint({*(flags.add or ()), *(flags.delete or ())}):
        raise Invalid("Microsoft 365 itself knows what is a draft, and what was answered.", code="InvalidFlag")
    states: dict[str, bool] = {}
    if flags.set is not None:
        states = {SEEN: SEEN in flags.set, FLAGGED: FLAGGED in flags.set}
    states |= dict.fromkeys(flags.add or (), True) | dict.fromkeys(flags.delete or (), False)
    patch: dict[str, Any] = {"isRead": states[SEEN]} if SEEN in states else {}
    if FLAGGED in states:
        patch["flag"] = {"flagStatus": "flagged" if states[FLAGGED] else "notFlagged"}
    return patch


def check_labels(labels: Change) -> None:
    """Raises Invalid for what cannot be a category."""
    for each in (*(labels.add or ()), *(labels.set or ())):
        if not each.strip() or len(each) > LONGEST_LABEL:
            raise Invalid(f"A label has 1 to {LONGEST_LABEL} characters.", code="InvalidLabel")


def change(acting: Acting, item_id: str, flags: Change, labels: Change) -> dict[str, Any]:
    """Labels are the categories of the message, merged with what others set meanwhile."""
    mail, address, wanted = acting.services.mail, acting.address, message_id(item_id)
    patch = flags_patch(flags)
    check_labels(labels)

    def ask(token: str) -> None:
        known = mail.categories(token, address, wanted)  # which also finds the message, where nothing is to be changed
        mail.change_categories(token, address, wanted, labels.applied_to, known)

    with told():
        if patch:
            acting.ask(lambda token: mail.reading.change(token, address, wanted, patch))
        if not (patch and labels.is_nothing):
            acting.ask(lambda token: patiently(lambda: ask(token), mail.sleep))
    return {
        **({} if flags.is_nothing else {"flags": flags.as_answer()}),
        **({} if labels.is_nothing else {"labels": labels.as_answer()}),
    }


def move(acting: Acting, item_id: str, path: str) -> dict[str, Any]:
    """{"path", "id", "uid"}. The id stays the same within a mailbox; an archive mailbox is another one."""
    wanted, place = message_id(item_id), place_at(acting, path)
    with told():
        moved = acting.ask(lambda token: acting.services.mail.reading.move(token, acting.address, wanted, place.id))
    return {"path": place.path, "id": moved.id, "uid": None}


def delete(acting: Acting, item_id: str, force: bool) -> dict[str, Any]:
    """Into the trash, or for good with `force`. What is in the trash stays there without it, so that a request whose
    answer was lost can be repeated.
    """
    reading, wanted = acting.services.mail.reading, message_id(item_id)
    if force:
        with told():
            acting.ask(lambda token: reading.remove(token, acting.address, wanted))
        return {"deleted": True}
    with told():
        moved = acting.ask(lambda token: reading.move(token, acting.address, wanted, TRASH))
    trash = known_places(acting).find(TRASH_USE)
    return {"deleted": False, "moved": {"destination": trash.path if trash else TRASH_USE, "message": moved.id}}
