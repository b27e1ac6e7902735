"""What is measured, by name: one list for ``/metrics``, the dashboard and the alert rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Samples = Mapping[str, Sequence[tuple[tuple[str, ...], float]]]
"""Name of a metric to its values, each with the values of its labels in the order of ``Metric.labels``."""


class MetricKind(StrEnum):
    """How its values behave."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. Every metric has the label ``environment`` as well."""

    kind: MetricKind
    about: str
    labels: tuple[str, ...] = ()


_GAUGE, _COUNTER, _HISTOGRAM = MetricKind.GAUGE, MetricKind.COUNTER, MetricKind.HISTOGRAM

METRICS: Mapping[str, Metric] = {
    "loonbrug_flow_lag_seconds": Metric(_GAUGE, "Since the last good run of the flow", ("flow",)),
    "loonbrug_flow_interval_seconds": Metric(_GAUGE, "Between two polls of the flow", ("flow",)),
    "loonbrug_flow_paused": Metric(_GAUGE, "1: a person paused the flow", ("flow",)),
    "loonbrug_flow_broken": Metric(_GAUGE, "1: the flow stopped, AFAS is not as agreed", ("flow",)),
    "loonbrug_flow_absent": Metric(
        _GAUGE, "1: AFAS has no such connector; it is optional, and nothing else is wrong", ("flow",)
    ),
    "loonbrug_flow_rows": Metric(_GAUGE, "Rows that the mirror holds, about", ("flow",)),
    "loonbrug_last_run_rows": Metric(
        _GAUGE,
        "Rows of the last ended run: read, new, changed, ...",
        ("flow", "result"),
    ),
    "loonbrug_last_run_failed": Metric(_GAUGE, "1: the last ended run failed", ("flow",)),
    "loonbrug_hour_rows": Metric(
        _GAUGE, "Rows of the runs of the last hour: read, new, ...", ("flow", "result")
    ),
    "loonbrug_conservation_faults": Metric(
        _GAUGE, "Runs of the last hour whose rows do not add up: read = new + changed + unchanged + parked"
    ),
    "loonbrug_parked_rows": Metric(_GAUGE, "Rows that could not be read and wait", ("flow",)),
    "loonbrug_rows_ahead": Metric(_GAUGE, "Rows dated later than AFAS's present", ("flow",)),
    "loonbrug_stale": Metric(_GAUGE, "Declarations and onboarding states that wait to be derived", ("kind",)),
    "loonbrug_outbox_updates": Metric(_GAUGE, "Updates by kind and state", ("kind", "state")),
    "loonbrug_oldest_waiting_seconds": Metric(_GAUGE, "Age of the oldest update that is ready"),
    "loonbrug_oldest_unclear_seconds": Metric(_GAUGE, "Since the oldest unclear update was sent"),
    "loonbrug_oldest_parked_seconds": Metric(_GAUGE, "Age of the oldest parked update"),
    "loonbrug_parked_payment_updates": Metric(_GAUGE, "Parked updates that pay depends on"),
    "loonbrug_afas_paused": Metric(_GAUGE, "1: nothing goes to or comes from AFAS"),
    "loonbrug_afas_paused_seconds": Metric(_GAUGE, "For how long that is so; 0 when it is not"),
    "loonbrug_live": Metric(_GAUGE, "1: the mode is live; 0: dry-run or paused"),
    "loonbrug_held_after_restore": Metric(
        _GAUGE, "1: a backup was put back, and nothing is sent until it is reconciled"
    ),
    "loonbrug_token_days": Metric(_GAUGE, "Days until the token or secret for AFAS expires, when known"),
    "loonbrug_key_days": Metric(
        _GAUGE, "Days until an API key expires, by its id; negative when it did", ("key",)
    ),
    "loonbrug_afas_slots_taken": Metric(_GAUGE, "Calls in flight to AFAS"),
    "loonbrug_afas_unanswered": Metric(_GAUGE, "Calls without an answer that may still occupy AFAS"),
    "loonbrug_afas_no_room_seconds": Metric(_GAUGE, "For how long looks, writes or polls have found no room"),
    "loonbrug_afas_calls_total": Metric(_COUNTER, "Calls to AFAS", ("connector", "verb", "outcome")),
    "loonbrug_afas_rows_total": Metric(_COUNTER, "Rows that AFAS sent", ("connector", "verb", "outcome")),
    "loonbrug_afas_call_seconds": Metric(
        _HISTOGRAM, "Seconds of calls to AFAS", ("connector", "verb", "outcome")
    ),
    "loonbrug_processes": Metric(_GAUGE, "Processes seen within 30 s", ("kind",)),
    "loonbrug_dramatiq_waiting": Metric(_GAUGE, "Hints that wait in Redis", ("queue",)),
    "loonbrug_dramatiq_held": Metric(_GAUGE, "Hints that wait, or that a worker holds", ("queue",)),
    "loonbrug_redis_up": Metric(_GAUGE, "1: Redis answers"),
    "loonbrug_alerts": Metric(_GAUGE, "Alerts that are open", ("name", "severity")),
    "loonbrug_notices": Metric(_GAUGE, "Mails and webhooks ready, or failed in a day", ("channel", "state")),
}
