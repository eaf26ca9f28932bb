"""Settings that hold secrets: checked by the kind that they are for, merged with what is kept, and never given out.

Knows no database. MASK stands where a secret is; where it comes back, the secret that is there stays.
"""

from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import to_jsonable_python

from server.destinations import Kind
from server.errors import Conflict, Invalid

MASK = "**********"  # as pydantic shows what is secret
Settings = dict[str, Any]


def checked(kind: Kind, settings: Settings) -> Settings:
    """What was set, as it is kept: with secrets in the clear. Defaults stay the kind's own."""
    masked = _first_masked(settings)
    if masked:
        raise Invalid(f"{masked}: there is nothing yet that {MASK} could stand for.")
    try:
        config = kind.Config.model_validate(settings)
    except ValidationError as error:
        wrong = _fields(error)
        sentence = " ".join(f"{each['field']}: {each['message']}" for each in wrong[:5])
        raise Invalid(sentence, fields=wrong) from None
    kept: Settings = _revealed(config.model_dump(by_alias=True, exclude_unset=True))
    return kept


def shown(kind: Kind, settings: Settings) -> Settings:
    """The whole with its defaults, and with masks."""
    return kind.Config.model_validate(settings).model_dump(mode="json", by_alias=True)


def _fields(error: ValidationError) -> list[dict[str, str]]:
    """[{"field", "message"}] of what is wrong, without the values. That a list has too few entries because some of them
    are wrong is not said as well.
    """
    found = error.errors(include_input=False, include_url=False, include_context=False)
    places = [each["loc"] for each in found]
    return [
        {
            "field": ".".join(map(str, each["loc"])) or "settings",
            "message": each["msg"].removeprefix("Value error, ").rstrip(".") + ".",
        }
        for each in found
        if not any(len(place) > len(each["loc"]) > 0 and place[: len(each["loc"])] == each["loc"] for place in places)
    ]


def _revealed(value: Any) -> Any:
    """As JSON, with what is secret in the clear."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, dict):
        return {name: _revealed(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_revealed(each) for each in value]
    return to_jsonable_python(value)


def _first_masked(settings: Settings) -> str | None:
    """Where a mask stands, as the path of its field. Settings may be nested deeper than functions may call."""
    rest: list[tuple[str, Any]] = [("", settings)]
    while rest:
        path, value = rest.pop()
        if value == MASK:
            return path
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        rest += [(f"{path}.{name}" if path else str(name), each) for name, each in inside]
    return None


def merged(before: Any, change: Any) -> Any:
    if change == MASK and before is not None:
        return before
    if isinstance(before, dict) and isinstance(change, dict):
        changed = {name: merged(before.get(name), each) for name, each in change.items()}
        return {name: each for name, each in {**before, **changed}.items() if each is not None}
    if isinstance(before, list) and isinstance(change, list):
        known = {_id_of(each): each for each in before if _id_of(each)}
        return [merged(known.get(_id_of(each)), each) if _id_of(each) else each for each in change]
    return change


def _id_of(thing: Any) -> str | None:
    found = thing.get("id") if isinstance(thing, dict) else None
    return found if isinstance(found, str) else None


def refuse_another_system(kind: Kind, before: Settings, after: Settings) -> None:
    """Fields that a kind calls frozen say which system it is: what was saved there would be looked for in another."""
    for name, field in kind.Config.model_fields.items():
        key = field.alias or name
        if field.frozen and key in before and before[key] != after.get(key):
            raise Conflict(f"{key}: this cannot be changed. Add another destination.", code="another_system")
