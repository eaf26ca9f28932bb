"""Changes of many messages at once: those that a search finds in a folder, at most MOST in one request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from server.accounts.acting import Acting
from server.accounts.reading.changing import TRASH_USE, Change, check_labels, flags_patch
from server.accounts.reading.folders import known_places, place_at
from server.accounts.reading.ids import message_id
from server.accounts.reading.listing import where
from server.accounts.reading.refusals import FOLDER, refusal_of, told
from server.errors import Invalid
from server.mail.base import MailBusy, MailChanged, MailError, MailGone, MailItem
from server.mail.graph.batching import BatchPart, Done
from server.mail.graph.reading import TRASH
from server.mail.graph.searching import Search

MOST = 1000  # messages


@dataclass(frozen=True)
class Many:
    """Which messages: those of a folder (or \\All) that a search finds, or those with these ids, wherever they are."""

    path: str
    search: Search
    ids: Sequence[str] | None = None


@dataclass(frozen=True)
class Outcome:
    """`done` are (id before, id now); `failed` say why, each for itself; `is_more`: the search finds further ones."""

    done: list[tuple[str, str]]
    failed: list[dict[str, str]]
    is_more: bool

    def as_json(self) -> dict[str, Any]:
        return {"failed": self.failed, "more": self.is_more}


def update(acting: Acting, many: Many, flags: Change, labels: Change) -> dict[str, Any]:
    patch = flags_patch(flags)
    check_labels(labels)
    reading, mail, address = acting.services.mail.reading, acting.services.mail, acting.address

    def part(item: MailItem) -> BatchPart:
        if labels.is_nothing:
            return reading.changing(address, item.id, patch)
        wanted = {**patch, "categories": labels.applied_to(list(item.categories))}
        return reading.changing(address, item.id, wanted, item.etag)

    def again(item: MailItem) -> None:
        """Somebody changed it since it was found: this one by itself, merged."""

        def ask(token: str) -> None:
            mail.change_categories(token, address, item.id, labels.applied_to, mail.categories(token, address, item.id))
            if patch:
                reading.change(token, address, item.id, patch)

        acting.ask(ask)

    outcome = _done(acting, *_chosen(acting, many), part, again)
    return {
        **({} if flags.is_nothing else {"flags": flags.as_answer()}),
        **({} if labels.is_nothing else {"labels": labels.as_answer()}),
        "emailIds": [now for _, now in outcome.done],
        **outcome.as_json(),
    }


def move(acting: Acting, many: Many, path: str) -> dict[str, Any]:
    place, reading = place_at(acting, path), acting.services.mail.reading
    chosen = _chosen(acting, many)
    outcome = _done(acting, *chosen, lambda item: reading.moving(acting.address, item.id, place.id))
    return {"path": place.path, **_moved(outcome), **outcome.as_json()}


def delete(acting: Acting, many: Many, force: bool) -> dict[str, Any]:
    """Into the trash, or for good with `force`."""
    reading, address = acting.services.mail.reading, acting.address
    chosen = _chosen(acting, many)
    if force:
        outcome = _done(acting, *chosen, lambda item: reading.removing(address, item.id), gone_is_done=True)
        return {"deleted": True, "emailIds": [before for before, _ in outcome.done], **outcome.as_json()}
    outcome = _done(acting, *chosen, lambda item: reading.moving(address, item.id, TRASH))
    trash = known_places(acting).find(TRASH_USE)
    moved = {"destination": trash.path if trash else TRASH_USE, **_moved(outcome)}
    return {"deleted": False, "moved": moved, **outcome.as_json()}


def _moved(outcome: Outcome) -> dict[str, Any]:
    return {"idMap": [list(pair) for pair in outcome.done], "emailIds": [now for _, now in outcome.done]}


def _chosen(acting: Acting, many: Many) -> tuple[list[MailItem], bool]:
    """The messages to be changed, all known before the first of them is; and whether there are more."""
    reading, place = acting.services.mail.reading, where(acting, many.path)
    if many.ids is not None:
        if not many.search.is_empty:
            raise Invalid("Messages that are named by their ids cannot be searched besides.", code="SearchNotPossible")
        ids = [message_id(each) for each in dict.fromkeys(many.ids)]
        with told():
            return acting.ask(lambda token: reading.several(token, acting.address, ids)), False
    if place.folder is None and many.search.is_empty:
        raise Invalid("To change every message of a mailbox is refused. Name a folder, or search.", code="InvalidPath")
    with told(FOLDER):
        found = acting.ask(lambda token: reading.matching(token, acting.address, place.folder, many.search, MOST + 1))
    return found[:MOST], len(found) > MOST


def _done(
    acting: Acting,
    items: list[MailItem],
    is_more: bool,
    part: Callable[[MailItem], BatchPart],
    again: Callable[[MailItem], None] | None = None,
    gone_is_done: bool = False,
) -> Outcome:
    """Raises Busy where Graph was too busy for any of them; where it was for some, these are told as failed."""
    parts, known, batches = [part(each) for each in items], Done(), acting.services.mail.reading.batches
    with told():
        results = acting.ask(lambda token: batches.run(token, acting.address, parts, known))
    done: list[tuple[str, str]] = []
    failed: list[tuple[str, MailError]] = []
    for item, result in zip(items, results, strict=True):
        if isinstance(result, MailChanged) and again is not None:
            result = _tried(lambda item=item: again(item))  # type: ignore[misc]
        if isinstance(result, MailGone) and gone_is_done:
            result = {}
        if isinstance(result, MailError):
            failed.append((item.id, result))
        else:
            done.append((item.id, str(result.get("id") or item.id)))
    if failed and not done and all(isinstance(error, MailBusy) for _, error in failed):
        raise refusal_of(failed[0][1])
    return Outcome(done, [_failure_json(id_, error) for id_, error in failed], is_more)


def _tried(call: Callable[[], None]) -> dict[str, Any] | MailError:
    try:
        call()
    except MailError as error:
        return error
    return {}


def _failure_json(id_: str, error: MailError) -> dict[str, str]:
    refused = refusal_of(error)
    return {"id": id_, "code": refused.code, "message": refused.message}
