"""No page shows English on a Dutch screen.

Every page of the console is opened and every form sent, as each other one leads to it, while the texts of the
catalogue are marked: whatever is not marked must be a value that the test itself put in.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from jinja2 import ChoiceLoader, DictLoader

from connectors.store.database import Database
from tests.stages.cutoff.week_world import WEEK, week_world
from tests.stages.reconcile.reconciling import a_stage
from tests.web.ops.access.signing import give_code, give_password
from tests.web.ops.crowd import crowd
from tests.web.ops.marked import mark_the_words, unspoken
from tests.web.ops.stuck import planned
from tests.web.ops.walk import Walk, forms, places, routes
from web.ops import shell
from workers.compose.cutoff.cutoff import cutoff_parts

ALIKE = {"AFAS", "Loonbrug", "loonbrug", "main", "Nederlands", "English"}
"""The same in every language."""
PEOPLE = {
    "operator person",
    "user:operator person",
    "administrator person",
    "user:administrator person",
    "test",
}
FROM_AFAS = {
    "Dat mag niet",
    "cost centre 4711 is blocked",
    "cost centre # is blocked",
    "the file name is too long",
}
COLUMNS = {"Quantity", "Task"}
TYPED = {"list is being cleaned"}

ODD = {
    "week": "x", "kind": "x", "mode": "x", "reason": "", "why": "", "plan": "0" * 64, "code": "x",
    "update": "999", "row": "999", "anchor": "x", "cost_centre": "x" * 31, "contact": "x",
    "mobile": "1", "name": "nobody", "password": "x", "new": "x", "again": "y", "current": "x",
}  # fmt: skip
"""What no form takes."""


@pytest.fixture
def dutch(as_administrator, monkeypatch):
    """Somebody who may do anything, and reads Dutch in which the words are marked."""
    as_administrator.headers["Accept-Language"] = "nl"
    mark_the_words(monkeypatch)
    return as_administrator


def known(*more):
    return frozenset(ALIKE | PEOPLE | FROM_AFAS | COLUMNS | TYPED).union(*more)


def test_a_day_of_trouble_is_told_in_dutch(dutch, stuck, database, as_operator):
    first, *_ = stuck.approvals(3)
    mobile = stuck.mobile()
    place, _ = planned(stuck, as_operator, update=str(first))
    crowd(database)
    values = {"update": first, "replay": place.rsplit("/", 1)[1], "flow": "hours", "name": "update-parked"}
    walk = Walk(dutch, known())
    walk.through([*places(routes("GET"), values), f"/ops/failures/updates/{mobile}"])
    for fields in ({}, ODD):
        walk.hand_in(forms(values), **fields)
        walk.hand_in(forms(values | {"update": mobile, "flow": "x", "replay": 999}), **fields)
    assert walk.found == {}
    assert unopened(walk) == {"/week", *OF_STRANGERS, *OF_A_CUT_OFF, *OF_FINDINGS}  # "/week" only leads on


def test_signing_in_is_dutch(visitor, monkeypatch, anna, enrolled):
    visitor.headers["Accept-Language"] = "nl"
    mark_the_words(monkeypatch)
    walk = Walk(visitor, known({"user:anna", "anna"}))
    walk.through(["/ops/sign-in"])
    for answer in (give_password(visitor, password="wrong"), visitor.submit("/ops/code", code="x")):
        walk.look("/ops/sign-in", answer)
    give_password(visitor)
    walk.through(["/ops/code"])
    walk.look("/ops/code", visitor.submit("/ops/code", code="000000"))
    give_code(visitor, enrolled)
    walk.through(["/ops/me"])
    assert walk.found == {}
    assert walk.opened >= {"/me", *OF_STRANGERS}


OF_STRANGERS = {"/code", "/sign-in"}
OF_A_CUT_OFF = {"/cutoff", "/cutoff/{report}", "/cutoff/{report}/report.csv", "/cutoff/{report}/report.pdf"}
OF_FINDINGS = {"/findings/{finding}", "/findings/{finding}/plan"}
"""Pages that show something to others only, or in a world of their own, below."""


def unopened(walk):
    return {route.path for route in routes("GET")} - walk.opened


@pytest.fixture
def week(database_url, tmp_path):
    with week_world(database_url, tmp_path) as world:
        yield world


@pytest.fixture
def stage(database_url):
    with a_stage(database_url) as made:
        yield made


@pytest.fixture
def ops(ops, request):
    """The console, of the world that the test names, if it names one."""
    if "week" in request.fixturenames:
        world = request.getfixturevalue("week")
        parts = cutoff_parts(world.services.settings, world.database, world.flows.afas)
        return replace(ops, database=world.database, cutoff_plan=parts.plan, cutoff_reports=parts.reports)
    if "stage" in request.fixturenames:
        return replace(ops, curer=request.getfixturevalue("stage").curer())
    return ops


@pytest.mark.slow
def test_a_week_and_its_cut_off_are_dutch(dutch, week, ops):
    numbers = [row["number"] for row in week.offered()]
    for number, state in zip(numbers, ("parked", "unclear", "ready", "done", "void"), strict=False):
        week.strand(week.approve(number), state, "Kostenplaats KP-9 bestaat niet")
    report = ops.cutoff_reports.make(WEEK, "user:operator person").id
    week.strand(week.reject(numbers[-1]), "parked", "Kostenplaats KP-9 bestaat niet")
    week.do("update outbox set due_at = now()")
    walk = Walk(
        dutch,
        known(names_in(week.database), {"Kostenplaats KP-9 bestaat niet", "Kostenplaats # bestaat niet"}),
    )
    walk.through(places(routes("GET"), {"week": WEEK, "report": report}))
    for fields in ({}, ODD, {"week": WEEK}):
        walk.hand_in(forms({"week": WEEK, "report": report}), **fields)
    assert walk.found == {}
    assert walk.opened >= {"/week/{week}", *OF_A_CUT_OFF}


@pytest.mark.slow
def test_findings_and_their_cures_are_dutch(dutch, stage):
    numbers = stage.submit_week()
    stage.settle()
    for number in numbers[:2]:
        row = stage.world.get("Loonbrug_Claims", number)
        stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": row["TotalHours"] + 1})
    stage.light()
    values = {"finding": stage.book.search()[0].id}
    walk = Walk(dutch, known(names_in(stage.database)))
    walk.through(places(routes("GET"), values))
    for _ in ("cured", "cured already"):
        walk.hand_in(forms(values), reason="")
        stage.light()
        walk.through(places(routes("GET"), values))
    assert walk.found == {}
    assert walk.opened >= OF_FINDINGS


_NAMES = """
    select first_name as name from employee union select last_name from employee
    union select prefix from employee union select name from client
    union select name from contact union select job_description from placement
"""


def names_in(database: Database) -> set[str]:
    """The people, clients and jobs of a world."""
    with database.connection() as connection:
        return {row["name"] for row in connection.execute(_NAMES).fetchall() if row["name"]}


SENTENCE = """
    {% extends 'base.html' %}{% block title %}{% endblock %}{% block main %}<p>Your own page</p>{% endblock %}
"""


def test_a_sentence_in_a_template_is_found(dutch, monkeypatch):
    pages = shell._environment("nl")
    assert pages.loader
    loaders = [DictLoader({"access/me.html": SENTENCE}), pages.loader]
    monkeypatch.setattr(pages, "loader", ChoiceLoader(loaders))
    monkeypatch.setattr(pages, "cache", {})
    assert Walk(dutch, known()).through(["/ops/me"]).found == {"Your own page": "/ops/me"}


def test_what_is_read_out_or_put_together_counts_and_what_is_in_code_does_not():
    shown = '<p title="Look">update 7 of user:anna</p>'
    silent = '<code>ls</code><p lang="en">Read this</p><script>go</script>'
    assert [*unspoken(shown + silent, known())] == ["Look", "update 7 of user:anna"]
