"""Nobody's right carries a mailbox any more: people see it, Microsoft is left in peace, and nothing is lost over it."""

from typing import Any

from tests.conftest import Someone, mime
from tests.faults.watched import Watched
from tests.launching import until
from tests.steps import SALES, SUPPORT, context, item_of

A_QUARTER = 15 * 60


def test_a_dead_grant_is_shown_tried_rarely_and_costs_no_mail(support: Watched, ana: Someone, someone: Any) -> None:
    support.licensed(SALES)
    support.rule(ana, SALES)
    support.worker()
    support.until_connected(2)
    opened = hello(support)
    support.heard()
    support.stage.control("POST", "world", json={"revoke": "ben", "expireTokens": "ben"})
    support.arrive()
    missing = support.arrived[:]
    until(lambda: health(ana, opened)["state"] == "authenticationError", "people see that somebody has to sign in")
    assert "open Affix" in health(ana, opened)["message"]
    before = attempts(support)
    for _ in range(2):
        announce_and_ask(support)
        missing.append(support.arrived[-1])
        support.proof_of_work()
        assert attempts(support) == before
    support.pass_time(A_QUARTER + 1)
    until(lambda: attempts(support) == before + 1, "it is tried again")
    announce_and_ask(support)
    missing.append(support.arrived[-1])
    support.proof_of_work()
    assert attempts(support) == before + 1
    assert not set(missing) & set(support.on_record())
    context(someone("ben"), opened)
    support.until_all_saved()
    until(lambda: health(ana, opened)["state"] == "connected", "people see that all is well")
    assert health(ana, opened)["caughtUp"]["saves"] == len(missing)


def announce_and_ask(support: Watched) -> None:
    """Mail comes, and Microsoft wants the subscription to be authorised anew."""
    support.arrive()
    support.stage.control("POST", "world", json={"lifecycle": {SUPPORT: "reauthorizationRequired"}})
    support.heard()


def attempts(support: Watched) -> int:
    """Looks that were begun at the shared mailbox."""
    query = "SELECT fence FROM watches JOIN mailboxes ON id = mailbox_id WHERE address = %(address)s"
    return int(support.rows(query, address=SUPPORT)[0]["fence"])


def hello(support: Watched) -> dict[str, Any]:
    delivered = support.stage.control.deliver(SUPPORT, mime("Hi", "<hi@tailspin.example>", "news@tailspin.example"))
    return item_of(delivered, SUPPORT)


def health(person: Someone, item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = context(person, item)["health"]
    return found
