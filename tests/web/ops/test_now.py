"""The page Now on a real store."""

from __future__ import annotations

from tests.web.ops.crowd import crowd


def test_an_empty_store_is_shown_as_nothing_going_on(as_viewer):
    shown = as_viewer.get("/ops/").text
    assert "No worker is alive" in shown


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
            " values ('main', 'infinity', '<script>x</script>')"
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
