"""Updates get stuck in AFAS two hours before the cut-off: the report names each, and the alert fires once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.store.cutoff.reports import CutoffRepository
from connectors.store.cutoff.weeks import Weeks
from connectors.store.watch.alerts import AlertRepository
from connectors.store.watch.facts import WatchingStore
from connectors.store.watch.notices import Notices
from domain.cutoff.reason import Reason, told
from domain.cutoff.reckoning import WeekStanding
from domain.cutoff.when import cutoff_of
from domain.watch.waiting import Budgets
from sync.watch.watch import Watch
from tests.stages.cutoff.week_world import WEEK, week_world
from words import Words
from workers.compose.cutoff.cutoff import cutoff_parts
from workers.compose.watch.watch import audience, limits

LATE = Budgets().lateness(near=True)
REFUSED = "Kostenplaats KP-9 is geblokkeerd."
LEFT = 120
"""Minutes until the cut-off; the watch looks in each of them."""


@pytest.fixture
def world(database_url, tmp_path):
    with week_world(database_url, tmp_path, workers=16) as world:
        yield world


@pytest.fixture
def settings(world):
    told = {
        "cutoff_reports": (2.0,),
        "payroll_mail": ("payroll@example.nl",),
        "alert_mail": ("ops@example.nl",),
        "smtp_host": "localhost",
    }
    return world.services.settings.model_copy(update=told)


@pytest.fixture
def cutoff(world, settings):
    return cutoff_parts(settings, world.database, world.flows.afas)


def plant(world, numbers, fault, **how):
    """These are approved, and AFAS does that to each of them."""
    world.sandbox.faults.add(fault, "PtDeclaration", "PUT", times=len(numbers), **how)
    for number in numbers:
        world.approve(number)
    world.deliver()


@pytest.fixture
def stuck(world):
    """Four refused, three that may have arrived, two locked by a user; five before them went well."""
    numbers = [row["number"] for row in world.offered()]
    assert len(numbers) >= 16
    for number in numbers[:5]:
        world.approve(number)
    world.deliver()
    plant(world, numbers[5:9], "refuse", text=REFUSED, english=REFUSED)
    plant(world, numbers[9:12], "not-applied")
    plant(world, numbers[12:14], "locked")
    states = {row["subject"]: row["state"] for row in world.rows("select subject, state from outbox")}
    found = [states[f"claim:{number}"] for number in numbers[:14]]
    assert found == ["done"] * 5 + ["parked"] * 4 + ["unclear"] * 3 + ["ready"] * 2
    return numbers[5:14]


def the_report(world, cutoff):
    due = cutoff_of(WEEK, cutoff.plan.rule, cutoff.plan.is_holiday).at - timedelta(hours=2)
    assert f"{WEEK} report-2h" in cutoff.clock.step(due)
    book = CutoffRepository(world.database, "main")
    return book.known(book.newest()[0].id)


def test_the_report_names_every_stuck_update_and_its_sums_agree(world, cutoff, stuck):
    report = the_report(world, cutoff)
    assert sorted(line.number for line in report.exceptions) == sorted(stuck)
    hours = {row["number"]: row["hours"] for row in world.rows("select number, hours from declaration")}
    assert report.agrees
    assert report.hours["exception"] == sum(hours[number] for number in stuck)
    assert report.hours["approved"] == report.hours["verified"] + report.hours["exception"] > Decimal(0)
    assert {line.solver for line in report.exceptions} == {"ops", "loonbrug"}
    assert sum(line.reason is Reason.PARKED and REFUSED in in_dutch(line) for line in report.exceptions) == 4
    [mail] = [content for content in mails(world) if "report" in content]
    names = CutoffRepository(world.database, "main").names(report.content)
    for line in report.exceptions:
        [told] = [each for each in mail["text"].splitlines() if line.number in each]
        assert told.startswith(f"- {names[f'employee:{line.employee}']} (")


def test_what_is_not_sent_for_too_long_names_a_person_to_act(world, cutoff, stuck):
    world.rows("update outbox set created_at = created_at - interval '1 hour' returning id")
    lines = {line.number: line for line in the_report(world, cutoff).exceptions}
    assert {line.solver for line in lines.values()} == {"ops"}
    for number in stuck[7:]:
        assert lines[number].reason is Reason.NOT_SENT
        assert "geblokkeerd" in in_dutch(lines[number])
    for number in stuck[4:7]:
        assert lines[number].reason is Reason.UNCLEAR_FOR_LONG
    board = Weeks(world.database, "main").board(WEEK, lateness=LATE)
    for reason, numbers in ((Reason.NOT_SENT, stuck[7:]), (Reason.UNCLEAR_FOR_LONG, stuck[4:7])):
        late = [each for each in board.exceptions if each.reason is reason]
        assert sorted(each.number for each in late) == sorted(numbers)
        assert {each.solver.value for each in late} == {"ops"}


@pytest.mark.parametrize(
    ("fault", "far"),
    [
        ("refuse", "geparkeerd: "),
        ("locked", "al te lang niet verstuurd: "),
        ("not-applied", "onduidelijk"),
    ],
)
def test_a_rejection_that_afas_does_not_have_is_not_left_to_the_worker(world, cutoff, fault, far):
    """The worker was told nothing yet."""
    [first, *_] = [row["number"] for row in world.offered()]
    how = {"text": REFUSED, "english": REFUSED} if fault == "refuse" else {}
    world.sandbox.faults.add(fault, "KnSubjectWorkflowReaction", "POST", times=1, **how)
    world.reject(first)
    world.deliver()
    world.rows("update outbox set created_at = created_at - interval '1 hour' returning id")
    lines = the_report(world, cutoff).lines(WeekStanding.NOT_APPROVED)
    [line] = [each for each in lines if each.number == first]
    assert (line.reason, line.solver) == (Reason.REJECTION_NOT_IN_AFAS, "ops")
    assert in_dutch(line).startswith(f"Afgekeurd, niet in AFAS: {far}")
    board = Weeks(world.database, "main").board(WEEK, lateness=LATE)
    [stuck] = [each for each in board.exceptions if each.number == first]
    assert (stuck.reason, stuck.solver.value) == (Reason.REJECTION_NOT_IN_AFAS, "ops")


def test_each_alert_fires_once_until_the_cutoff(world, settings, cutoff, stuck):
    the_report(world, cutoff)
    book = AlertRepository(world.database, "main")
    watch = Watch(
        WatchingStore(world.database, "main"),
        book,
        audience(settings),
        limits(settings),
        today=lambda: date(2026, 11, 26),
    )
    for _ in range(LEFT):
        watch.once()
        a_minute_passes(world)
    texts = [content["text"] for content in mails(world) if content["to"] == ["ops@example.nl"]]
    [parked] = [text for text in texts if "payment-parked" in text]
    [unclear] = [text for text in texts if "unclear-update" in text]
    assert "4 beslissing(en) over declaraties geparkeerd" in parked
    assert "3 wijziging(en) onduidelijk" in unclear
    told = world.rows("select name, told from alert where name in ('payment-parked', 'unclear-update')")
    assert {row["name"]: row["told"] for row in told} == {"payment-parked": 1, "unclear-update": 1}


def in_dutch(line):
    return Words("nl").said(told(line.reason, line.detail))


def mails(world):
    """Every mail that is owed, as its sender would take it."""
    notices = Notices(world.database, "main")
    return [notice.content for notice in iter(lambda: notices.take(["mail"], 600), None)]


def a_minute_passes(world):
    """For what the database remembers of alerts and of updates."""
    for table, columns in (
        ("alert", ("raised_at", "seen_at", "told_at")),
        ("outbox", ("created_at", "sent_at")),
    ):
        moved = ", ".join(f"{column} = {column} - interval '1 minute'" for column in columns)
        world.do(f"update {table} set {moved}")
