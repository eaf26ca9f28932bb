"""Reading an answer within limits of its own: those of the session are between two bytes only."""

import time

import requests

LARGEST = 32 * 1024 * 1024  # bytes
_PIECE = 256 * 1024


def whole(answer: requests.Response, until: float) -> bytes:
    """The body of a streamed answer, at the latest at a moment of the monotonic clock. Raises RequestException."""
    content = bytearray()
    with answer:
        for piece in answer.iter_content(_PIECE):
            content += piece
            if len(content) > LARGEST:
                raise requests.RequestException("too long")
            if time.monotonic() > until:
                raise requests.ReadTimeout("too slow")
    return bytes(content)
