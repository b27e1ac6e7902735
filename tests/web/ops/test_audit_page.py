"""The audit trail on its page: filtered, paged, verified."""

from __future__ import annotations

import pytest

from connectors.store.audit import append
from domain.audit import Entry


@pytest.fixture
def trail(database):
    with database.transaction() as connection:
        for number in range(1, 131):
            who = "user:anna" if number % 2 else "cli:bert"
            append(connection, "main", Entry(who, "update.replay", f"update:{number}", {"state": "<ready>"}))


def test_records_are_shown_by_page_and_their_content_is_escaped(trail, as_viewer):
    shown = as_viewer.get("/ops/audit").text
    assert shown.count('<th scope="row"') == 100
    assert "&lt;ready&gt;" in shown
    assert as_viewer.get("/ops/audit?before=5").text.count('<th scope="row"') == 4


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("who=user:anna", 65),
        ("subject=update:7", 1),
        ("what=user.add", 1),
        ("who=nobody", 0),
        ("since=2001-01-01&until=2001-01-02", 0),
        ("until=2001-01-02", 0),
        ("since=2001-01-01&what=update.", 100),
        ("since=rubbish", 100),
    ],
)
def test_records_are_filtered(trail, as_viewer, query, rows):
    answer = as_viewer.get(f"/ops/audit?{query}")
    assert answer.status_code == 200
    assert answer.text.count('<th scope="row"') == rows


def test_a_whole_chain_is_verified_up_to_its_head(trail, as_viewer):
    shown = as_viewer.submit("/ops/audit/verify").text
    assert "The chain is whole: 132 records verified." in shown
    head = shown.split("<code>")[1].split("</code>")[0]
    assert "is whole" in as_viewer.submit("/ops/audit/verify", anchor=head).text


def test_an_anchor_that_does_not_fit_names_the_record(trail, as_viewer):
    shown = as_viewer.submit("/ops/audit/verify", anchor=f"9:{'0' * 64}").text
    assert "Record 9 is the first that is wrong" in shown
    assert as_viewer.submit("/ops/audit/verify", anchor="rubbish").status_code == 409


def test_a_flipped_byte_is_named(trail, as_viewer, database):
    with database.connection() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update audit set actor = 'user:eve' where number = 77")
        connection.execute("reset session_replication_role")
    assert "Record 77 is the first that is wrong" in as_viewer.submit("/ops/audit/verify").text
