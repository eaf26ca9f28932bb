"""What a message carries beside its usual properties: extended ones, headers, open extensions."""

from collections.abc import Callable

from tests.test_simulator.cast import MAIL, Caller, Control, at, refusal

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
MARK = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name AffixSave"


def test_extended_properties_are_kept_and_found_by_filter(on_behalf_of: PERSON, control: Control) -> None:
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    control.deliver(BOX)
    assert ben.patch(path, json={"singleValueExtendedProperties": [{"id": MARK, "value": "S1"}]}).status_code == 200
    expanded = ben.get(path, params={"$expand": f"singleValueExtendedProperties($filter=id eq '{MARK}')"}).json()
    assert expanded["singleValueExtendedProperties"] == [{"id": MARK, "value": "S1"}]
    assert "singleValueExtendedProperties" not in ben.get(path).json()
    condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq 's1')"
    found = ben.get(at(BOX, "/messages"), params={"$filter": condition}).json()["value"]
    assert [one["subject"] for one in found] == ["Order 7"]
    none = condition.replace("AffixSave", "affixsave")
    assert ben.get(at(BOX, "/messages"), params={"$filter": none}).json()["value"] == [], "names are case-sensitive"


def test_what_exchange_makes_headers_of_can_be_read_as_properties(on_behalf_of: PERSON, control: Control) -> None:
    raw = MAIL.replace(b"Subject:", b"In-Reply-To: <a@b.example>\r\nSensitivity: private\r\nSubject:")
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX, raw)["id"])
    wanted = ("String 0x1039", "String 0x1042", "Integer 0x0036")
    condition = " or ".join(f"id eq '{one}'" for one in wanted)
    params = {"$select": "id", "$expand": f"attachments,singleValueExtendedProperties($filter={condition})"}
    for found in (ben.get(path, params=params).json(), ben.get(at(BOX, "/messages"), params=params).json()["value"][0]):
        shown = {one["id"]: one["value"] for one in found["singleValueExtendedProperties"]}
        assert shown == {"String 0x1042": "<a@b.example>", "Integer 0x36": "2"}, "zeros do not lead"
    condition = "singleValueExtendedProperties/Any(ep: ep/id eq 'Integer 0x36' and ep/value eq '2')"
    assert len(ben.get(at(BOX, "/messages"), params={"$filter": condition}).json()["value"]) == 1


def test_what_was_sent_from_a_mailbox_has_no_headers_there(person: PERSON, control: Control) -> None:
    ben, path = person("ben"), at("ben@contoso.example", "/messages")
    to = {"toRecipients": [{"emailAddress": {"address": BOX}}], "subject": "Offer"}
    sent = ben.post(path, json=to).json()["id"]
    assert ben.post(f"{path}/{sent}/send").status_code == 202
    assert ben.post("/me/sendMail", json={"message": to}).status_code == 202
    control.deliver("ben", MAIL, "sentitems", headers="false")
    option = {"$select": "subject,internetMessageHeaders"}
    kept = ben.get("/me/mailFolders/sentitems/messages", params=option).json()["value"]
    assert len(kept) == 3 and not any("internetMessageHeaders" in one for one in kept)
    arrived = ben.get(at(BOX, "/messages"), params=option).json()["value"]
    assert len(arrived) == 2 and all(one["internetMessageHeaders"] for one in arrived)


def test_open_extensions_work_in_the_own_mailbox_only(person: PERSON, control: Control) -> None:
    ben = person("ben", "Mail.ReadWrite", "Mail.ReadWrite.Shared")
    own = at("ben@contoso.example", "/messages/{}/extensions", control.deliver("ben")["id"])
    body = {"@odata.type": "microsoft.graph.openTypeExtension", "extensionName": "com.affix", "save": "S1"}
    assert ben.post(own, json=body).status_code == 201
    assert ben.get(f"{own}/com.affix").json()["save"] == "S1"
    other = at(BOX, "/messages/{}/extensions", control.deliver(BOX)["id"])
    assert refusal(ben.get(other)) == (403, "ErrorAccessDenied")
    assert refusal(ben.post(other, json=body)) == (403, "ErrorAccessDenied")
