"""Microsoft as far as it announces mail: it notes what was acknowledged, to compare it with what is there later."""

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

import psycopg
import requests

from tests.autopilot.watched import HOOK
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World

HOW_LONG = 10.0  # seconds that Microsoft waits for an answer


@dataclass
class Announcer:
    """Announces messages that nobody ever finds, each with an id of its own, so that nothing but that is noted of them.

    `acknowledged`: ids that were answered with 202. `statuses`: all answers; 0 where there was none. `posts`: the ids
    of each POST.
    """

    world: World
    address: str
    acknowledged: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    posts: list[list[str]] = field(default_factory=list)
    _numbers: Any = field(default_factory=itertools.count)

    def announce(self, count: int = 1) -> int:
        """So many in one POST; gives the status of the answer."""
        [one] = self.world.subscriptions.running(self.world.now())
        ids = [f"{uuid.uuid4().hex}-{next(self._numbers)}" for _ in range(count)]
        self.posts.append(ids)
        head = {"subscriptionId": one.id, "clientState": one.client_state, "tenantId": CONTOSO.id}
        told = [
            {**head, "id": each, "changeType": "created", "resource": "x", "resourceData": {"id": each}} for each in ids
        ]
        try:
            answer = requests.post(self.address + HOOK, json={"value": told}, timeout=HOW_LONG)
        except requests.RequestException:
            self.statuses.append(0)
            return 0
        if answer.status_code == 202:
            self.acknowledged += ids
        self.statuses.append(answer.status_code)
        return answer.status_code

    def lost(self, database_url: str) -> set[str]:
        """What was acknowledged and is not there."""
        return set(self.acknowledged) - there(database_url)

    def torn(self, database_url: str) -> list[list[str]]:
        """POSTs of which a part is there."""
        found = there(database_url)
        return [each for each in self.posts if 0 < len(found.intersection(each)) < len(each)]


def there(database_url: str) -> set[str]:
    """The ids that are noted."""
    with psycopg.connect(database_url) as connection:
        return {row[0] for row in connection.execute("SELECT immutable_id FROM announcements")}
