"""A good body for every route that takes one. A new route gets a line here, and all that is bad is tried by itself."""

from typing import Any

from apiflask import APIFlask
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.api.routes import LOCKED, NOTHING, routes
from tests.simulator.hooks import HOST as HOOKS

KEY = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
ITEM = {"id": "AAMkAD", "idFormat": "ews"}
RECORD = {"destination": "local", "type": "contact", "id": NOTHING}
GOOD: dict[tuple[str, str], Any] = {
    ("POST", "/api/context"): {"item": ITEM},
    ("POST", "/api/saves"): {"item": ITEM, "records": [RECORD], "attachments": "all"},
    ("POST", "/api/outgoing"): {"item": ITEM, "records": [RECORD], "attachments": "files"},
    ("POST", "/api/suggestions"): {"addresses": ["purchasing@adatum.example"], "subject": "Order 4711"},
    ("POST", "/api/records"): {"destination": "local", "type": "contact", "name": "N", "address": "n@adatum.example"},
    ("PATCH", "/api/saves/<uuid:save_id>"): {"record": RECORD},
    ("PATCH", "/api/mailboxes/<uuid:mailbox_id>"): {"kind": "shared"},
    ("PATCH", "/api/me"): {"tab": "autopilot", "remindOnSend": True},
    ("PUT", "/api/presence"): {"mailbox": NOTHING, "message": "AAkALg", "records": ["Purchasing"]},
    ("POST", "/api/rules"): {
        "kind": "domain",
        "mailbox": "ana@contoso.example",
        "record": RECORD,
        "value": "x.example",
    },
    ("PATCH", "/api/rules/<uuid:rule_id>"): {"state": "paused"},
    ("POST", "/api/rules/preview"): {
        "kind": "domain",
        "mailbox": "ana@contoso.example",
        "record": RECORD,
        "value": "x.example",
        "days": 7,
    },
    ("PATCH", "/api/backfills/<uuid:backfill_id>"): {"state": "paused"},
    ("POST", "/api/admin/licenses"): {"mailbox": "support@contoso.example"},
    ("POST", "/api/admin/exclusions"): {"kind": "domain", "value": "tailspin.example", "note": "Our bank"},
    ("POST", "/api/admin/destinations"): {
        "kind": "netsuite",
        "name": "erp",
        "title": "ERP",
        "settings": {"account": "1234567", "client_id": "c", "certificates": [{"id": "c1", "private_key": KEY}]},
    },
    ("PATCH", "/api/admin/destinations/<name>"): {"title": "ERP", "settings": {"folder": "512"}},
    ("POST", "/api/mailboxes/<uuid:mailbox_id>/unfiled/dismiss"): {"messages": ["AAkALg"]},
    ("POST", "/api/mailboxes/<uuid:mailbox_id>/unfiled/restore"): {"messages": ["AAkALg"]},
    ("POST", "/api/activity/<line_id>/save"): {"records": [RECORD], "attachments": "all"},
}
GOOD |= {
    ("POST", "/api/admin/api-keys"): {"name": "Help desk", "scopes": ["accounts", "read"], "expiresInDays": 90},
    ("POST", "/api/admin/webhooks"): {
        "url": f"https://{HOOKS}/affix",
        "events": ["messageSaved", "ruleStopped"],
        "title": "Files",
    },
    ("PATCH", "/api/admin/webhooks/<uuid:webhook_id>"): {"title": "Files", "state": "paused", "newSecret": True},
    ("POST", "/api/admin/webhooks/<uuid:webhook_id>/replay"): {
        "from": "2026-11-01T00:00:00Z",
        "to": "2026-11-02T00:00:00Z",
        "state": "failed",
    },
}
GOOD |= {
    ("POST", "/v1/authentication/form"): {
        "account": "shared-support",
        "email": "support@contoso.example",
        "delegated": True,
        "expectedEmail": "ben@contoso.example",
    },
    ("POST", "/v1/account"): {
        "account": "shared-support",
        "email": "support@contoso.example",
        "oauth2": {"auth": {"delegatedUser": "support@contoso.example", "delegatedAccount": "my-account"}},
    },
    ("PUT", "/v1/account/<account>"): {"name": "Support Mailbox"},
    ("PUT", "/v1/account/<account>/flush"): {"flush": True},
    ("POST", "/v1/verifyAccount"): {
        "email": "support@contoso.example",
        "oauth2": {"auth": {"delegatedUser": "support@contoso.example", "delegatedAccount": "my-account"}},
    },
    ("POST", "/v1/account/<account>/mailbox"): {"path": ["INBOX", "Orders"]},
    ("PUT", "/v1/account/<account>/mailbox"): {"path": "INBOX/Orders", "newPath": "INBOX/Offers"},
    ("POST", "/v1/account/<account>/search"): {"search": {"from": "purchasing@adatum.example", "unseen": True}},
    ("POST", "/v1/account/<account>/submit"): {
        "to": [{"name": "Purchasing", "address": "purchasing@adatum.example"}],
        "subject": "Order 4711",
        "text": "We have it.",
        "attachments": [{"filename": "a.txt", "content": "QQ==", "contentType": "text/plain"}],
        "headers": {"X-Order": "4711"},
        "sendAt": "2026-11-30T09:00:00Z",
    },
    ("POST", "/v1/account/<account>/message"): {
        "path": "\\Drafts",
        "to": [{"name": "Purchasing", "address": "purchasing@adatum.example"}],
        "subject": "Offer",
        "text": "Here it is.",
        "flags": ["\\Seen"],
    },
    ("PUT", "/v1/account/<account>/message/<message>"): {"flags": {"add": ["\\Seen"]}, "labels": {"set": ["Order"]}},
    ("PUT", "/v1/account/<account>/message/<message>/move"): {"path": "\\Archive"},
    ("PUT", "/v1/account/<account>/messages"): {"search": {"unseen": True}, "update": {"flags": {"add": ["\\Seen"]}}},
    ("PUT", "/v1/account/<account>/messages/move"): {"search": {"flagged": False}, "path": "\\Archive"},
    ("PUT", "/v1/account/<account>/messages/delete"): {"search": {"before": "2026-01-31"}},
    ("POST", "/v1/settings"): {
        "webhooks": f"https://{HOOKS}/program",
        "webhookEvents": ["messageNew"],
        "webhooksCustomHeaders": [{"key": "X-Team", "value": "support"}],
        "inboxNewOnly": True,
    },
    ("POST", "/v1/oauth2"): {"provider": "outlookService", "name": "All mailboxes"},
    ("PUT", "/v1/oauth2/<app>"): {"name": "All mailboxes", "description": "Granted by the organisation"},
}
WITH_FILES = {  # their bodies may carry files, but no other text that is so long
    ("POST", "/v1/account/<account>/message"),
    ("POST", "/v1/account/<account>/submit"),
}
WITHOUT_BODY = {
    ("POST", "/v1/account/<account>/verify"),  # everything in its body may be left out
    ("PUT", "/v1/account/<account>/pause"),
    ("PUT", "/v1/account/<account>/resume"),
    ("PUT", "/v1/account/<account>/reconnect"),
    ("PUT", "/v1/account/<account>/sync"),
    ("POST", "/v1/oauth2/<app>/verify"),
    ("POST", "/api/admin/webhooks/<uuid:webhook_id>/test"),
    ("POST", "/api/admin/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay"),
    ("PUT", "/api/mailboxes/<uuid:mailbox_id>/favorites/<destination>/<type>/<id>"),
    ("POST", "/api/rules/<uuid:rule_id>/backfills"),  # everything in its body may be left out
    ("POST", "/api/saves/<uuid:save_id>/retry"),
    ("POST", "/api/outgoing/<uuid:outgoing_id>/sent"),
    ("POST", "/api/activity/<line_id>/dismiss"),
    ("POST", "/api/admin/destinations/<name>/check"),
    ("POST", "/api/activity/retry"),  # everything in its body may be left out
}


def bodies(app: APIFlask) -> dict[tuple[str, str], Any]:
    """The routes that take a body, each with a good one."""
    taking = {route for route in routes(app, *LOCKED) if route[0] in ("POST", "PATCH", "PUT")}
    return {route: GOOD[route] for route in taking - WITHOUT_BODY}
