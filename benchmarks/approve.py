"""How long one approval takes, from the portal's click until AFAS was seen to have it."""

from __future__ import annotations

import time

from benchmarks.figures import Aim, Figure, Measured, middle, percentile
from benchmarks.product import ENDED, Stage, approval_of, submitted_week
from benchmarks.stage import Latency
from workers.demo.portal_side import Item, wait_for

SLOW = Latency(call_ms=300.0)


def measure(approvals: int) -> Measured:
    """One after another, through the portal API, with 300 ms for each call to AFAS."""
    with submitted_week(approvals, SLOW) as stage:
        before = sum(stage.calls().values())
        seconds = [_approve(stage, item) for item in stage.offered[:approvals]]
        calls = sum(stage.calls().values()) - before
    about = f"{len(seconds)} single approvals, one after another, {SLOW.call_ms:.0f} ms a call"
    return Measured(
        "approve",
        about,
        [
            Figure("approve to verified, median", middle(seconds), "s", Aim(2, at_least=False)),
            Figure("approve to verified, 95th percentile", percentile(seconds, 0.95), "s"),
            Figure("approve to verified, longest", max(seconds), "s"),
            Figure("calls to AFAS per approval", calls / len(seconds), "calls"),
        ],
    )


def _approve(stage: Stage, item: Item) -> float:
    """Seconds from before the request until the portal shows the approval as seen in AFAS."""
    path = f"declarations/{item['number']}"
    began = time.perf_counter()
    stage.portal.do(f"{path}/approve", approval_of(item))
    wait_for("the approval to be seen in AFAS", lambda: _ended(stage.portal.one(path)))
    seconds = time.perf_counter() - began
    if (state := stage.portal.one(path)["delivery"]["state"]) != "done":
        raise RuntimeError(f"the approval of {item['number']} ended as {state}")
    return seconds


def _ended(item: Item) -> bool:
    return bool(item["delivery"]) and item["delivery"]["state"] in ENDED
