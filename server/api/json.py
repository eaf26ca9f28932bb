"""JSON that comes in is read strictly: what two readers could read differently, or a database
cannot hold, is refused.
"""

import json
from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider


class StrictJSON(DefaultJSONProvider):
    """Refuses null as a whole, NaN and infinities, a key that stands twice, numbers without end and nesting without end
    (as ValueError).
    """

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            found = json.loads(s, object_pairs_hook=_once_each, parse_constant=_refuse, parse_float=_finite, **kwargs)
        except RecursionError:
            raise ValueError("nested too deep") from None
        if found is None:
            raise ValueError("null says nothing")  # else it would count as an empty object
        return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value
