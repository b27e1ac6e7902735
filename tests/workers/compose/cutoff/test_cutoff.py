"""The clock's thread for the cut-off."""

from __future__ import annotations

import threading

from psycopg import OperationalError

from domain.errors import TryLater
from workers.compose.cutoff.cutoff import CutoffThread


class Steps:
    """A cut-off clock that remembers, and fails as told."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.count = 0
        self.enough = threading.Event()

    def step(self, now):
        self.count += 1
        if self.failures:
            raise self.failures.pop(0)
        self.enough.set()
        return ["2026-W47 report-4h"]


def run(monkeypatch, steps, *, leads):
    monkeypatch.setattr("workers.compose.cutoff.cutoff.EVERY", 0.01)
    thread = CutoffThread(steps, leads)
    thread.start()
    return thread


def test_what_fails_is_tried_again(monkeypatch):
    steps = Steps(OperationalError("away"), TryLater("AFAS is away"))
    thread = run(monkeypatch, steps, leads=lambda: True)
    assert steps.enough.wait(60)
    thread.stop()
    assert steps.count >= 3


def test_only_the_clock_that_leads_does_it(monkeypatch):
    steps, asked = Steps(), threading.Event()

    def leads():
        asked.set()
        return False

    thread = run(monkeypatch, steps, leads=leads)
    assert asked.wait(60)
    thread.stop()
    assert steps.count == 0
