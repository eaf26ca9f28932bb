"""However many machines there are, a mailbox and a business system get no more requests at once than they bear."""

from server.destinations.netsuite import certificate
from tests.launching import until
from tests.machines.farm import Farm
from tests.steps import SUPPORT
from tests.test_netsuite_configured import account_of, wanted

ACCOUNT = "1234567"
MESSAGES = 12
AT_MAILBOX, AT_ACCOUNT = 4, 2


def test_limits_of_a_mailbox_and_of_an_account_hold_for_all_machines_together(farm: Farm) -> None:
    farm.start()
    ana = farm.person("ana")
    account = account_of(farm.world, ACCOUNT)
    ana.post("/api/admin/destinations", wanted(account, certificate.make(), at_once=AT_ACCOUNT), expect=201)
    [record, *_] = ana.get("/api/records?q=adatum&destination=netsuite")["records"]
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    farm.rule(ana, record)
    farm.control("DELETE", "requests")
    slow = {"service": "graph", "delay_ms": 500}
    paths = [f"*/{SUPPORT}/*", f"*/{SUPPORT.replace('@', '%40')}/*"]
    farm.control("POST", "faults", json=[{**slow, "path": path} for path in paths])
    account.latency = (0.2, 0.4)
    farm.arrive(MESSAGES)
    until(lambda: farm.peak(SUPPORT)[0] == AT_MAILBOX, "all seats at the mailbox are taken")
    farm.until_all_saved(
        lambda: [f"<{number_of(each)}@adatum.example>" for each in farm.control("GET", "ledger")["emails"]]
    )
    assert farm.peak(SUPPORT) == (AT_MAILBOX, 0)
    assert farm.peak(f"netsuite:{ACCOUNT}") == (AT_ACCOUNT, 0)


def number_of(email: dict[str, str]) -> str:
    return email["subject"].removeprefix("Order ")
