"""Spans for an OpenTelemetry collector (OTLP over HTTP). ``sync.ports_trace`` says what may be in them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attribute = str | int | float | bool
_SECONDS = 5.0
_W3C = TraceContextTextMapPropagator()


class OtelSpan:
    """An open span."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def rename(self, name: str) -> None:
        """Give it a better name."""
        self._span.update_name(name)

    def add(self, **attributes: Attribute | None) -> None:
        """Add what became known."""
        self._span.set_attributes(_named(attributes))


class OtelSpans:
    """``sync.ports_trace.Spans``. ``exporter`` is for tests."""

    def __init__(
        self, endpoint: str, process: str, environment: str, exporter: SpanExporter | None = None
    ) -> None:
        resource = Resource.create(
            {
                "service.name": "loonbrug",
                "service.namespace": environment,
                "service.instance.id": process,
            }
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        address = f"{endpoint.rstrip('/')}/v1/traces"
        sends = exporter or OTLPSpanExporter(endpoint=address, timeout=_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(sends, schedule_delay_millis=2000))
        self._tracer = self._provider.get_tracer("loonbrug")

    @contextmanager
    def span(
        self, name: str, *, parent: str | None = None, links: Sequence[str] = (), **about: Attribute | None
    ) -> Iterator[OtelSpan]:
        """A span around the block."""
        context = _W3C.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(
            name,
            context=context,
            kind=SpanKind.SERVER if "http_route" in about else SpanKind.INTERNAL,
            links=[Link(found) for each in links if (found := _span_of(each)).is_valid],
            attributes=_named(about),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield OtelSpan(span)
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def past(self, name: str, seconds: float, *, failed: bool = False, **about: Attribute | None) -> None:
        """A span that ends now."""
        now = time.time_ns()
        span = self._tracer.start_span(
            name,
            kind=SpanKind.CLIENT,
            start_time=now - int(seconds * 1e9),
            attributes=_named(about),
            record_exception=False,
        )
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(now)

    def current(self) -> str | None:
        """The current span."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent")

    def flush(self) -> None:
        """Send what was made so far, for a few seconds at most."""
        self._provider.force_flush(int(_SECONDS * 1000))

    def close(self) -> None:
        """Send what is left, and make no more."""
        self.flush()
        self._provider.shutdown()


def _span_of(parent: str) -> trace.SpanContext:
    return trace.get_current_span(_W3C.extract({"traceparent": parent})).get_span_context()


def _named(attributes: Mapping[str, Attribute | None]) -> dict[str, Attribute]:
    """``http_route`` becomes ``http.route``; a name of ours ``loonbrug.name``."""
    return {_name(name): value for name, value in attributes.items() if value is not None}


def _name(name: str) -> str:
    return _KNOWN.get(name, f"loonbrug.{name}")


_KNOWN = {
    "http_route": "http.route",
    "http_method": "http.request.method",
    "http_status": "http.response.status_code",
    "error_type": "error.type",
}
