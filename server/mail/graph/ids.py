"""Item ids. Office.js hands out EWS ids; Graph wants the REST spelling, in which / is - and + is _.

That is the reverse of url-safe base64, so base64's own functions must not be used on them.
"""

import re

_SPELLING = str.maketrans("/+", "-_")
_REST_ID = re.compile(r"[A-Za-z0-9_=-]{1,1024}\Z")
_EWS_ID = re.compile(r"[A-Za-z0-9/+=]{1,1024}\Z")


def rest_id(item_id: str, id_format: str) -> str | None:
    """The id as Graph's path takes it ("ews", "rest" or "immutable" come in), or None if it cannot be an id."""
    if id_format == "ews" and _EWS_ID.match(item_id):
        item_id = item_id.translate(_SPELLING)
    return item_id if _REST_ID.match(item_id) else None
