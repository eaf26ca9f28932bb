"""Logs: one JSON line for each outcome, with ids; never a token, a body, a subject or an address."""

import logging
import re
import sys
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict

# requests and msal put whole addresses, with their query, into the text of exceptions; of some, such as a receiver's or
# that of an upload, the path is the secret. Each pattern reads a text once:
# one that starts again at every letter of a long word would need seconds for it.
_ADDRESS = r"(?<![\w.!#$%&'*+=^`{|}~-])[\w.!#$%&'*+=^`{|}~-]++@[\w.-]+"
_SECRETS = re.compile(
    r"(?i)(?<=with url: )[^\s\"']++|(?<=://)[^\s\"'/]++/[^\s\"']++|"
    rf"bearer\s+[^\s\"',]+|eyJ[\w-]{{8,}}(?:\.[\w-]+)*|affix_[0-9a-f]{{32}}_\w+|\?[^\s\"']+|{_ADDRESS}"
)


def configure(level: str = "INFO") -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Output(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[_name, structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class _Output:
    """A stream that drops what finds no room: nobody's mail waits for the disk of a log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The last net: tokens, query strings and addresses are cut out of every text of a line."""
    return {name: _SECRETS.sub("[cut]", value) if isinstance(value, str) else value for name, value in event.items()}


def _name(_logger: Any, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event.pop("_record")
    event.pop("_from_structlog")
    return {**event, "logger": record.name, "level": record.levelname.lower()}
