"""Traces for OpenTelemetry: what happened to one save, from the click or the announcement to the destination's answer.

On only where the packages of `affix[tracing]` are installed and OTEL_EXPORTER_OTLP_ENDPOINT says where traces go; all
else, such as sampling, are OpenTelemetry's own settings. Off, a span costs a comparison. Spans hold ids, kinds, codes
and statuses: no address, no subject, no text, and of an error its name alone. Nothing of a trace is sent to Microsoft
365 or a destination, and none is taken over from a caller.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PARENT = "traceparent"  # https://www.w3.org/TR/trace-context/

log = structlog.get_logger(__name__)
_provider: Any = None
_tracer: Any = None


def begin() -> None:
    """Once in each process. Where tracing is wished and cannot be, the log says so."""
    if _provider is not None or not any(os.environ.get(name) for name in ENDPOINTS):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("tracing_not_installed", action="Install affix[tracing].")
        return
    send_to(BatchSpanProcessor(OTLPSpanExporter()))


def send_to(processor: Any) -> None:
    """Spans go to this span processor of OpenTelemetry's SDK."""
    global _provider, _tracer
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    name = os.environ.get("OTEL_SERVICE_NAME", "affix")
    _provider = TracerProvider(resource=Resource.create({"service.name": name}))
    _provider.add_span_processor(processor)
    _tracer = _provider.get_tracer("affix")


def end() -> None:
    """What is not sent yet is sent."""
    global _provider, _tracer
    if _provider is not None:
        _provider.shutdown()
    _provider = _tracer = None


@contextmanager
def span(
    name: str, parent: str | None = None, links: Iterable[str | None] = (), is_detail: bool = False, **attributes: Any
) -> Iterator[Any]:
    """Everything within is part of it. `parent` and `links` are what `current` gave elsewhere; within the same trace it
    belongs to what runs here. One that `is_detail` is left out where it would belong to nothing. Gives a span to add to
    by `told`, or None.
    """
    here = current()
    if _tracer is None or (is_detail and here is None):
        yield None
        return
    from opentelemetry.trace import Link, SpanKind, StatusCode

    context = _context(parent) if parent and not (here and _trace(here) == _trace(parent)) else None
    linked = [Link(found) for each in dict.fromkeys(links) if each and each != parent and (found := _place(each))]
    kind = SpanKind.CLIENT if is_detail else SpanKind.INTERNAL
    with _tracer.start_as_current_span(
        name,
        context=context,
        kind=kind,
        links=linked,
        attributes={f"affix.{key}": str(value) for key, value in attributes.items() if value is not None},
        record_exception=False,
        set_status_on_exception=False,
    ) as running:
        try:
            yield running
        except BaseException as error:
            running.set_status(StatusCode.ERROR)
            running.set_attribute("error.type", type(error).__name__)
            raise


def told(running: Any, **attributes: Any) -> None:
    """Add to a span, which may be None, what turned out later."""
    if running is not None:
        for key, value in attributes.items():
            running.set_attribute(f"affix.{key}", str(value))


def current() -> str | None:
    """Where this thread is, for whoever goes on elsewhere; None without a trace."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(PARENT)


def _trace(place: str) -> str:
    return place.split("-")[1]


def _context(parent: str) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({PARENT: parent})


def _place(parent: str) -> Any:
    from opentelemetry.trace import get_current_span

    found = get_current_span(_context(parent)).get_span_context()
    return found if found.is_valid else None
