"""What a person chose in the pane, so that it is there in every Outlook."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.auth.callers import Caller
from server.errors import Invalid
from server.models import Person, Preferences
from server.people import person_of
from server.services import Services

UNCHOSEN = Preferences(tab="save", remind_on_send=False)


def of(session: Session, person: Person) -> Preferences:
    """Not to be changed: who chose nothing shares a row with others."""
    return session.get(Preferences, person.id) or UNCHOSEN


def preferences_json(preferences: Preferences) -> dict[str, Any]:
    return {"tab": preferences.tab, "remindOnSend": preferences.remind_on_send}


def choose(services: Services, caller: Caller, chosen: dict[str, Any]) -> dict[str, Any]:
    """`chosen` are columns with their new values; the others stay."""
    if not chosen:
        raise Invalid("Say what shall be changed: tab or remindOnSend.")
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        first = {"tab": UNCHOSEN.tab, "remind_on_send": UNCHOSEN.remind_on_send, **chosen}
        row = insert(Preferences).values(person_id=person.id, **first)
        session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=chosen))
        return preferences_json(session.get_one(Preferences, person.id))
