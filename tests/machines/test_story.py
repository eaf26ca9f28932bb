"""Two machines for the web and four that work, which share a database and nothing else, are one service."""

from tests.conftest import Someone, mime
from tests.launching import until
from tests.machines.farm import WEB, WORKERS, Farm
from tests.steps import SUPPORT, contact, item_of, save_of
from tests.webhooks.steps import added, heard

MESSAGES = 20


def test_what_one_machine_was_asked_for_any_other_does_and_shows(farm: Farm) -> None:
    farm.start()
    ana, ben = farm.person("ana"), farm.person("ben")
    added(ana, events=["messageSaved"])
    record = contact(ben)
    item = item_of(farm.control.deliver(SUPPORT, mime("By hand", "<hand@adatum.example>")), SUPPORT)
    [save] = ben.save(item, record)
    until(lambda: {save_of(ben, save)["state"] for _ in farm.front.machines} == {"saved"}, "both machines know it")

    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    rule = farm.rule(ben, record)
    farm.arrived.append("<hand@adatum.example>")
    farm.arrive(MESSAGES)
    farm.until_all_saved(lambda: on_record(ben, record))
    assert {each["id"] for _ in farm.front.machines for each in rules_of(ana)} == {rule["id"]}

    ben("DELETE", f"/api/saves/{save['id']}", expect=200)
    farm.arrived.remove("<hand@adatum.example>")
    until(lambda: sorted(on_record(ana, record)) == sorted(farm.arrived), "it is taken off, for everybody")
    assert min(farm.front.served[each] for each in farm.front.machines) > MESSAGES / 4
    assert farm.count("procrastinate_workers") == WORKERS
    until(lambda: len(heard(farm.control)) > MESSAGES, "the webhook was told of each save")
    assert len({each["headers"]["webhook-id"] for each in heard(farm.control)}) == MESSAGES + 1
    assert [each.files() for each in farm.machines] == [[]] * (WEB + WORKERS), "nothing stays on their disks"


def test_nothing_is_lost_with_all_machines_and_their_disks(farm: Farm) -> None:
    farm.web()
    farm.worker()
    ana, ben = farm.person("ana"), farm.person("ben")
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    record = contact(ben)
    farm.rule(ben, record)
    farm.arrive(2)
    farm.until_all_saved(lambda: on_record(ben, record))
    farm.lose_all()
    farm.arrive(3)
    farm.worker()
    farm.web()
    farm.until_all_saved(lambda: on_record(ben, record))


def on_record(person: Someone, record: dict[str, str]) -> list[str]:
    return [str(each["internetMessageId"]) for each in person.emails(record)]


def rules_of(person: Someone) -> list[dict[str, str]]:
    found: list[dict[str, str]] = person.get(f"/api/rules?mailbox={SUPPORT}")["rules"]
    return found
