"""What is told of a mailbox or a folder, and of the life of a subscription."""

from collections.abc import Callable

import pytest

from tests.simulator import seed
from tests.simulator.world import World
from tests.test_simulator.cast import Caller, Control, at
from tests.test_simulator.receiving import Receiver, settle, subscribed

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
ALL, INBOX = f"users/{BOX}/messages", f"users/{BOX}/mailFolders('inbox')/messages"


@pytest.fixture
def watcher(app_only: Callable[[], Caller], receiver: Receiver) -> Caller:
    return app_only()


@pytest.fixture
def ben(on_behalf_of: PERSON) -> Caller:
    return on_behalf_of("ben")


def move(control: Control, message: str, folder: str) -> None:
    control.ask("POST", "moves", json={"mailbox": BOX, "id": message, "folder": folder})


def test_the_envelope_is_as_documented(watcher: Caller, receiver: Receiver, control: Control, world: World) -> None:
    subscription = subscribed(watcher, INBOX)
    sent = control.deliver(BOX)
    settle(control)
    [note] = receiver.notifications
    owner = world.account(BOX).id  # type: ignore[union-attr]
    assert note.pop("id")
    assert note.pop("resourceData") == {
        "@odata.type": "#Microsoft.Graph.Message",
        "@odata.id": f"Users/{owner}/Messages/{sent['immutableId']}",
        "@odata.etag": watcher.get(at(BOX, "/messages/{}", sent["id"])).json()["@odata.etag"],
        "id": sent["immutableId"],
    }
    assert note == {
        "subscriptionId": subscription["id"],
        "subscriptionExpirationDateTime": subscription["expirationDateTime"],
        "clientState": "secret",
        "changeType": "created",
        "resource": f"Users/{owner}/Messages/{sent['immutableId']}",
        "tenantId": seed.CONTOSO.id,
    }


