"""/v1/stats: how a tenant's account API does, in numbers, and nothing of another tenant."""

from typing import Any

from tests.accounts.guide import connected
from tests.conftest import Control, Someone
from tests.simulator.hooks import HOST as HOOKS


def test_it_counts_accounts_by_state_what_was_told_and_what_waits(
    program: Someone, eve_program: Someone, ana: Someone, control: Control, work: Any
) -> None:
    hook = ana.post("/api/admin/webhooks", {"url": f"https://{HOOKS}/stats", "events": ["messageSaved"]}, expect=201)
    ana.post(f"/api/admin/webhooks/{hook['id']}/test", None, expect=202)
    connected(program, control, "bens", "ben@contoso.example")
    connected(program, control, "anas", "ana@contoso.example")
    program("PUT", "/v1/account/anas/pause", expect=200)
    waiting = program.get("/v1/stats")
    assert (waiting["accounts"], waiting["connections"]["paused"]) == (2, 1)
    assert sum(waiting["connections"].values()) == 2
    assert (waiting["queues"]["notify"]["waiting"], waiting["counters"]) == (1, {})
    work()
    told = program.get("/v1/stats?seconds=60")
    assert (told["queues"]["notify"]["waiting"], told["counters"]) == (0, {"events:webhookTest": 1})
    assert told["queues"]["submit"] == {"queued": 0, "sending": 0, "failed": 0}
    theirs = eve_program.get("/v1/stats")
    assert (theirs["accounts"], theirs["counters"], sum(theirs["connections"].values())) == (0, {}, 0)
