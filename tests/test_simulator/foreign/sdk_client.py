"""Microsoft's own SDK against an address that plays Graph. Run in the environment that has it; prints JSON.

python sdk_client.py ADDRESS TOKEN MAILBOX MESSAGE_ID
"""

import asyncio
import json
import sys
from typing import Any

from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.exchange_id_format import ExchangeIdFormat
from msgraph.generated.models.message import Message
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody
from msgraph.generated.users.item.translate_exchange_ids.translate_exchange_ids_post_request_body import (
    TranslateExchangeIdsPostRequestBody,
)


class GivenToken(AccessTokenProvider):
    def __init__(self, token: str) -> None:
        self._token = token

    async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
        return self._token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])  # every host: this one is on loopback


async def seen(address: str, token: str, mailbox: str, message_id: str) -> dict[str, Any]:
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(GivenToken(token)))
    graph = GraphServiceClient(request_adapter=adapter)
    adapter.base_url = address  # the client put the usual one there
    box = graph.users.by_user_id(mailbox)
    found: dict[str, Any] = {"me": (await graph.me.get()).mail}

    page = await box.messages.get()
    subjects = [one.subject for one in page.value]
    while page.odata_next_link:
        page = await box.messages.with_url(page.odata_next_link).get()
        subjects += [one.subject for one in page.value]
    found["subjects"] = subjects

    immutable = RequestConfiguration()
    immutable.headers.add("Prefer", 'IdType="ImmutableId"')
    message = box.messages.by_message_id(message_id)
    read = await message.get(request_configuration=immutable)
    found["message"] = [read.id, read.subject, read.from_.email_address.address, str(read.received_date_time)]
    found["mime"] = (await message.content.get()).decode()
    found["attachments"] = [type(one).__name__ for one in (await message.attachments.get()).value]
    found["categories"] = (await message.patch(Message(categories=["Saved"]))).categories

    asked = TranslateExchangeIdsPostRequestBody(
        input_ids=[message_id],
        source_id_type=ExchangeIdFormat.RestId,
        target_id_type=ExchangeIdFormat.RestImmutableEntryId,
    )
    own = await graph.me.translate_exchange_ids.post(asked)
    found["translated"] = own.value[0].error_details.code
    moved = await message.move.post(MovePostRequestBody(destination_id="archive"))
    found["moved"] = moved.id != message_id
    folders = await box.mail_folders.by_mail_folder_id("archive").messages.get()
    found["archive"] = [one.subject for one in folders.value]
    found["delta"] = await followed(box.mail_folders.by_mail_folder_id("inbox").messages.delta)
    try:
        await box.mailbox_settings.get()
    except ODataError as error:
        found["refused"] = [error.response_status_code, error.error.code]
    return found


async def followed(delta: Any) -> list[int]:
    """How many messages each round of change tracking tells of: all of them, then none."""
    small = RequestConfiguration()
    small.headers.add("Prefer", "odata.maxpagesize=4")
    counts, page = [], await delta.get(request_configuration=small)
    for _ in range(2):
        count = len(page.value)
        while page.odata_next_link:
            page = await delta.with_url(page.odata_next_link).get(request_configuration=small)
            count += len(page.value)
        counts.append(count)
        page = await delta.with_url(page.odata_delta_link).get()
    return counts


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(seen(*sys.argv[1:]))))
