"""All sample mail goes through the running demo and arrives whole: nothing lost, nothing twice, nothing hanging."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.demo import running_demo
from tests.destinations.test_local_mail import independent_files
from tests.real_input.client import Ben, sha256

FILES = sorted((SHARED / "mail" / "eml").glob("*.eml"))
LIMIT = 90.0  # seconds for all of them, on a busy machine

pytestmark = pytest.mark.skipif(not FILES, reason="the sample mail ../shared/mail/eml is not there")


@dataclass
class Run:
    """What went in, and what is on the record when all saves are settled."""

    ben: Ben
    record: dict[str, str]
    sources: list[bytes]
    saves: list[dict[str, Any]]
    emails: list[dict[str, Any]]


def save_all(ben: Ben, mailbox: str, record: dict[str, str]) -> Run:
    sources = [path.read_bytes() for path in FILES]
    save_ids = [ben.save(ben.deliver(mailbox, raw), record) for raw in sources]
    settled = ben.wait_until_settled(save_ids, LIMIT)
    return Run(ben, record, sources, [settled[each] for each in save_ids], list(ben.emails(record)))


@pytest.fixture(scope="module")
def ben(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ben]:
    with running_demo(tmp_path_factory.mktemp("demo"), "--workers", "2") as addresses:
        ben = Ben(addresses)
        yield ben
        ben.close()


@pytest.fixture(scope="module")
def run(ben: Ben) -> Run:
    return save_all(ben, "support", ben.new_record("Real mail"))


def test_every_message_is_saved_whole(run: Run) -> None:
    states = Counter(save["state"] for save in run.saves)
    not_whole = [(save["message"]["subject"], save["reason"]) for save in run.saves if save["state"] != "saved"]
    print(f"{len(run.sources)} messages: {dict(states)}, {len(run.emails)} on the record; not whole: {not_whole}")  # noqa: T201
    assert states["failed"] == 0
    assert all(save["reason"] for save in run.saves if save["state"] == "partial")
    assert states["saved"] == len(run.sources)


def test_each_email_is_on_the_record_once_and_none_is_lost(run: Run) -> None:
    assert Counter(email["mimeSha256"] for email in run.emails) == Counter({sha256(raw) for raw in run.sources})
    assert len(run.emails) < len(run.sources)  # some of the sample stand there twice


def test_messages_with_one_message_id_and_different_content_are_all_there(run: Run) -> None:
    ids = Counter(email["internetMessageId"] for email in run.emails)
    shared = {message_id for message_id, count in ids.items() if count > 1}
    assert shared
    for message_id in shared:
        same = [email for email in run.emails if email["internetMessageId"] == message_id]
        assert len({email["mimeSha256"] for email in same}) == len(same)


def test_every_byte_of_the_source_comes_back(run: Run) -> None:
    for email in run.emails:
        raw = run.ben.mime(run.record, email)
        assert (sha256(raw), len(raw)) == (email["mimeSha256"], email["mimeSize"])
        assert raw in run.sources


def test_attachments_are_those_of_an_independent_parse(run: Run) -> None:
    sources = {sha256(raw): raw for raw in run.sources}
    for email in run.emails:
        expected = independent_files(sources[email["mimeSha256"]])
        listed = Counter((each["name"], each["size"], each["sha256"]) for each in email["attachments"])
        if not any("\ufffd" in name for name, _, _ in expected):
            assert expected - listed == Counter(), email["subject"]
        for each in email["attachments"]:
            assert sha256(run.ben.file(run.record, email, each["number"])) == each["sha256"]


def test_the_same_mail_from_another_mailbox_is_there_already(run: Run) -> None:
    again = save_all(run.ben, "ben", run.record)
    assert Counter(save["state"] for save in again.saves) == {"saved": len(again.sources)}
    assert {email["id"] for email in again.emails} == {email["id"] for email in run.emails}
    assert len(again.emails) == len(run.emails)
