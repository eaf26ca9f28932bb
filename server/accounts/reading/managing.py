"""Folders made, renamed and deleted, and messages put into them."""

from typing import Any

from server.accounts.acting import Acting
from server.accounts.reading.folders import DELIMITER, INBOX, Place, forget_places, place_at, read_places
from server.accounts.reading.refusals import FOLDER, told
from server.errors import Conflict, Invalid
from server.mail.base import MailConflict

LONGEST_NAME = 255
DEEPEST = 20


def folders(acting: Acting) -> tuple[Place, ...]:
    return read_places(acting).listed


def create(acting: Acting, path: str) -> dict[str, Any]:
    """{"path", "mailboxId", "created"}. All above it is made too; one that is there already is no error."""
    names = _names(path)
    reading, places = acting.services.mail.reading, read_places(acting)
    above, created = None, False
    for depth in range(1, len(names) + 1):
        there = places.find(DELIMITER.join(names[:depth]))
        if there is None:
            parent, name = above, names[depth - 1].replace("%2F", DELIMITER)
            with told(FOLDER):
                above = acting.ask(lambda token: reading.make_folder(token, acting.address, parent, name))  # noqa: B023
            created = True
        else:
            above = there.id
    if created:
        places = read_places(acting)
    made = places.by_id[above] if above in places.by_id else place_at(acting, path)
    return {"path": made.path, "mailboxId": made.id, "created": created}


def rename(acting: Acting, path: str, new_path: str) -> dict[str, Any]:
    """A folder keeps its place: only the last part of its path can be another."""
    place, names = place_at(acting, path), _names(new_path)
    _check_own(place)
    if DELIMITER.join(names[:-1]).casefold() != place.parent.casefold():
        raise Invalid("A folder can be renamed where it is, not moved into another one.", code="InvalidPath")
    name = names[-1].replace("%2F", DELIMITER)
    with told(FOLDER):
        try:
            acting.ask(lambda token: acting.services.mail.reading.rename_folder(token, acting.address, place.id, name))
        except MailConflict:
            raise Conflict("There is a folder with this name already.", code="AlreadyExists") from None
    forget_places(acting)
    return {"path": place.path, "newPath": DELIMITER.join(names), "renamed": True}


def remove(acting: Acting, path: str) -> dict[str, Any]:
    """Into the trash with all that is in it; out of the trash for good."""
    place = place_at(acting, path)
    _check_own(place)
    with told(FOLDER):
        acting.ask(lambda token: acting.services.mail.reading.remove_folder(token, acting.address, place.id))
    forget_places(acting)
    return {"path": place.path, "deleted": True}


def _check_own(place: Place) -> None:
    if place.use:
        raise Invalid("A folder that every mailbox has cannot be renamed or deleted.", code="InvalidPath")


def _names(path: str) -> list[str]:
    names = path.strip(DELIMITER).split(DELIMITER)
    if len(names) > DEEPEST or any(not each.strip() or len(each) > LONGEST_NAME for each in names):
        raise Invalid(f"The parts of a path have 1 to {LONGEST_NAME} characters each.", code="InvalidPath")
    return [INBOX, *names[1:]] if names[0].casefold() == INBOX.casefold() else names
