"""The counts and durations that processes add up, with their names for Prometheus, labels and buckets.

Labels hold few values, whatever happens: no address, no id, nothing that somebody outside can choose.
https://prometheus.io/docs/practices/naming/
"""

from dataclasses import dataclass

MAILBOX_CLASSES = ("user", "shared", "room", "equipment", "unknown", "none")
"""Exchange's userPurpose as far as we know it; "none" is a request for no mailbox, as for a person's profile."""
SURFACES = ("pane", "accounts", "notifications", "files", "other")
OUTCOMES = ("ok", "refused", "away", "failed")
OPERATIONS = (
    "save_email",
    "find_saved",
    "remove_email",
    "search",
    "find_matches",
    "find_by_addresses",
    "find_by_numbers",
    "find_by_numbers_of_each",
    "get",
    "create",
    "emails",
    "email",
    "mime",
    "attachment",
)
WAITS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 3600.0, 86400.0)
ANSWERS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0, 30.0)


@dataclass(frozen=True)
class Family:
    """`buckets` in seconds make it a histogram. Of `usual` values a series is shown before anything was counted, since
    Prometheus does not see the first step of one that was not there.
    """

    name: str
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()
    usual: tuple[tuple[str, ...], ...] = ()


GRAPH_REQUESTS = Family(
    "affix_graph_requests_total",
    "Requests to Microsoft Graph, by the class of the mailbox and the status of the answer.",
    ("mailbox_class", "status"),
    usual=tuple((each, status) for each in MAILBOX_CLASSES for status in ("200", "429")),
)
GRAPH_SECONDS = Family(
    "affix_graph_request_duration_seconds", "Until Microsoft Graph answered.", (), ANSWERS, usual=((),)
)
HTTP_REQUESTS = Family(
    "affix_http_requests_total",
    "Requests that were answered, by what they came for.",
    ("surface", "status"),
    usual=tuple((each, status) for each in SURFACES for status in ("2xx", "4xx", "5xx")),
)
HTTP_SECONDS = Family(
    "affix_http_request_duration_seconds",
    "Until a request was answered.",
    ("surface",),
    ANSWERS,
    usual=tuple((each,) for each in SURFACES),
)
SAVES_ENDED = Family(
    "affix_saves_finished_total",
    "Tries to save that ended a save, by what it came from (manual, or the kind of rule).",
    ("how", "state"),
    usual=tuple(("manual", state) for state in ("saved", "partial", "failed")),
)
SAVE_SECONDS = Family(
    "affix_save_duration_seconds",
    "From when a save was asked for until the destination had confirmed it.",
    ("how",),
    WAITS,
    usual=(("manual",),),
)
DESTINATION_REQUESTS = Family(
    "affix_destination_requests_total",
    "What was asked of destinations, by their kind; 'away': it took nothing from anybody; 'failed': an error of ours.",
    ("kind", "operation", "outcome"),
    usual=tuple(("local", "save_email", outcome) for outcome in OUTCOMES),
)
DESTINATION_SECONDS = Family(
    "affix_destination_request_duration_seconds",
    "Until a destination had done what it was asked.",
    ("kind", "operation"),
    ANSWERS,
    usual=(("local", "save_email"),),
)

FAMILIES = (
    GRAPH_REQUESTS,
    GRAPH_SECONDS,
    HTTP_REQUESTS,
    HTTP_SECONDS,
    SAVES_ENDED,
    SAVE_SECONDS,
    DESTINATION_REQUESTS,
    DESTINATION_SECONDS,
)


def bucket_of(family: Family, seconds: float) -> str:
    """The upper bound of the one bucket that this falls into, as Prometheus writes it."""
    return next((str(bound) for bound in family.buckets if seconds <= bound), "+Inf")
