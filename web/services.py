"""Everything that the web application is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from domain.watch.measures import Samples
from sync.decisions.ports import OpenWork
from sync.ports import Wake
from sync.ports_trace import NO_SPANS, Spans
from web.ports import ApiKeyReader, Files, LookThrough, ReadinessProbe, Reads
from web.requests.limits import KeyLimits
from web.requests.looks import ViewingBuffer


@dataclass(frozen=True, slots=True)
class WebServices:
    """What ``create_app`` needs; see there for how to make one.

    ``environment`` is the one that all of it is of; ``flows`` are those that must have run before it counts
    as ready. ``files`` is the door to AFAS's files. ``store_errors`` are what the store raises when it is
    away. ``measures`` are for ``/metrics``; ``metrics_token`` opens it to other machines.
    ``proxies``: addresses and networks whose ``X-Forwarded-For`` tells who calls.
    ``looks``: where it is noted who looked. ``key_limits``: how much one API key may ask.
    """

    environment: str
    flows: tuple[str, ...]
    reads: Reads
    open_work: OpenWork
    wake: Wake
    keys: ApiKeyReader
    files: Files
    look_through: LookThrough
    readiness: ReadinessProbe
    store_errors: tuple[type[Exception], ...]
    spans: Spans = NO_SPANS
    measures: Callable[[], Samples] | None = None
    metrics_token: str | None = field(default=None, repr=False)
    proxies: tuple[str, ...] = ()
    looks: ViewingBuffer | None = None
    key_limits: KeyLimits = field(default_factory=KeyLimits)


def _provided(request: Request) -> WebServices:
    services = request.app.state.services
    assert isinstance(services, WebServices)  # noqa: S101 - create_app put it there
    return services


Provided = Annotated[WebServices, Depends(_provided)]
"""The services, for a handler."""
