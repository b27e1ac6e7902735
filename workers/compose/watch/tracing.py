"""Traces of this process, when an endpoint is set; without one no exporter is imported."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from connectors.afas import CallRecord
from sync.ports_trace import NO_SPANS, Spans
from workers.settings import Settings


@contextmanager
def open_spans(settings: Settings, process: str) -> Iterator[Spans]:
    """What makes spans; what is left of them is sent when the block ends."""
    if settings.otel_exporter_otlp_endpoint is None:
        yield NO_SPANS
        return
    from connectors.telemetry.spans import OtelSpans  # noqa: PLC0415 - half a second of imports

    name = f"{process}@{socket.gethostname()}:{os.getpid()}"
    spans = OtelSpans(settings.otel_exporter_otlp_endpoint, name, settings.name)
    try:
        yield spans
    finally:
        spans.close()


def call_span(spans: Spans, record: CallRecord) -> None:
    """A span for one call to AFAS, with AFAS's own trace identifier."""
    connector = record.connector.partition("/")[0]
    spans.past(
        f"AFAS {record.verb} {connector}",
        record.seconds,
        failed=record.outcome != "ok",
        http_method=record.verb,
        http_status=record.status,
        error_type=None if record.outcome == "ok" else record.outcome,
        connector=connector,
        afas_trace=record.trace,
        rows=record.rows,
    )
