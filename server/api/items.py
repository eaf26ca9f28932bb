"""From the item in a request to the hint that the use cases take."""

from server.api.shapes import Item
from server.detection import ItemHint


def hint_of(item: Item) -> ItemHint:
    return ItemHint(
        id=item.id,
        id_format=item.id_format,
        internet_message_id=item.internet_message_id,
        owner=item.owner,
        profile_address=item.profile_address,
        mailbox=item.mailbox,
        participants=tuple(item.participants or ()),
    )
