"""The package `netsuite` (token-based authentication) against what it takes for NetSuite; prints JSON.

python netsuite_tba_client.py ACCOUNT CONSUMER_KEY CONSUMER_SECRET TOKEN_ID TOKEN_SECRET < message as JSON
"""

import asyncio
import json
import sys
from typing import Any

from netsuite import Config, NetSuiteRestApi, TokenAuth
from netsuite.exceptions import NetsuiteAPIRequestError


async def seen(account: str, secrets: list[str], message: dict[str, Any]) -> dict[str, Any]:
    names = ("consumer_key", "consumer_secret", "token_id", "token_secret")
    api = NetSuiteRestApi(Config(account=account, auth=TokenAuth(**dict(zip(names, secrets, strict=True)))))
    found: dict[str, Any] = {"pages": []}
    offset, has_more = 0, True
    while has_more:
        page = await api.suiteql("SELECT id, email FROM contact ORDER BY id", limit=4, offset=offset)
        found["pages"].append([one["email"] for one in page["items"]])
        offset, has_more = offset + 4, page["hasMore"]

    found["created"] = await api.post("/record/v1/message", json=message)
    read = await api.get(f"/record/v1/message/eid:{message['externalId']}")
    found["read"] = {name: read[name] for name in ("id", "subject", "message", "authorEmail", "incoming")}
    query = f"SELECT id FROM message WHERE externalid = '{message['externalId']}'"
    found["queried"] = [one["id"] for one in (await api.suiteql(query))["items"]]
    found["again"] = await refusal(api.post("/record/v1/message", json=message))
    found["limit"] = await refusal(api.suiteql("SELECT id FROM contact LIMIT 1"))
    found["types"] = sorted((await api.openapi(["message"]))["components"]["schemas"])
    stranger = TokenAuth(**dict(zip(names, [*secrets[:-1], "guessed"], strict=True)))
    found["stranger"] = await refusal(NetSuiteRestApi(Config(account=account, auth=stranger)).get("/record/v1/contact"))
    return found


async def refusal(asked: Any) -> list[Any]:
    try:
        return [200, await asked]
    except NetsuiteAPIRequestError as error:
        body = json.loads(error.response_text)
        return [error.status_code, body["o:errorDetails"][0]["detail"]]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(seen(sys.argv[1], sys.argv[2:], json.load(sys.stdin)))))
