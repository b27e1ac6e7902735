"""The audit trail on its page: filtered, paged, verified."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import connectors.store
from connectors.store.audit.append import append
from connectors.store.keeping import erasure
from domain.audit.entry import Entry
from domain.records.catalogue import CATALOGUE
from words import Words
from words.catalogue import template_of


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
    ],
)
def test_records_are_filtered(trail, as_viewer, query, rows):
    answer = as_viewer.get(f"/ops/audit?{query}")
    assert answer.status_code == 200
    assert answer.text.count('<th scope="row"') == rows


@pytest.mark.parametrize("day", ["rubbish", "2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_day_that_is_none_is_refused_and_not_left_out(as_viewer, day):
    for name in ("since", "until"):
        answer = as_viewer.get(f"/ops/audit?{name}={day}")
        assert 400 <= answer.status_code < 500
        assert "2026-11-20" in answer.text


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


_ACTION = re.compile(
    r'"((?:user|replay|update|flow|kind|environment|key|keys|cutoff|finding|parked|person|backup|restore'
    r'|settings|retention)\.[a-z-]+)"'
)


def test_everything_that_is_written_down_has_a_name_that_people_read():
    store = Path(connectors.store.__file__).parent
    actions = {action for file in store.rglob("*.py") for action in _ACTION.findall(file.read_text("utf-8"))}
    assert "update.replay" in actions
    assert [action for action in sorted(actions) if not template_of("nl", f"audit-action.{action}")] == []


def details(tree: ast.Module) -> Iterator[str]:
    """The names of details in a module: what ``Entry`` is given, is called ``detail``, or is audited."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Entry")):
                yield from (key for each in node.args for key in keys(each))
            case ast.Call(func=ast.Attribute(attr="_audit" | "_note")):
                yield from (each.arg for each in node.keywords if each.arg)
            case ast.Assign(targets=[ast.Name(id="detail")]) | ast.AugAssign(target=ast.Name(id="detail")):
                yield from [] if isinstance(node.value, ast.Call) else keys(node.value)


def keys(value: ast.expr) -> list[str]:
    """The keys of every dictionary that is written there."""
    inside = [each for each in ast.walk(value) if isinstance(each, ast.Dict)]
    return [str(key.value) for each in inside for key in each.keys if isinstance(key, ast.Constant)]


def test_every_detail_that_is_written_down_has_a_name_that_people_read():
    store = Path(connectors.store.__file__).parent
    files = [*store.rglob("*.py"), *(store.parents[1] / "web").rglob("*.py")]
    named = {name for file in files for name in details(ast.parse(file.read_text("utf-8")))}
    assert {"scopes", "agrees", "found_in_afas", "result", "updates", "fields", "to"} <= named
    assert [name for name in sorted(named) if not template_of("nl", f"audit-detail.{name}")] == []


def test_a_dutch_reader_reads_details_in_dutch(as_viewer, database):
    with database.transaction() as connection:
        append(connection, "main", Entry("cli:bert", "user.change", "user:x", {"role": "administrator"}))
        append(connection, "main", Entry("cli:bert", "flow.pull", "flow:hours", {"kind": "full", "run": 7}))
        append(connection, "main", Entry("cli:bert", "update.edit", "update:4", {"fields": ["mobile"]}))
    shown = " ".join(as_viewer.get("/ops/audit", headers={"Accept-Language": "nl"}).text.split())
    words = Words("nl")
    for name, said in (
        ("rol", words.name("role", "administrator")),
        ("soort", words.name("run-kind", "full")),
        ("ophaling", "7"),
        ("velden", words.name("field", "mobile")),
    ):
        assert f'<span class="soft">{name}</span> {said}</span>' in shown


def test_whatever_an_erasure_counts_is_called_as_people_call_it(as_viewer, database):
    tables = {kind.table for kind in CATALOGUE if kind.person} | erasure._BLANKING.keys() | {"parked_row"}
    with database.transaction() as connection:
        append(
            connection,
            "main",
            Entry("cli:bert", "person.erase", "contact:1", {"rows": dict.fromkeys(tables, 1)}),
        )
    shown = as_viewer.get("/ops/audit", headers={"Accept-Language": "nl"}).text
    assert "wijziging 1" in shown
    assert "contactpersoon 1" in shown
    assert [table for table in tables if f"{table} 1" in shown] == []


def test_long_details_are_folded_and_values_are_written_as_people_do(as_viewer, database):
    detail = {"forced": True, "scopes": ["read", "decide"], "client": None, "hashes": {"a": "0" * 120}}
    with database.transaction() as connection:
        append(connection, "main", Entry("cli:bert", "key.create", "key:1", detail))
    shown = " ".join(as_viewer.get("/ops/audit").text.split())
    assert "made an API key" in shown
    assert '<span class="soft">forced</span> yes' in shown
    assert '<span class="soft">scopes</span> read, decide' in shown
    assert f"<details><summary>hashes</summary>a {'0' * 120}</details>" in shown
