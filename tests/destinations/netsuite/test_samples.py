"""All the sample mail, from the click in Outlook to NetSuite: what is there then equals what was sent."""

import email
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from server.destinations.netsuite import bodies
from server.destinations.netsuite.parties import NOBODY, address_of
from server.mail.html import safe_html, text_of
from server.mail.mime import open_message
from tests.conftest import Control, Someone
from tests.destinations.test_local_mail import FILES, independent_files, needs_samples
from tests.simulator.netsuite.accounts import Account
from tests.steps import SUPPORT, item_of, save_of

# What is no header by any rule, so that two parsers need not agree, or a year that nobody believes.
BROKEN = {
    "error_emails__invalid_subject_characters": {"subject"},
    "plain_emails__raw_email_bad_time": {"date"},
    "plain_emails__raw_email_multiple_from": {"author", "recipients"},
    "plain_emails__raw_email_with_at_display_name": {"recipients"},
    "rfc2822__example11": {"recipients"},
}
LARGEST_FILE = 10 * 1024 * 1024


@pytest.fixture
def netsuite(ana: Someone, account: Account, settings_of_account: dict[str, Any]) -> dict[str, Any]:
    """Configured by an administrator, with originals kept."""
    settings = {**settings_of_account, "keep_original": True}
    wanted = {"kind": "netsuite", "name": "netsuite", "title": "NetSuite", "settings": settings}
    found: dict[str, Any] = ana.post("/api/admin/destinations", wanted, expect=201)
    return found


@pytest.fixture
def record(ben: Someone, netsuite: Any) -> dict[str, Any]:
    return ben.get("/api/records?q=Adatum+Purchasing")["records"][0]  # type: ignore[no-any-return]


@needs_samples
def test_every_sample_message_is_in_netsuite_as_it_was_sent(
    ben: Someone, control: Control, record: dict[str, Any], work: Any
) -> None:
    saves: list[tuple[Path, dict[str, Any]]] = []
    for path in FILES:
        item = item_of(control.deliver(SUPPORT, path.read_bytes()), SUPPORT)
        saves += [(path, save) for save in ben.save(item, record)]
    work()
    shown = control("GET", "ledger")
    emails = {each["id"]: each for each in shown["emails"] if each["service"] == "netsuite"}
    assert len(saves) == len(FILES)
    wrong = []
    for path, save in saves:
        done = save_of(ben, save)
        assert done["state"] in ("saved", "partial"), (path.name, done["reason"])
        found = emails[done["link"].rpartition("=")[2]]
        known = BROKEN.get(path.stem, ())
        wrong += [(path.stem, *each) for each in differences(path, found, done) if each[0] not in known]
    assert wrong == []


def differences(path: Path, found: dict[str, Any], done: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What in NetSuite differs from the source, as another parser reads that: what, found, and expected."""
    raw = path.read_bytes()
    source = email.message_from_bytes(raw, policy=default)
    assert isinstance(source, EmailMessage)
    yield from unequal("subject", (found["subject"] or "").split(), subject_in(source)[:300].split())
    yield from unequal("date", found["date"], date_in(source) or found["date"])
    sender = [each for each in addresses_in(source, "from") if address_of(each)]
    yield from unequal("author", found["author"]["email"], (sender or [NOBODY])[0].lower())
    named = {each.lower() for name in ("to", "cc") for each in addresses_in(source, name) if address_of(each)}
    listed = [found["recipient"]["email"], *(found["cc"] or "").split(", ")]
    yield from unequal("recipients", {each.lower() for each in listed if each} - {SUPPORT}, named - {SUPPORT})
    yield from unequal("never sent", found["emailed"], False)
    with open_message(path) as message:
        text, html = bodies.read(found["body"], text_of)
        words = text_of(safe_html(message.html)[0]) if message.html and html else message.text
        yield from unequal("text", text.split(), words.split())
        files = {each.sha256 for each in message.attachments}
    kept = Counter(each["sha256"] for each in found["files"])
    wanted = Counter(
        {sha256: count for (_, size, sha256), count in independent_files(raw).items() if size <= LARGEST_FILE}
    )
    yield from unequal("files", wanted - kept, Counter())
    yield from unequal("other files", set(kept) - files, {hashlib.sha256(raw).hexdigest()})
    if not done["missing"]:
        yield from unequal("state", done["state"], "saved")


def unequal(what: str, found: Any, expected: Any) -> Iterator[tuple[Any, ...]]:
    if found != expected:
        yield what, found, expected


def subject_in(source: EmailMessage) -> str:
    return str(source.get("subject", ""))


def date_in(source: EmailMessage) -> str | None:
    try:
        found = parsedate_to_datetime(str(source["date"]))
    except (TypeError, ValueError):
        return None
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def addresses_in(source: EmailMessage, name: str) -> list[str]:
    fields = source.get_all(name, [])
    parsed: list[Address] = [each for field in fields for each in field.addresses]
    return [each.addr_spec for each in parsed]
