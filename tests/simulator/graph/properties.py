"""Extended properties of a message: https://learn.microsoft.com/graph/api/resources/extended-properties-overview

Some are not set by anybody but say what the message is (MS-OXPROPS).
"""

import re
from functools import lru_cache

from tests.simulator.graph.call import GraphError
from tests.simulator.mailbox import Item

_TYPES = "Boolean|Binary|Currency|Double|Float|Guid|Integer|Long|Short|String|SystemTime"
_NAMED = re.compile(
    rf"^({_TYPES}) \{{?([0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}})\}}? (Name|Id) (\S.*)$"
)
_TAGGED = re.compile(rf"^({_TYPES}) 0x([0-9A-Fa-f]{{1,4}})$")
SUBJECT, REFERENCES, IN_REPLY_TO, SENSITIVITY = "String 0x37", "String 0x1039", "String 0x1042", "Integer 0x36"
SIZE = "Integer 0xe08"
SIZE_OVERHEAD = 4096  # Exchange counts all that it keeps of a message, so it is never the size of the MIME
SENSITIVITIES = {"personal": "1", "private": "2", "company-confidential": "3"}


def property_id(text: str) -> str:
    """The id in one spelling: braces, lower-case GUID; the name keeps its case; no zeros lead. Raises GraphError."""
    named = _NAMED.match(text)
    if named:
        return f"{named[1]} {{{named[2].lower()}}} {named[3]} {named[4]}"
    tagged = _TAGGED.match(text)
    if tagged:
        return f"{tagged[1]} 0x{int(tagged[2], 16):x}"
    raise GraphError(
        400, "ErrorInvalidProperty", f"PropertyId values may only be in one of the following formats: '{text}'."
    )


def set_properties(item: Item, given: object) -> None:
    if not isinstance(given, list):
        raise GraphError(400, "BadRequest", "singleValueExtendedProperties must be a collection.")
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str) or not isinstance(one.get("value"), str):
            raise GraphError(400, "ErrorInvalidProperty", "An extended property needs an id and a value.")
        item.properties[property_id(one["id"])] = one["value"]


def chosen_properties(item: Item, condition: str) -> list[dict[str, str]]:
    """The properties that the filter names. Without one Graph refuses. Raises GraphError."""
    there = properties_of(item)
    return [{"id": id_, "value": there[id_]} for id_ in _named(condition) if id_ in there]


@lru_cache(maxsize=256)
def _named(condition: str) -> list[str]:
    wanted = re.findall(r"id\s+eq\s+'((?:[^']|'')*)'", condition)
    if not wanted:
        message = "Expanding singleValueExtendedProperties needs a $filter on id."
        raise GraphError(400, "ErrorInvalidUrlQuery", message)
    return [property_id(text.replace("''", "'")) for text in wanted]


def properties_of(item: Item) -> dict[str, str]:
    """Those that were set, and those that the message itself gives. Exchange has no empty ones."""
    mail = item.mail
    given = {
        SUBJECT: mail.subject,
        REFERENCES: mail.header("References"),
        IN_REPLY_TO: mail.header("In-Reply-To"),
        SIZE: str(len(mail.raw) + SIZE_OVERHEAD),
        SENSITIVITY: SENSITIVITIES.get(mail.header("Sensitivity").strip().lower(), "0"),
    }
    return {**{id_: value for id_, value in given.items() if value}, **item.properties}