def test_a_folder_is_watched_with_what_moves_in_and_out(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscribed(watcher, INBOX)
    there, elsewhere = control.deliver(BOX)["immutableId"], control.deliver(BOX, folder="archive")["immutableId"]
    move(control, elsewhere, "inbox")
    move(control, there, "archive")
    control.ask("DELETE", "messages", json={"mailbox": BOX, "id": elsewhere})
    settle(control)
    expected = [("created", there), ("created", elsewhere), ("deleted", there), ("deleted", elsewhere)]
    assert receiver.told == expected


def test_a_mailbox_is_watched_with_drafts_and_sent_mail(
    watcher: Caller, ben: Caller, receiver: Receiver, control: Control
) -> None:
    subscribed(watcher, ALL)
    message = {"subject": "Hello", "toRecipients": [{"emailAddress": {"address": "sales@contoso.example"}}]}
    draft = ben.post(at(BOX, "/messages"), json=message, headers={"Prefer": 'IdType="ImmutableId"'}).json()["id"]
    ben.patch(at(BOX, "/messages/{}", draft), json={"subject": "Hello again"})
    assert ben.post(at(BOX, "/messages/{}/send", draft)).status_code == 202
    copy = ben.post(at(BOX, "/messages/{}/copy", draft), json={"destinationId": "archive"})
    settle(control)
    kinds = [kind for kind, id_ in receiver.told if id_ == draft]
    assert copy.status_code == 201 and kinds == ["created", "updated", "updated"] and len(receiver.told) == 4


def test_without_immutable_ids_a_moved_message_is_another_one(
    watcher: Caller, receiver: Receiver, control: Control
) -> None:
    subscribed(watcher, ALL, immutable=False)
    sent = control.deliver(BOX)
    move(control, sent["id"], "archive")
    settle(control)
    created, deleted, created_again = receiver.told
    assert (created, deleted) == (("created", sent["id"]), ("deleted", sent["id"]))
    assert created_again[0] == "created" and created_again[1] != sent["id"]


def test_our_own_change_comes_back_and_only_wanted_kinds_come(
    watcher: Caller, ben: Caller, receiver: Receiver, control: Control
) -> None:
    subscribed(watcher, ALL, changeType="updated")
    sent = control.deliver(BOX)
    ben.patch(at(BOX, "/messages/{}", sent["id"]), json={"categories": ["Saved"]})
    control.deliver("sales@contoso.example")
    settle(control)
    assert receiver.told == [("updated", sent["immutableId"])]


def test_a_new_message_may_be_told_as_updated_too(watcher: Caller, receiver: Receiver, control: Control) -> None:
    control.world(notifications={"updatedAfterCreated": True})
    subscribed(watcher, ALL)
    subscribed(watcher, INBOX, changeType="created")
    sent = control.deliver(BOX)["immutableId"]
    settle(control)
    assert receiver.told == [("created", sent), ("updated", sent), ("created", sent)]


def test_a_condition_makes_entering_a_creation_and_leaving_a_deletion(
    watcher: Caller, ben: Caller, receiver: Receiver, control: Control
) -> None:
    sent = control.deliver(BOX)
    subscribed(watcher, f"{INBOX}?$filter=isRead eq false")
    path = at(BOX, "/messages/{}", sent["id"])
    for change in ({"importance": "high"}, {"isRead": True}, {"importance": "low"}, {"isRead": False}):
        ben.patch(path, json=change)
    control.deliver(BOX, read="true")
    settle(control)
    assert [kind for kind, _ in receiver.told] == ["updated", "deleted", "created"]


def test_what_is_over_is_not_told(
    watcher: Caller, receiver: Receiver, control: Control, app_only: Callable[[], Caller]
) -> None:
    one, other = subscribed(watcher, ALL), subscribed(watcher, INBOX)
    control.world(notifications={"hold": True})
    control.deliver(BOX)
    watcher.ask("DELETE", f"/subscriptions/{one['id']}")
    control.world(notifications={"release": True})
    settle(control)
    assert [note["subscriptionId"] for note in receiver.notifications] == [other["id"]]
    control.world(advance=3 * 24 * 3600)
    control.deliver(BOX)
    settle(control)
    assert len(receiver.notifications) == 1


def test_nothing_is_told_once_consent_is_gone(watcher: Caller, receiver: Receiver, control: Control) -> None:
    subscribed(watcher, ALL)
    control.world(consent={"application": []})
    control.deliver(BOX)
    settle(control)
    assert receiver.posts == [] and control.ask("GET", "notifications")["dropped"] == 1


@pytest.mark.parametrize("by_mailbox", [True, False])
@pytest.mark.parametrize("event", ["reauthorizationRequired", "subscriptionRemoved", "missed"])
def test_the_events_of_a_subscriptions_life_are_told(
    watcher: Caller, receiver: Receiver, control: Control, event: str, by_mailbox: bool
) -> None:
    subscription = subscribed(watcher, ALL)
    control.world(lifecycle={BOX if by_mailbox else subscription["id"]: event})
    settle(control)
    [note] = receiver.notifications
    assert note.pop("id")
    assert note == {
        "lifecycleEvent": event,
        "subscriptionId": subscription["id"],
        "subscriptionExpirationDateTime": subscription["expirationDateTime"],
        "tenantId": seed.CONTOSO.id,
        "clientState": "secret",
    }
    there = watcher.get(f"/subscriptions/{subscription['id']}").status_code
    assert there == (404 if event == "subscriptionRemoved" else 200)


def test_who_does_not_authorise_anew_hears_nothing_after_an_hour(
    watcher: Caller, receiver: Receiver, control: Control, app_only: Callable[[], Caller]
) -> None:
    path = f"/subscriptions/{subscribed(watcher, ALL)['id']}"
    control.world(lifecycle={BOX: "reauthorizationRequired"})
    control.deliver(BOX)
    control.world(advance=3700)
    control.deliver(BOX)
    settle(control)
    assert len(receiver.told) == 1
    assert app_only().post(f"{path}/reauthorize").status_code == 204
    control.deliver(BOX)
    settle(control)
    assert len(receiver.told) == 2


def test_nobody_hears_of_a_life_without_an_address_for_it(
    watcher: Caller, receiver: Receiver, control: Control
) -> None:
    subscribed(watcher, ALL, lifecycleNotificationUrl=None)
    control.world(lifecycle={BOX: "missed"})
    settle(control)
    assert receiver.posts == []


@pytest.mark.parametrize(("hole", "number"), [(False, 3), (True, 2)])
def test_what_moved_out_and_back_in_may_not_be_told(
    watcher: Caller, receiver: Receiver, control: Control, hole: bool, number: int
) -> None:
    control.world(delta={"hole": hole})
    subscribed(watcher, INBOX)
    there = control.deliver(BOX)["immutableId"]
    for folder in ("archive", "inbox"):
        move(control, there, folder)
    settle(control)
    assert len(receiver.told) == number
