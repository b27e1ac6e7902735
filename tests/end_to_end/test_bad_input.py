"""What AFAS should never send, sent to the whole product at once: it names it and the week goes on.

Each kind of bad row, answer and connector on its own: ``tests/sync/pull/test_bad_rows.py``,
``tests/sync/pull/test_from_sandbox.py``, ``tests/mappings/pull/test_rows.py`` and ``tests/connectors/afas``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.stage import THE_WEEK, Stage, a_stage
from workers.demo.portal_side import wait_for
from workers.demo.week import Week

pytestmark = pytest.mark.slow

Fault = dict[str, object]

BAD_ROWS: list[Fault] = [
    {"fault": "poison", "connector": "Loonbrug_Hours", "column": "Quantity", "literal": "-.5", "row": 3},
    {
        "fault": "poison",
        "connector": "Loonbrug_Claims",
        "column": "WorkflowStatus",
        "literal": "17",
        "row": 3,
    },
]
BAD_ANSWERS: list[Fault] = [
    {"fault": fault, "connector": connector, "verb": "GET", "nth": 1}
    for fault, connector in (
        ("html", "Loonbrug_Clients"),
        ("truncate", "Loonbrug_Placements"),
        ("endless", "Loonbrug_Contacts"),
        ("redirect", "Loonbrug_Agreements"),
        ("empty", "Loonbrug_Tasks"),
    )
]
BROKEN: Fault = {
    "fault": "missing-column",
    "connector": "Loonbrug_Invoices",
    "column": "Amount",
    "verb": "GET",
}


class BadWeek(Week):
    """AFAS sends all of it while workers book and submit; then it is put right, and the week goes on."""

    put_right: Callable[[], None] = staticmethod(lambda: None)

    def _submit(self) -> None:
        self._to(4, 16, "workers book their last day and submit the week")
        self._afas.people("book-day")
        self._afas.people("submit-all")
        self.put_right()
        wait_for("the claims to show, whole", lambda: len(self._whole()) == THE_WEEK["declarations"])


def command(stage: Stage, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the product, with JSON as its report."""
    return subprocess.run(
        [sys.executable, "-m", "workers", *arguments, "--json"],
        env=dict(stage.product.environ),
        capture_output=True,
        text=True,
        check=False,
    )


def ask(stage: Stage, *arguments: str) -> Any:
    """What a command reports."""
    said = command(stage, *arguments)
    assert said.returncode in {0, 1}, said.stderr
    assert said.stdout, f"{arguments} ended with {said.returncode}: {said.stderr}"
    return json.loads(said.stdout)


def test_bad_rows_are_parked_a_broken_connector_is_named_and_the_week_goes_on(tmp_path: Path) -> None:
    with a_stage(tmp_path, BadWeek) as stage:
        stage.afas.switch_on([*BAD_ROWS, *BAD_ANSWERS, BROKEN])

        def put_right() -> None:
            wait_for("bad rows of both flows to be parked", lambda: parked_flows() >= {"claims", "hours"})
            wait_for("the others to go on", lambda: len(stage.portal.declarations(stage.week.week)) > 20)
            assert "Amount" in broken_flows()["invoices"]
            assert set(broken_flows()) == {"invoices"}, "the others go on"
            stage.afas.door.delete("faults")
            for flow in ("claims", "hours"):
                wait_for(f"a full pull of {flow}", lambda flow=flow: pulled_whole(flow))  # type: ignore[misc]

        def pulled_whole(flow: str) -> bool:
            """False while a poll of that flow happens to be under way."""
            return command(stage, "pull", flow, "--full").returncode == 0

        def parked_flows() -> set[str]:
            return {row["flow"] for row in ask(stage, "parked")}

        def broken_flows() -> dict[str, str]:
            return {flow["flow"]: flow["broken"] for flow in ask(stage, "status")["flows"] if flow["broken"]}

        assert isinstance(stage.week, BadWeek)
        stage.week.put_right = put_right
        stage.week.play()
        reckoning = stage.reckon()
    assert reckoning.differences == []
    assert reckoning.numbers == THE_WEEK
