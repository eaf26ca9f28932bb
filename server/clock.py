"""The one place that knows what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current moment, aware and in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime | None) -> str | None:
    """A moment as JSON shows it: ISO 8601 in UTC with a Z, to the millisecond; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
