"""``/metrics`` for Prometheus: everything is read from the store, so any web process tells the whole."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from ipaddress import ip_address

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from domain.watch.measures import METRICS, MetricKind, Samples
from domain.watch.measures import Metric as Described
from web.services import Provided

router = APIRouter(include_in_schema=False)

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/metrics")
def metrics(request: Request, services: Provided) -> Response:
    """With ``LOONBRUG_METRICS_TOKEN``: to who has it. Without: to this machine, and not through a proxy."""
    if services.measures is None:
        raise HTTPException(404)
    if not _may_read(request, services.metrics_token):
        raise HTTPException(401 if services.metrics_token else 403)
    text = exposition(services.environment, services.measures())
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def exposition(environment: str, samples: Samples) -> bytes:
    """The samples as text. Each metric of ``domain.watch.measures`` that has values."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told([_family(environment, name, METRICS[name], samples[name]) for name in samples]))
    return generate_latest(registry)


class _Told:
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Sequence[Metric]:
        """What the registry asks for."""
        return self._families


def _family(
    environment: str, name: str, described: Described, samples: Sequence[tuple[tuple[str, ...], float]]
) -> Metric:
    labels = ["environment", *described.labels]
    if described.kind is MetricKind.HISTOGRAM:
        return _histogram(environment, HistogramMetricFamily(name, described.about, labels=labels), samples)
    kind = CounterMetricFamily if described.kind is MetricKind.COUNTER else GaugeMetricFamily
    family = kind(name, described.about, labels=labels)
    for values, value in samples:
        family.add_metric([environment, *values], value)
    return family


def _histogram(
    environment: str, family: HistogramMetricFamily, samples: Sequence[tuple[tuple[str, ...], float]]
) -> Metric:
    """Buckets and sum come as the last label; see ``connectors.store.watch.measures``."""
    series: dict[tuple[str, ...], dict[str, float]] = {}
    for (*labels, part), value in samples:
        series.setdefault(tuple(labels), {})[part] = value
    for known, parts in series.items():
        total = parts.pop("sum")
        family.add_metric([environment, *known], list(parts.items()), total)
    return family


def _may_read(request: Request, token: str | None) -> bool:
    if token is not None:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    return not any(name in request.headers for name in _FORWARDED) and _is_this_machine(request)


def _is_this_machine(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
