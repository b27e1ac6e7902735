"""Which flows are late, for pages that list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.store.running.overview import FlowOverview
from domain.watch.facts import silent_after


def late_flows(flows: Sequence[FlowOverview], intervals: Mapping[str, float]) -> frozenset[str]:
    """Of these flows, those whose last success is too long ago."""
    return frozenset(
        flow.flow
        for flow in flows
        if (flow.seconds_since_success or 0) > silent_after(intervals.get(flow.flow, 60.0))
    )
