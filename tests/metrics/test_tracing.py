"""Traces: where they are wanted, all that belongs to one save hangs together, and names nobody."""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from server import tracing
from server.services import Services
from tests.autopilot.stories import SENDER, license_for, looking, opened, order, ruled
from tests.conftest import Control, Someone
from tests.steps import BEN, SUPPORT, contact, item_of, reference

CANARIES = (SENDER, SUPPORT, BEN, "@", "Order", "Canary", "adatum", "contoso", "Bearer")


@pytest.fixture
def traced() -> Iterator[InMemorySpanExporter]:
    spans = InMemorySpanExporter()
    tracing.send_to(SimpleSpanProcessor(spans))
    yield spans
    tracing.end()


def named(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    [found] = [each for each in spans.get_finished_spans() if each.name == name]
    return found


def within(spans: InMemorySpanExporter, root: ReadableSpan) -> list[str]:
    """The names of all that began in a span or in what began there."""
    found = []
    for each in spans.get_finished_spans():
        if each.parent is not None and each.parent.span_id == root.context.span_id:
            found += [each.name, *within(spans, each)]
    return found


def test_from_the_click_to_the_destination_is_one_trace(
    traced: InMemorySpanExporter, ben: Someone, control: Control, work: Any
) -> None:
    record = contact(ben, "Canary")
    item = item_of(control.deliver(SUPPORT, order(1)), SUPPORT)
    [save] = ben.save(item, record)
    work()
    root = named(traced, "POST /api/saves")
    assert root.parent is None
    names = within(traced, root)
    assert names.count("deliver") == names.count("save") == names.count("destination save_email") == 1
    assert names.count("graph GET") >= 2 and "graph PATCH" in names, "the item, its content, and its mark"
    mine = [each for each in traced.get_finished_spans() if each.context.trace_id == root.context.trace_id]
    assert len(mine) == len(names) + 1
    assert named(traced, "save").attributes["affix.save"] == save["id"]
    assert {each.attributes["affix.resource"] for each in mine if each.name.startswith("graph")} <= {
        "users/*/messages/*",
        "users/*/messages/*/$value",
        "users/*/mailboxSettings/userPurpose",
        "me",
    }


def test_what_autopilot_saves_belongs_to_the_look_that_found_it(
    traced: InMemorySpanExporter, ben: Someone, ana: Someone, control: Control, services: Services, work: Any
) -> None:
    look, record = looking(services, work), contact(ben)
    opened(ben, control, SUPPORT)
    license_for(ana, SUPPORT)
    ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    for number in (1, 2):
        control.deliver(SUPPORT, order(number))
    look()
    [root] = {each.context.trace_id for each in traced.get_finished_spans() if each.name == "save"}
    saves = [each for each in traced.get_finished_spans() if each.name == "save"]
    looks = [each for each in traced.get_finished_spans() if each.name == "look"]
    assert len(saves) == 2
    assert root in {each.context.trace_id for each in looks}


def test_spans_name_nobody_even_when_things_fail(
    traced: InMemorySpanExporter, ben: Someone, mallory: Someone, control: Control, work: Any
) -> None:
    item = item_of(control.deliver(SUPPORT, order(1)), SUPPORT)
    ben.save(item, contact(ben, "Canary"))
    mallory.raw("POST", "/api/context", json={"item": item})
    ben.raw("GET", f"/api/records?q=Canary {SENDER}")
    control("POST", "faults", json=[{"service": "graph", "path": "/v1.0/users/*", "cut": True, "times": 2}])
    work()
    finished = traced.get_finished_spans()
    assert any(each.status.status_code.name == "ERROR" for each in finished)
    told = "\n".join(each.to_json() for each in finished)
    assert [each for each in CANARIES if each in told] == []
    assert not any(each.events for each in finished)


def test_without_a_place_to_send_them_nothing_is_traced(
    monkeypatch: pytest.MonkeyPatch, ben: Someone, control: Control, services: Services
) -> None:
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    tracing.begin()
    with tracing.span("anything") as span:
        assert span is None
        assert tracing.current() is None


def test_where_the_packages_are_missing_the_service_runs_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    tracing.begin()
    assert "tracing_not_installed" in capsys.readouterr().out
    with tracing.span("anything") as span:
        assert span is None


def test_traces_are_sent_where_opentelemetry_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        tracing.begin()
        with tracing.span("outer"), tracing.span("inner", is_detail=True, kind="local"):
            pass
    finally:
        tracing.end()
        server.shutdown()
        thread.join()
        server.server_close()
    [request] = [ExportTraceServiceRequest.FromString(each) for each in received]
    spans = request.resource_spans[0].scope_spans[0].spans
    assert [each.name for each in spans] == ["inner", "outer"]
    assert spans[0].parent_span_id == spans[1].span_id
