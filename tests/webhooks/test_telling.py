"""What happens is told to the addresses that want to know, once committed and never more than that."""

from typing import Any

from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, item_of
from tests.webhooks.steps import deliveries, heard, types


def test_a_save_is_told_with_ids_and_names_and_nothing_of_the_mail(
    ana: Someone, ben: Someone, hook: dict[str, Any], control: Control, work: Any
) -> None:
    record = contact(ben)
    raw = mime(subject="Secret offer", body="Secret words")
    [save] = ben.save(item_of(control.deliver(SUPPORT, raw), SUPPORT), record)
    work()
    [one] = heard(control)
    told = one["told"]
    assert (told["type"], told["tenant"]) == ("messageSaved", ana.get("/api/me")["tenant"]["id"])
    assert told["id"] == one["headers"]["webhook-id"]
    assert told["data"] == {
        "save": {"id": save["id"], "state": "saved", "reasonCode": None, "how": "manual"},
        "message": {"id": told["data"]["message"]["id"], "internetMessageId": "<1@adatum.example>"},
        "mailbox": SUPPORT,
        "record": {"destination": "local", "type": "contact", "id": record["id"], "name": "Purchasing"},
        "rule": None,
        "by": {**told["data"]["by"], "address": "ben@contoso.example"},
    }
    assert "Secret" not in one["body"]
    [delivery] = deliveries(ana, hook)
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("delivered", 1, 204)
    assert (delivery["nextAt"], delivery["problem"]) == (None, None)
    assert types(control) == ["messageSaved"]
