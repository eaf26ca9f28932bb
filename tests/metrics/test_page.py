"""What Prometheus reads at /metrics: what happened, as all processes counted it together, and how things stand."""

from typing import Any

import pytest
from apiflask import APIFlask
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import text

from server import create_app
from server.http import Session
from server.metrics import exposition
from server.services import Services
from server.settings import Settings
from server.wiring import build
from tests.autopilot.stories import SENDER, license_for, looking, opened, order, ruled
from tests.autopilot.watched import BASE
from tests.conftest import Control, Someone
from tests.simulator.adapter import mount
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World
from tests.steps import BEN, SUPPORT, contact, execute, item_of, reference


class Page:
    """The samples of one visit."""

    def __init__(self, app: APIFlask) -> None:
        answer = app.test_client().get("/metrics")
        assert answer.status_code == 200
        self.text = answer.get_data(as_text=True)
        self.families = list(text_string_to_metric_families(self.text))
        self.samples = [each for family in self.families for each in family.samples]

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of the samples with these labels; an error where there are none."""
        found = [each.value for each in self.samples if each.name == name and labels.items() <= each.labels.items()]
        assert found, f"no {name} with {labels}"
        return float(sum(found))


def test_a_save_is_counted_wherever_it_happened_with_what_it_cost(
    app: APIFlask, ben: Someone, control: Control, work: Any, settings: Settings
) -> None:
    ben.save(item_of(control.deliver(SUPPORT, order(1)), SUPPORT), contact(ben))
    waiting = Page(app)
    assert (waiting("affix_saves", state="queued"), waiting("affix_queue_depth", queue="saves")) == (1, 1)
    assert waiting("affix_queue_oldest_seconds", queue="saves") > 0
    work()
    session = Session()
    mount(session, control.simulator)
    other = create_app(settings, session)
    app.extensions["affix"].counts.flush()
    page = Page(other)
    other.extensions["affix"].close()
    assert (page("affix_saves", state="saved"), page("affix_queue_depth", queue="saves")) == (1, 0)
    assert page("affix_saves_finished_total", how="manual", state="saved") == 1
    assert page("affix_save_duration_seconds_count", how="manual") == 1
    assert page("affix_destination_requests_total", kind="local", operation="save_email", outcome="ok") == 1
    assert page("affix_destination_request_duration_seconds_count", kind="local", operation="save_email") == 1
    assert page("affix_http_requests_total", surface="pane", status="2xx") >= 2
    assert page("affix_graph_requests_total", mailbox_class="shared", status="200") >= 3


def test_every_request_to_graph_is_counted_with_its_answer(app: APIFlask, ben: Someone, control: Control) -> None:
    control("POST", "faults", json=[{"service": "graph", "path": "/v1.0/users/*", "status": 429, "times": 1}])
    control("DELETE", "requests")
    ben.raw("POST", "/api/context", json={"item": item_of(control.deliver(BEN, order(1)))})
    page = Page(app)
    assert page("affix_graph_requests_total", status="429") == 1
    assert page("affix_graph_requests_total") == control.count("graph")
    assert page("affix_graph_request_duration_seconds_count") == control.count("graph")


def test_series_that_alerts_look_at_are_there_before_anything_happened(app: APIFlask) -> None:
    page = Page(app)
    assert page("affix_graph_requests_total", mailbox_class="shared", status="429") == 0
    assert page("affix_http_requests_total", surface="notifications", status="5xx") == 0
    assert page("affix_database_up") == 1
    assert page("affix_grants") == 0


@pytest.mark.parametrize("settings", [{"base_url": BASE}], indirect=True)
def test_labels_name_nobody_and_nothing_that_somebody_may_choose(
    app: APIFlask, services: Services, ben: Someone, ana: Someone, control: Control, world: World, work: Any
) -> None:
    world.reach(BASE, app)
    look, record = looking(services, work), contact(ben, "Canary")
    opened(ben, control, SUPPORT)
    license_for(ana, SUPPORT)
    ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    control.deliver(SUPPORT, order(1))
    look()
    ana.raw("GET", "/api/canary/canary?canary=canary")
    ana.raw("GET", f"/api/saves/{record['id']}")
    page = Page(app)
    assert page("affix_saves_finished_total", how="autopilot:address", state="saved") == 1
    assert page("affix_subscriptions", state="running") == 1
    assert 0 < page("affix_subscription_expires_seconds", quantile="0") < 8 * 86400
    assert page("affix_grants", state="valid") >= 1
    values = {value for each in page.samples for value in each.labels.values()}
    assert not [value for value in values if "@" in value or "canary" in value.lower() or len(value) > 30]
    assert len(page.samples) < 1000
    world.notifier.clear()
    assert world.notifier.is_settled(10)


def test_grants_that_are_about_to_end_are_told_apart(app: APIFlask, services: Services) -> None:
    execute(
        services,
        "INSERT INTO grants (tenant_id, oid, sealed, version, updated_at) VALUES ('t', 'o', '', 1, now())",
    )
    assert Page(app)("affix_grants", state="valid") == 1
    execute(services, "UPDATE grants SET updated_at = now() - interval '80 days'")
    assert Page(app)("affix_grants", state="ending") == 1
    execute(services, "UPDATE grants SET updated_at = now() - interval '91 days'")
    assert (Page(app)("affix_grants", state="ended"), Page(app)("affix_grants", state="ending")) == (1, 0)


def test_no_answer_makes_more_series_than_there_are_statuses(app: APIFlask, services: Services) -> None:
    for number in range(2000):
        services.counts.answered(None, str(number), None)
    page = Page(app)
    found = [each for each in page.samples if each.name == "affix_graph_requests_total" and each.value]
    assert len(found) == 501
    assert page("affix_graph_requests_total", mailbox_class="none", status="other") == 1500


def test_an_outage_is_told_by_the_kind_of_destination_and_what_waits_for_its_end_needs_no_worker(
    app: APIFlask, services: Services, ben: Someone, control: Control
) -> None:
    ben.save(item_of(control.deliver(BEN, order(1))), contact(ben))
    assert Page(app)("affix_queue_depth", queue="saves") == 1
    execute(
        services,
        "INSERT INTO outages (tenant_id, destination, title, code, since, until, wait)"
        " VALUES (:tenant, 'local', 'L', 'unreachable', now() - interval '5 minutes', now(), 2)",
        tenant=CONTOSO.id,
    )
    page = Page(app)
    assert (page("affix_queue_depth", queue="saves"), page("affix_saves", state="queued")) == (0, 1)
    assert page("affix_outages", code="unreachable") == 1
    assert 299 < page("affix_outage_oldest_seconds", code="unreachable") < 400


@pytest.mark.parametrize(
    "settings", [{"database_url": SecretStr("postgresql://nobody@127.0.0.1:1/none")}], indirect=True
)
def test_while_the_database_is_away_the_page_says_so(settings: Settings, control: Control) -> None:
    session = Session()
    mount(session, control.simulator)
    app = create_app(settings, session)
    page = Page(app)
    assert page("affix_database_up") == 0
    assert "affix_saves" not in page.text
    app.extensions["affix"].close()


def test_what_many_processes_count_at_once_is_added_up(services: Services, settings: Settings, app: APIFlask) -> None:
    others = [build(settings, Session()) for _ in range(3)]
    for each in (services, *others):
        for _ in range(100):
            each.counts.answered("support@contoso.example", "200", 0.2)
        each.counts.flush()
    assert Page(app)("affix_graph_requests_total", mailbox_class="unknown", status="200") == 400
    for each in others:
        each.close()


def shown(page: exposition.Page) -> dict[str, list[float]]:
    return {each.name: [sample.value for sample in each.samples] for each in page.collect()}


def test_a_table_that_is_locked_costs_a_visit_only_so_long_and_the_rest_is_told(services: Services) -> None:
    page = exposition.Page(services, "1", limit_ms=300)
    with services.database.session.begin() as session:
        session.execute(text("LOCK TABLE saves IN ACCESS EXCLUSIVE MODE"))
        meanwhile = shown(page)
    assert (meanwhile["affix_database_up"], "affix_saves" in meanwhile) == ([1.0], False)
    assert "affix_graph_requests" in meanwhile
    assert sum(shown(page)["affix_saves"]) == 0, "as soon as that is over"


def test_what_takes_long_to_count_is_not_counted_at_each_visit(
    services: Services, ben: Someone, control: Control
) -> None:
    slow, quick = exposition.Page(services, "1", quick=0.0, share=1e6), exposition.Page(services, "1")
    assert sum(shown(slow)["affix_saves"]) == sum(shown(quick)["affix_saves"]) == 0
    ben.save(item_of(control.deliver(BEN, order(1))), contact(ben))
    assert (sum(shown(slow)["affix_saves"]), sum(shown(quick)["affix_saves"])) == (0, 1)
