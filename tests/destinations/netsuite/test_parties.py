"""Who an email in NetSuite is from and to: somebody whom it knows, else the record; always with the true address."""

from collections.abc import Callable
from typing import Any

import pytest

from server.destinations.base import DestinationError, EmailToSave, Party
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.parties import NOBODY, Parties, PartyFinder, address_of
from tests.conftest import Control
from tests.destinations.contents import email_to
from tests.simulator.netsuite.accounts import Account

ANA = Party("Ana", "ana@contoso.example")
PAT = Party("Pat", "pat@harbour.example")
SUPPORT = Party("Support", "support@contoso.example")
STRANGER = Party("", "stranger@wingtip.example")

Add = Callable[..., str]


@pytest.fixture
def finder(client: Client) -> PartyFinder:
    return PartyFinder(client)


@pytest.fixture
def add(account: Account) -> Add:
    def add(type: str, address: str = "", **fields: Any) -> str:
        name = f"{type} {len(account.records[type])}"
        named = {"companyName": name} if type in ("customer", "vendor", "partner") else {}
        made = account.add(type, {"entityId": name, "email": address, "isInactive": False, **named, **fields})
        return str(made["id"])

    return add


@pytest.fixture
def target(add: Add) -> str:
    return add("customer", "office@harbour.example")


def email(target: str, type: str = "customer", **changes: Any) -> EmailToSave:
    return email_to(type, target, **changes)


def ids(parties: Parties) -> tuple[str | None, str | None]:
    return parties.author, parties.recipient


def queries(control: Control) -> int:
    found = sum(each["count"] for each in control.requests("netsuite") if "suiteql" in each["route"])
    control("DELETE", "requests")
    return int(found)


def test_both_are_found_by_their_addresses_in_one_query(
    finder: PartyFinder, add: Add, target: str, control: Control
) -> None:
    pat = add("contact", "Pat@Harbour.example")
    vendor = add("vendor", "support@contoso.example")
    found = finder.of(email(target, sent_by=PAT, to=[SUPPORT]))
    assert ids(found) == (pat, vendor)
    assert (found.author_email, found.recipient_email) == (PAT.address, SUPPORT.address)
    assert queries(control) == 1


@pytest.mark.parametrize("known", ["contact", "customer", "vendor", "partner", "employee"])
def test_of_several_with_one_address_the_first_kind_is_taken(
    finder: PartyFinder, add: Add, target: str, known: str
) -> None:
    kinds = ["employee", "partner", "vendor", "customer", "contact"]
    made = {kind: add(kind, PAT.address) for kind in kinds[: kinds.index(known) + 1]}
    assert finder.of(email(target, sent_by=PAT)).author == made[known]


def test_of_several_of_one_kind_the_oldest_is_taken(finder: PartyFinder, add: Add, target: str) -> None:
    first, _ = add("contact", PAT.address), add("contact", PAT.address)
    assert finder.of(email(target, sent_by=PAT)).author == first


def test_who_is_inactive_is_not_taken(finder: PartyFinder, add: Add, target: str) -> None:
    add("contact", PAT.address, isInactive=True)
    assert finder.of(email(target, sent_by=PAT)).author == target


def test_for_who_is_not_in_netsuite_stands_the_record_with_the_true_address(finder: PartyFinder, target: str) -> None:
    found = finder.of(email(target, sent_by=STRANGER, to=[SUPPORT]))
    assert ids(found) == (target, target)
    assert (found.author_email, found.recipient_email) == (STRANGER.address, SUPPORT.address)


def test_for_a_transaction_or_a_case_stands_the_company_of_it(
    finder: PartyFinder, account: Account, control: Control
) -> None:
    for type, field in (("opportunity", "entity"), ("supportcase", "company")):
        id, record = next(iter(account.records[type].items()))
        assert ids(finder.of(email(id, type, sent_by=STRANGER))) == (record[field]["id"],) * 2
    assert queries(control) == 2


def test_who_wrote_for_somebody_else_is_not_the_author(finder: PartyFinder, add: Add, target: str) -> None:
    cleo = add("contact", "cleo@harbour.example")
    found = finder.of(email(target, sent_by=ANA, on_behalf_of=Party("Cleo", "cleo@harbour.example")))
    assert (found.author, found.author_email) == (cleo, "cleo@harbour.example")


