"""What NetSuite wants of a message: an email on a record (section_N3655720, section_N3191112, article_161038358813)."""

from tests.simulator.netsuite import problems
from tests.simulator.netsuite.accounts import ENTITIES, Account, Fields

PARTIES = {"author": "From", "recipient": "Recipient"}


def check_message(account: Account, message: Fields) -> None:
    """Both parties are entities, and where one has no address of its own, the message says it. Raises Refused."""
    for party, label in PARTIES.items():
        if party not in message:
            raise problems.missing(label)
        found = account.find_any(ENTITIES, message[party]["id"])
        has_address = found is not None and found[1].get("email")
        if not (message.get(f"{party}Email") or has_address):
            raise problems.missing(f"{label} Email")
