"""How long after a worker submits the week in Pocket the portal offers it for approval."""

from __future__ import annotations

import time

from benchmarks.figures import Figure, Measured, middle
from benchmarks.product import Stage, running
from benchmarks.stage import USUAL, sandbox
from workers.demo.portal_side import wait_for
from workers.settings import INTERVALS

_GOLDEN = 0.618
"""Spreads the submissions over the interval: the last one came right after a poll, and so would the next."""


def measure(weeks: int) -> Measured:
    """Submit weeks one after another, with the usual latency and the usual intervals between polls."""
    with sandbox(workers=weeks, latency=USUAL) as afas, running(afas, {}) as stage:
        wait_for("the booked hours to show", lambda: len(_open(stage)) >= weeks)
        seconds = [_submit(stage, week, number) for number, week in enumerate(_open(stage)[:weeks])]
    about = f"{weeks} weeks submitted; hours and claims are polled every {INTERVALS['hours']:.0f} s"
    figures = [
        Figure("submit in Pocket to offered, median", middle(seconds), "s"),
        Figure("submit in Pocket to offered, longest", max(seconds), "s"),
    ]
    return Measured("arrive", about, figures)


def _open(stage: Stage) -> list[str]:
    """The numbers of what is booked and not submitted yet: ``placement@2026-W47``."""
    return [item["number"] for item in stage.portal.everything("declarations", status="open")]


def _submit(stage: Stage, number: str, turn: int) -> float:
    placement, _, week = number.partition("@")
    year, period = week.split("-W")
    time.sleep(turn * _GOLDEN % 1 * INTERVALS["hours"])
    offered = len(stage.offered)
    began = time.perf_counter()
    stage.afas.people("submit", placement=placement, year=int(year), period=int(period))
    wait_for("the submitted week to be offered", lambda: len(stage.offered) > offered)
    return time.perf_counter() - began
