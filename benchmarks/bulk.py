"""A Monday morning: thousands of approvals at once, against what AFAS's calls in flight allow."""

from __future__ import annotations

import time
from collections import Counter

from benchmarks.figures import Aim, Figure, Measured
from benchmarks.product import ENDED, Stage, approval_of, submitted_week
from benchmarks.stage import USUAL
from workers.demo.portal_side import Item, wait_for

AT_ONCE = 200
"""Approvals in one request, as many as the API takes."""
IN_FLIGHT = 4
_CALL = USUAL.call_ms / 1000


def measure(approvals: int) -> Measured:
    """Approve all of them through the API's bulk door and wait until each is seen in AFAS."""
    with submitted_week(approvals, USUAL) as stage:
        items = stage.offered[:approvals]
        before = Counter(stage.calls())
        began = time.perf_counter()
        accepted = _approve_all(stage, items)
        taken = time.perf_counter()
        wait_for("every approval to be seen in AFAS", lambda: _all_ended(stage, items), patience=1800)
        ended = time.perf_counter()
        calls = Counter(stage.calls()) - before
        states = _states(stage)
    if accepted != len(items) or states["done"] != len(items):
        raise RuntimeError(f"of {len(items)} approvals {accepted} were accepted; they ended as {states}")
    about = f"{len(items):,} approvals at once, {USUAL.call_ms:.0f} ms a call, {IN_FLIGHT} calls in flight"
    return Measured("bulk", about, _figures(len(items), calls, taken - began, ended - began))


def _approve_all(stage: Stage, items: list[Item]) -> int:
    accepted = 0
    for start in range(0, len(items), AT_ONCE):
        some = [{"number": item["number"]} | approval_of(item) for item in items[start : start + AT_ONCE]]
        accepted += stage.portal.do("declarations/approve", {"items": some})["approved"]
    return accepted


def _all_ended(stage: Stage, items: list[Item]) -> bool:
    """Looks at a few first: listing thousands ten times a second would be a load of its own."""
    time.sleep(0.2)
    last = stage.portal.one(f"declarations/{items[-1]['number']}")
    if not _ended(last):
        return False
    return sum(_states(stage)[state] for state in ENDED) >= len(items)


def _ended(item: Item) -> bool:
    return bool(item["delivery"]) and item["delivery"]["state"] in ENDED


def _states(stage: Stage) -> Counter[str]:
    items = stage.portal.everything("declarations")
    return Counter(item["delivery"]["state"] for item in items if item["delivery"])


def _figures(many: int, calls: Counter[str], taking: float, whole: float) -> list[Figure]:
    total = sum(calls.values())
    limit = IN_FLIGHT / _CALL
    return [
        Figure("calls to AFAS per approval", total / many, "calls", Aim(1.2, at_least=False)),
        *(Figure(f"of which {name}", count / many, "calls") for name, count in calls.most_common()),
        Figure("accepted by the portal API", many / taking, "approvals/s"),
        Figure("first click to last verified", whole, "s"),
        Figure("verified", many / whole, "approvals/s"),
        Figure("calls to AFAS", total / whole, "calls/s"),
        Figure(f"limit of {IN_FLIGHT} calls in flight", limit, "calls/s"),
        Figure("calls made / limit", total / whole / limit, "ratio", Aim(0.8)),
        Figure("approvals verified / limit", many / whole / limit, "ratio"),
    ]
