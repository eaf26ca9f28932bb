"""What crosses the border of the database: text made storable on the way in, errors translated on the way out."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from psycopg.errors import IdleInTransactionSessionTimeout
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.destinations.base import DestinationError

LARGEST_PAGE = 100
_RETRY_AFTER = 5.0  # seconds


def storable(text: str, limit: int) -> str:
    """Text that PostgreSQL takes: without NUL and lone surrogates, which hostile mail contains, and at most so long."""
    return text[:limit].replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def storable_or_none(text: str | None, limit: int) -> str | None:
    return None if text is None else storable(text, limit)


@contextmanager
def translated() -> Iterator[None]:
    """The database's errors as the destination's. That it is away or overloaded passes; a refused value does not."""
    try:
        yield
    except (OperationalError, InterfaceError, InternalError, PoolTimeout) as error:
        if isinstance(error, InternalError) and not isinstance(error.orig, IdleInTransactionSessionTimeout):
            raise DestinationError("The record store refused this.", permanent=True) from error
        raise DestinationError(
            "The record store does not answer at the moment.",
            permanent=False,
            code="unreachable",
            retry_after=_RETRY_AFTER,
        ) from error
    except DBAPIError as error:
        raise DestinationError("The record store refused this.", permanent=True) from error


def not_found(what: str = "There is no such record.", code: str = "not_found") -> DestinationError:
    return DestinationError(what, permanent=True, code=code)


def invalid(message: str) -> DestinationError:
    return DestinationError(message, permanent=True, code="invalid_request")


def identifier(text: str) -> UUID:
    """An id of ours. Anything else belongs to nobody: not_found."""
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None


def moment_of(text: str) -> datetime:
    """Of a cursor. Raises invalid_request."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise invalid("This list cannot be continued from there.") from None


def page_size(limit: int) -> int:
    return max(1, min(limit, LARGEST_PAGE))


def cursor_of(*place: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def place_of(cursor: str, *kinds: type) -> list[str | int]:
    """The place that a cursor names: values of these kinds in this order."""
    try:
        place = json.loads(base64.b64decode(cursor[:4000], altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        place = None
    if not isinstance(place, list) or [type(each) for each in place] != list(kinds):
        raise invalid("This list cannot be continued from there.")
    if any(isinstance(each, str) and each != storable(each, len(each)) for each in place):
        raise invalid("This list cannot be continued from there.")
    return place
