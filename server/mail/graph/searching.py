"""What to look for among messages, as Graph's $filter or its $search. Graph takes one of them, never both.

- $filter knows conditions (read, flagged, a draft, times, one address, one Message-ID, a conversation, a part of the
  subject) and is exact.
- $search knows words (in the text, the subject, the names and addresses of people) and whole days.

So words in `to`, `cc`, `bcc`, the text, or a part of the sender's name or address, cannot be combined with conditions
that are no words: Graph refuses it, and to leave one of them out would find, and perhaps delete, too much.

https://learn.microsoft.com/graph/search-query-parameter, https://learn.microsoft.com/graph/filter-query-parameter
"""

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from server.errors import Invalid
from server.mail.base import MailItem

ADDRESS = re.compile(r"[^\s@<>\"]++@[^\s@<>\"][^\s@<>\".]*+\.[^\s@<>\"]++\Z")
LONG_AGO = "1900-01-01T00:00:00Z"
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Search:
    """All that is set has to hold. `since` and `before` are when a message was received: from then on, and before."""

    from_: str | None = None
    to: str | None = None
    cc: str | None = None
    bcc: str | None = None
    subject: str | None = None
    body: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    sent_since: datetime | None = None
    sent_before: datetime | None = None
    is_read: bool | None = None
    is_flagged: bool | None = None
    is_draft: bool | None = None
    message_id: str | None = None
    conversation_id: str | None = None

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, each.name) is None for each in fields(self))

    @property
    def is_by_words(self) -> bool:
        """Whether only $search finds it."""
        is_part = self.from_ is not None and not ADDRESS.match(self.from_)
        return is_part or any(each is not None for each in (self.to, self.cc, self.bcc, self.body))

    def holds_for(self, item: MailItem) -> bool:
        """Whether its times are within what was asked for, to the second: $search knows whole days only."""
        return _is_within(item.received_at, self.since, self.before) and _is_within(
            item.sent_at, self.sent_since, self.sent_before
        )


def params_of(search: Search) -> dict[str, str]:
    """Options of a list. Raises Invalid for what Graph cannot look for at once."""
    if search.is_by_words:
        return {"$search": _words(search)}
    conditions = _conditions(search)
    if search.message_id is not None or search.conversation_id is not None:
        return {"$filter": " and ".join(conditions)}  # Graph refuses to sort these
    # What is sorted by has to open the filter: https://learn.microsoft.com/graph/api/user-list-messages
    if conditions and not conditions[0].startswith("receivedDateTime"):
        conditions.insert(0, f"receivedDateTime ge {LONG_AGO}")
    return {"$orderby": "receivedDateTime desc", **({"$filter": " and ".join(conditions)} if conditions else {})}


def _conditions(search: Search) -> list[str]:
    read, flagged, draft = search.is_read, search.is_flagged, search.is_draft
    found = {
        f"receivedDateTime ge {_moment(search.since)}": search.since,
        f"receivedDateTime lt {_moment(search.before)}": search.before,
        f"sentDateTime ge {_moment(search.sent_since)}": search.sent_since,
        f"sentDateTime lt {_moment(search.sent_before)}": search.sent_before,
        f"isRead eq {str(read).lower()}": read,
        f"flag/flagStatus {'eq' if flagged else 'ne'} 'flagged'": flagged,
        f"isDraft eq {str(draft).lower()}": draft,
        f"from/emailAddress/address eq {_quoted(search.from_)}": search.from_,
        f"contains(subject,{_quoted(search.subject)})": search.subject,
        f"internetMessageId eq {_quoted(search.message_id)}": search.message_id,
        f"conversationId eq {_quoted(search.conversation_id)}": search.conversation_id,
    }
    return [condition for condition, value in found.items() if value is not None]


def _words(search: Search) -> str:
    others = {
        "unseen or seen": search.is_read,
        "flagged": search.is_flagged,
        "draft": search.is_draft,
        "header": search.message_id,
        "threadId": search.conversation_id,
    }
    wrong = [name for name, value in others.items() if value is not None]
    if wrong:
        raise Invalid(
            "Microsoft 365 cannot look for words (in to, cc, bcc, body, or a part of from) and for conditions "
            f"({', '.join(wrong)}) at the same time. Search for one of them, and choose among what was found.",
            code="SearchNotPossible",
        )
    words = {"from": search.from_, "to": search.to, "cc": search.cc, "bcc": search.bcc}
    words |= {"subject": search.subject, "body": search.body}
    clauses = [f'{name}:\\"{_phrase(name, value)}\\"' for name, value in words.items() if value is not None]
    for name, since, before in (
        ("received", search.since, search.before),
        ("sent", search.sent_since, search.sent_before),
    ):
        # A day more on either side: whose midnight it is depends on the mailbox.
        clauses += [f"{name}>={_day(since, -A_DAY)}"] if since else []
        clauses += [f"{name}<={_day(before, A_DAY)}"] if before else []
    return f'"{" AND ".join(clauses)}"'


def _phrase(name: str, value: str) -> str:
    """Words that stand in quotes, where nothing but a quote or a backslash could end them."""
    cleaned = " ".join(re.sub(r"[\"\\]", " ", CONTROL.sub(" ", value)).split())
    if not re.search(r"\w", cleaned):
        raise Invalid(f"There are no words to look for in “{name}”.", code="SearchNotPossible")
    return cleaned


def _quoted(value: str | None) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def _day(value: datetime, more: timedelta) -> str:
    return (value.astimezone(UTC) + more).strftime("%Y-%m-%d")


def _is_within(moment: datetime | None, since: datetime | None, before: datetime | None) -> bool:
    if moment is None:
        return since is None and before is None
    return (since is None or moment >= since) and (before is None or moment < before)