def test_the_recipient_is_the_first_who_is_known_and_the_others_get_a_copy(
    finder: PartyFinder, add: Add, target: str
) -> None:
    pat = add("contact", PAT.address)
    copies = [Party("", "copy@wingtip.example"), Party("", "STRANGER@wingtip.example")]
    found = finder.of(email(target, to=[STRANGER, PAT, SUPPORT], cc=copies))
    assert (found.recipient, found.recipient_email) == (pat, PAT.address)
    assert found.cc == (STRANGER.address, SUPPORT.address, "copy@wingtip.example")


def test_an_email_to_nobody_is_to_the_mailbox_where_it_lies(finder: PartyFinder, target: str) -> None:
    found = finder.of(email(target, to=[], cc=[STRANGER]))
    assert found.recipient_email == "support@contoso.example"
    assert found.cc == (STRANGER.address,)


def test_what_is_no_address_is_in_no_field_but_is_named(finder: PartyFinder, target: str) -> None:
    broken = [Party("Undisclosed", ""), Party("", "root@localhost"), Party("", "a b@x.example"), STRANGER]
    found = finder.of(email(target, sent_by=Party("Mailer", ""), to=broken, cc=broken[:2], bcc=[Party("", "@")]))
    assert (found.author, found.author_email) == (target, NOBODY)
    assert found.recipient_email == STRANGER.address
    assert (found.cc, found.bcc) == ((), ())
    assert found.left_out == ("Mailer", "Undisclosed", "root@localhost", "a b@x.example", "@")


def test_more_copies_than_a_field_takes_are_named(finder: PartyFinder, target: str) -> None:
    many = [Party("", f"somebody.number{number}@adatum.example") for number in range(500)]
    found = finder.of(email(target, to=[STRANGER], cc=many, bcc=many))
    assert len(", ".join(found.cc)) <= 3900
    assert (*found.cc, *found.left_out[: 500 - len(found.cc)]) == tuple(each.address for each in many)
    assert len(found.bcc) == len(found.cc)


HOSTILE = ["'@x.example", "a'b@x.example", "x' OR '1'='1@x.example", "%@x.example", "a;--@x.example", "ü@x.example"]


@pytest.mark.parametrize("address", [*HOSTILE, "\0@\ud800", "x" * 9000 + "@a.example", "a@" + "ü" * 100_000])
def test_hostile_addresses_find_nobody_else(finder: PartyFinder, add: Add, target: str, address: str) -> None:
    add("contact", PAT.address)
    found = finder.of(email(target, sent_by=Party("", address), to=[Party("", address), STRANGER]))
    assert ids(found) == (target, target)


def test_an_address_in_an_international_domain_goes_in_its_ascii_form() -> None:
    assert address_of("info@köln.example") == "info@xn--kln-sna.example"
    assert address_of("info@" + "ü" * 70 + ".example") is None


@pytest.mark.parametrize("type", ["customer", "opportunity", "supportcase"])
@pytest.mark.parametrize("id", ["99999", "", "0", "x", "1 OR 1=1", "-1"])
def test_a_record_that_is_not_there_is_gone(finder: PartyFinder, target: str, type: str, id: str) -> None:
    with pytest.raises(DestinationError) as refused:
        finder.of(email(id, type))
    assert (refused.value.code, refused.value.permanent) == ("record_gone", True)


def test_what_was_found_is_known_for_a_while_and_so_is_what_was_not(
    finder: PartyFinder, add: Add, target: str, control: Control
) -> None:
    finder.of(email(target, sent_by=STRANGER))
    assert queries(control) == 1
    finder.of(email(target, sent_by=STRANGER))
    assert queries(control) == 0
    made = add("contact", STRANGER.address)
    assert finder.of(email(target, sent_by=STRANGER)).author == target
    assert finder.of(email(target, sent_by=STRANGER), anew=True).author == made
    assert finder.of(email(target, sent_by=STRANGER)).author == made
    assert queries(control) == 1
    finder.forget()
    finder.of(email(target, sent_by=STRANGER))
    assert queries(control) == 1


def test_a_new_contact_is_known_at_once(connected: Any, tenant: str, target: str, account: Account) -> None:
    netsuite = connected()
    netsuite.save_email(tenant, email(target, sent_by=STRANGER))
    made = netsuite.create(tenant, "contact", {"name": "Stranger", "address": STRANGER.address})
    saved = netsuite.save_email(tenant, email(target, key="key-2", sent_by=STRANGER))
    assert account.records["message"][saved.reference]["author"]["id"] == made.id
