"""What went wrong is written down without what was secret about it (A40)."""

import logging
from collections.abc import Callable

import pytest
import requests
import structlog

from server.http import Session
from tests.test_logs import written

__all__ = ["written"]

PLACES = (
    "https://127.0.0.1:9/services/canary-path?token=canary-query",
    "https://user:canary-password@127.0.0.1:9/canary-path",
    "http://127.0.0.1:9/upload/canary-path#canary",
)


@pytest.mark.parametrize("place", PLACES)
def test_a40_an_exception_of_the_network_shows_neither_path_nor_query(
    written: Callable[[], str],
    place: str,
) -> None:
    """Where the path of an address is the secret, as it is for receivers and for uploads."""
    http = Session()
    try:
        http.get(place, headers={"Authorization": "Bearer canary-token"}, timeout=1)
    except requests.RequestException:
        structlog.get_logger().exception("went_wrong")
        logging.getLogger("library").warning("went wrong at %s", place, exc_info=True)
    finally:
        http.close()
    output = written()
    assert "went_wrong" in output and "went wrong at" in output and "Traceback" in output
    assert "canary" not in output
