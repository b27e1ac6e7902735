"""Flows: looked at, paused, resumed, pulled."""

from __future__ import annotations

import pytest

from connectors.store.pull.run_reads import ConsoleRuns
from connectors.store.pull.runs import RunRepository
from connectors.store.running.control import Control
from domain.pull.run import RunKind


class PullingWake:
    def __init__(self):
        self.pulled = []

    def pull(self, run):
        self.pulled.append(run)


@pytest.fixture
def wake():
    return PullingWake()


@pytest.fixture
def audited(database):
    def read():
        with database.connection() as connection:
            rows = connection.execute("select actor, action, subject from audit order by number").fetchall()
        return [tuple(row.values()) for row in rows if not row["action"].startswith("user.")]

    return read


def test_a_flow_is_pulled_now_and_who_wanted_it_is_written_down(as_operator, ops, wake, audited):
    answer = as_operator.submit("/ops/flows/hours/pull", kind="full")
    run = ops.of(ConsoleRuns).open_run("hours")
    assert answer.headers["location"] == f"/ops/flows/hours/runs/{run.id}"
    assert (run.kind, wake.pulled) == ("full", [run.id])
    assert audited() == [("user:operator person", "flow.pull", "flow:hours")]
    assert "<progress" in as_operator.get(answer.headers["location"]).text


def test_a_second_wish_leads_to_the_run_that_is_under_way(as_operator, ops, wake, audited):
    run = ops.of(RunRepository).want("hours", RunKind.FULL)
    ops.of(RunRepository).take(run)
    answer = as_operator.submit("/ops/flows/hours/pull", kind="poll")
    assert answer.headers["location"] == f"/ops/flows/hours/runs/{run}"
    assert (wake.pulled, audited()) == ([], [])


def test_a_flow_is_paused_with_a_reason_that_is_shown_and_resumed(as_operator, ops, audited):
    as_operator.submit("/ops/flows/claims/pause", reason="<b>new column</b>")
    shown = as_operator.get("/ops/flows/claims").text
    assert "&lt;b&gt;new column&lt;/b&gt;" in shown
    assert ops.of(RunRepository).take(ops.of(RunRepository).want("claims")) is None
    as_operator.submit("/ops/flows/claims/resume")
    assert "new column" not in as_operator.get("/ops/flows/claims").text
    assert [action for _, action, _ in audited()] == ["flow.pause", "flow.resume"]


def test_everything_is_paused_and_every_page_says_so(as_operator, ops):
    as_operator.submit("/ops/switches/pause", reason="AFAS is being updated")
    for path in ("/ops/", "/ops/flows", "/ops/me"):
        assert "AFAS is being updated" in as_operator.get(path).text
    as_operator.submit("/ops/switches/resume")
    assert ops.of(Control).state().paused_until is None


def test_a_kind_of_update_rests_until_it_is_let_go_on(as_operator, audited):
    as_operator.submit("/ops/switches/kind", kind="approve", reason="action is missing")
    assert "action is missing" in as_operator.get("/ops/flows").text
    as_operator.submit("/ops/switches/kind", kind="approve")
    assert "action is missing" not in as_operator.get("/ops/flows").text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/ops/flows/hours/pull", {"kind": "full"}),
        ("/ops/flows/hours/pause", {"reason": "x"}),
        ("/ops/flows/hours/resume", {}),
        ("/ops/switches/pause", {"reason": "x"}),
        ("/ops/switches/mode", {"mode": "paused"}),
    ],
)
def test_a_viewer_looks_and_changes_nothing(as_viewer, ops, audited, path, fields):
    assert as_viewer.submit(path, **fields).status_code == 403
    assert audited() == []
    shown = as_viewer.get("/ops/flows/hours").text
    assert "<button" not in shown.replace('<button class="plain">Sign out', "")


def test_the_mode_is_set_by_an_administrator_with_a_fresh_code(as_administrator, as_operator, ops, database):
    assert as_operator.submit("/ops/switches/mode", mode="dry-run").status_code == 403
    with database.connection() as connection:
        connection.execute("update console_session set confirmed_at = now() - interval '6 minutes'")
    answer = as_administrator.submit("/ops/switches/mode", mode="dry-run")
    assert answer.headers["location"].startswith("/ops/confirm?next=")
    assert ops.of(Control).state().mode == "live"
    with database.connection() as connection:
        connection.execute("update console_session set confirmed_at = now()")
    as_administrator.submit("/ops/switches/mode", mode="dry-run")
    assert ops.of(Control).state().mode == "dry-run"
    assert "nothing is written to AFAS" in as_administrator.get("/ops/").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ops/flows/nothing", 404),
        ("/ops/flows/hours/runs/999", 404),
        ("/ops/flows/hours/runs/x", 422),
        ("/ops/flows/hours/runs/99999999999999999999", 422),
        ("/ops/flows/hours?before=x", 422),
        ("/ops/flows/hours?before=99999999999999999999", 422),
        ("/ops/nothing", 404),
        ("/ops/static/app.py", 404),
    ],
)
def test_what_is_not_there_is_told_on_a_page(as_viewer, path, status):
    answer = as_viewer.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("fields", [{}, {"kind": "nothing"}])
def test_a_wish_that_no_page_makes_changes_nothing(as_operator, ops, fields):
    assert as_operator.submit("/ops/flows/hours/pull", **fields).status_code == 422
    assert ops.of(ConsoleRuns).open_run("hours") is None


def test_runs_come_in_pages_the_newest_first(as_viewer, database):
    with database.connection() as connection:
        connection.execute(
            "insert into run (environment, flow, kind, state, started_at, ended_at, read, new, error)"
            " select 'main', 'hours', 'poll', 'done', now(), now(), 3, 3, null from generate_series(1, 60)"
        )
    first = as_viewer.get("/ops/flows/hours").text
    assert first.count("/ops/flows/hours/runs/") == 50
    older = first.split("?before=")[1].split('"')[0]
    assert as_viewer.get(f"/ops/flows/hours?before={older}").text.count("/ops/flows/hours/runs/") == 10
