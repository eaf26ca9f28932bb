"""What keeps a thread of the web process for long gets a share of them only: the rest is for everybody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from server.api.guard import services
from server.errors import Busy

SHARE = 4  # of so many threads such requests of one kind may take one


class Share:
    """For one kind of requests to one app; `sentence` is what those hear that are too many."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence
        self._free: dict[int, BoundedSemaphore] = {}  # by how many there are, which is known once a request comes

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One thread of the share is taken. Raises Busy where none is left."""
        count = max(1, services().settings.web_threads // SHARE)
        free = self._free.setdefault(count, BoundedSemaphore(count))
        if not free.acquire(blocking=False):
            raise Busy(self._sentence)
        try:
            yield
        finally:
            free.release()
