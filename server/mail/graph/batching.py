"""Many requests to one mailbox in few: $batch, at most 20 in each, and never more at a time than there are seats.

The parts of one batch run one after the other (each depends on the one before it), so that a batch needs one seat like
any request, and WIDTH batches run at the same time. A part that failed takes those behind it along (424): they are sent
again, and are none the worse for it.

https://learn.microsoft.com/graph/json-batching
https://learn.microsoft.com/graph/throttling#throttling-and-batching
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from requests.structures import CaseInsensitiveDict

from server.mail.base import MailBusy, MailChallenge, MailError
from server.mail.graph.patience import PATIENCE, TRIES, next_wait
from server.mail.graph.requests import PAUSING, GraphRequests, refusal, relative, retry_after

MOST = 20  # parts of a batch
WIDTH = 3  # batches at the same time: one of the mailbox's seats is left to whoever waits for a single answer
DEPENDS = 424
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


@dataclass(frozen=True)
class BatchPart:
    """One request of many. It must be one that may be repeated: whether it was done is not always known."""

    method: str
    path: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Result = dict[str, Any] | MailError  # the answer's body, or why there is none
Done = dict[int, Result]


class GraphBatches:
    def __init__(self, requests: GraphRequests, sleep: Callable[[float], None] = time.sleep) -> None:
        self.requests = requests
        self.sleep = sleep

    def run(self, token: str, mailbox: str, parts: Sequence[BatchPart], done: Done | None = None) -> list[Result]:
        """The result of each part, in their order. What `done` holds already is not asked again; the rest is added to
        it, also where this raises MailChallenge, so that a new token goes on where the old one was refused.
        """
        done = {} if done is None else done
        left = [(number, part) for number, part in enumerate(parts) if number not in done]
        chains = [dict(left[start : start + MOST]) for start in range(0, len(left), MOST)]
        with ThreadPoolExecutor(WIDTH, thread_name_prefix="batch") as pool:
            running = [pool.submit(copy_context().run, self._work_off, token, mailbox, each, done) for each in chains]
        for each in running:
            each.result()
        return [done[number] for number in range(len(parts))]

    def _work_off(self, token: str, mailbox: str, left: dict[int, BatchPart], done: Done) -> None:
        """One chain, until each of its parts has a result. One that Graph is too busy for is asked again in time."""
        start, tries = time.monotonic(), 0
        while left:
            before, busy = len(left), None
            try:
                for number, result in self._asked(token, mailbox, left):
                    if isinstance(result, MailBusy):
                        busy = result
                    else:
                        done[number] = result
                        del left[number]
            except MailBusy as error:
                busy = error
            if len(left) < before:
                start, tries = time.monotonic(), 0
            elif busy is None:
                busy = MailBusy("Microsoft 365 sent an answer that cannot be read.", code="unreadable")
            if busy is not None:
                tries += 1
                wait = next_wait(busy.retry_after, tries)
                if tries == TRIES or time.monotonic() - start + wait > PATIENCE:
                    done.update(dict.fromkeys(left, busy))
                    return
                self.sleep(wait)

    def _asked(self, token: str, mailbox: str, parts: Mapping[int, BatchPart]) -> list[tuple[int, Result]]:
        """What became of the parts that were asked; those behind a failed one were not. Raises MailChallenge where the
        token was refused before anything was done; later, that part counts as not asked, and begins the next batch.
        """
        body, last = [], None
        for number, part in parts.items():
            body.append(_json(number, part, last))
            last = number
        with self.requests.seat_at(mailbox):
            found = self.requests.json("POST", ("$batch",), token, body={"requests": body})
            answers = {str(each.get("id")): each for each in found.get("responses", [])}
            results = [
                (number, self._result(mailbox, answers[str(number)]))
                for number in parts
                if str(number) in answers and answers[str(number)].get("status") != DEPENDS
            ]
        refused = [result for _, result in results if isinstance(result, MailChallenge)]
        if refused and len(refused) == len(results):
            raise refused[0]
        return [(number, result) for number, result in results if not isinstance(result, MailChallenge)]

    def _result(self, mailbox: str, answer: Mapping[str, Any]) -> Result:
        status, body = int(answer.get("status") or 0), answer.get("body")
        self.requests.answered(mailbox, str(status), None)
        found = body if isinstance(body, dict) else {}
        if 200 <= status < 300:
            return found
        headers = CaseInsensitiveDict(answer.get("headers") or {})
        wait = retry_after(headers)
        if status == 429 or (status in PAUSING and wait is not None):
            wait = self.requests.pause_at(mailbox, wait)
        error = found["error"] if isinstance(found.get("error"), dict) else {}
        return refusal(status, str(error.get("code", "")), str(error.get("message", "")), headers, wait)


def _json(number: int, part: BatchPart, after: int | None) -> dict[str, Any]:
    headers = {**IMMUTABLE, **part.headers, **({} if part.body is None else {"Content-Type": "application/json"})}
    return {
        "id": str(number),
        "method": part.method,
        "url": relative(part.path, part.params),
        "headers": headers,
        **({} if part.body is None else {"body": part.body}),
        **({} if after is None else {"dependsOn": [str(after)]}),
    }
