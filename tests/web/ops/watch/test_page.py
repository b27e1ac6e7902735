"""The page Now on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.access.person import Role
from domain.cutoff.when import Cutoff, CutoffRule, next_cutoff
from sync.cutoff.reports import CutoffPlan
from tests.stages.reasons import kept
from tests.web.ops.conftest import session_for
from tests.web.ops.crowd import crowd
from tests.web.visitor import Visitor
from web.app import create_app
from web.ops.watch.page import Closing, _ailing


def test_an_empty_store_is_shown_as_nothing_going_on(as_viewer):
    shown = as_viewer.get("/ops/").text
    assert "No worker process is alive" in shown


def test_what_blocks_the_pay_run_stands_on_top_with_a_link_to_it(as_viewer, database):
    crowd(database)
    shown = as_viewer.get("/ops/").text
    assert shown.index("Approval: 300 parked") < shown.index("Signed file: 4 parked")
    assert '/ops/failures?state=parked&amp;kind=approve"' in shown
    assert "21 days left" in shown
    assert "Loonbrug_Tasks" not in shown


def test_nothing_of_a_pause_reason_is_taken_as_html(as_viewer, database):
    with database.connection() as connection:
        connection.execute(
            "insert into environment (environment, paused_until, pause_reason)"
            " values ('main', 'infinity', %s)",
            (kept("<script>x</script>"),),
        )
    shown = as_viewer.get("/ops/").text
    assert "<script>x" not in shown
    assert "Everything is paused: a person said so" in shown


def test_a_page_that_renews_itself_keeps_no_session_alive(as_viewer, database):
    with database.connection() as connection:
        connection.execute("update console_session set seen_at = now() - interval '20 minutes'")
    as_viewer.get("/ops/", headers={"HX-Request": "true", "X-Poll": "1"})
    with database.connection() as connection:
        [row] = connection.execute(
            "select now() - seen_at > '19 minutes' as old from console_session"
        ).fetchall()
    assert row["old"]


def test_htmx_gets_the_part_without_what_stands_around_it(as_viewer):
    part = as_viewer.get("/ops/", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="now"' in part


def test_a_database_that_is_away_is_told_on_a_page(as_viewer, ops):
    ops.database.close()
    answer = as_viewer.get("/ops/")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text


@pytest.fixture
def closing(services, ops):
    """The first page as text, for a cut-off of so many hours from now."""

    def look(rule):
        plan = CutoffPlan("main", rule, lambda _: False)
        given = replace(ops, cutoff_plan=plan)
        with Visitor(create_app(services, given), follow_redirects=False) as client:
            client.cookies.set("loonbrug-session", session_for(given, Role.VIEWER))
            return client.get("/ops/").text

    return look


def keep_report(database, week, *, agrees=True, signed=False):
    with database.connection() as connection:
        connection.execute(
            "insert into cutoff_report (environment, week, cutoff_at, moment, made_at, made_by, content,"
            " sha256, facts, agrees, signed_at, signed_by) values ('main', %(week)s, now(), 'report-4h',"
            " now(), 'clock', '{}', '', '', %(agrees)s, case when %(signed)s then now() end, 'user:bo')",
            {"week": week, "agrees": agrees, "signed": signed},
        )


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (None, "no report was made yet"),
        ({}, "the report waits for a signature"),
        ({"signed": True}, "the report is signed off"),
        ({"agrees": False}, "the sums of the report do not agree"),
    ],
)
def test_the_next_cut_off_and_its_report_stand_on_top(closing, database, report, told):
    rule = CutoffRule()
    week = next_cutoff(datetime.now(UTC), rule, lambda _: False).week
    if report is not None:
        keep_report(database, week, **report)
    shown = closing(rule)
    assert shown.index(told) < shown.index("To AFAS")
    assert f"hours of {week}" in shown


@pytest.mark.parametrize(
    ("report", "hours", "ails"),
    [
        ("none", 3, ""),
        ("none", 2, "report-none"),
        ("none", -20, "report-none"),
        ("unsigned", 20, "report-unsigned"),
        ("unsigned", -20, "report-unsigned"),
        ("differs", 20, "report-differs"),
        ("signed", -20, ""),
    ],
)
def test_a_report_that_is_missing_ails_as_soon_as_the_alert_goes_and_until_a_day_after(report, hours, ails):
    closing = Closing(Cutoff("2026-W47", datetime.now(UTC), moved=False), hours * 3600.0, report)
    assert _ailing(closing) == ails


def test_a_flow_that_is_late_is_not_called_well(as_viewer, database):
    crowd(database)
    with database.connection() as connection:
        connection.execute("update flow set last_success = now() - interval '1 hour' where flow = 'claims'")
    for page in ("/ops/", "/ops/flows"):
        row = as_viewer.get(page).text.split('href="/ops/flows/claims"')[-1].split("</tr>")[0]
        assert ">late<" in row


def test_while_everything_is_paused_no_flow_is_called_well(as_viewer, database):
    crowd(database)
    with database.connection() as connection:
        connection.execute("update environment set paused_until = now() + interval '5 minutes'")
    row = as_viewer.get("/ops/").text.split('id="flow-claims"')[1].split("</tr>")[0]
    assert ">rests<" in row


def test_updates_of_all_kinds_are_counted_by_state(as_viewer, database):
    crowd(database)
    tiles = as_viewer.get("/ops/").text.split('class="tiles"')[1].split("</section>")[0]
    assert [part.split("<")[0] for part in tiles.split('class="big">')[1:]] == ["12", "0", "2", "304", "0"]


def test_every_page_says_that_a_restore_holds_everything_back(as_viewer, database):
    with database.connection() as connection:
        connection.execute("insert into environment (environment) values ('main') on conflict do nothing")
        connection.execute(
            "insert into restored (environment, reason) values ('main', %s)", (kept("a backup"),)
        )
    assert "loonbrug resume --after-restore" in as_viewer.get("/ops/audit").text
    assert "until it was reconciled and resumed" in as_viewer.get("/ops/").text
