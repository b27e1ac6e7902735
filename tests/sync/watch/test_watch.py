"""The watch: what counts as wrong, that it is told once, again after hours, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.store.database import Database
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.watch.alerts import AlertRepository
from connectors.store.watch.facts import WatchingStore
from domain.outbox.delivery import Mode
from domain.watch.alert import Alert, Severity
from domain.watch.facts import Facts, FlowFacts, Limits, Room, going_on, judge
from sync.watch.watch import Audience, Watch

TODAY = date(2026, 11, 20)
LIMITS = Limits({"hours": 15.0, "invoices": 300.0})
WELL = Facts(
    flows=[FlowFacts("hours", False, False, 12.0, 0), FlowFacts("invoices", False, False, 250.0, 0)],
    unclear=0, oldest_unclear=0.0, parked_pay=0, paused_for=None, paused_by_person=False,
    token_expires=date(2027, 11, 20), workers=2,
)  # fmt: skip


def names(facts: Facts) -> list[tuple[str, str]]:
    return [(alert.name, alert.subject) for alert in judge(facts, LIMITS, TODAY)]


def flow(**changes: Any) -> Facts:
    return replace(WELL, flows=[replace(WELL.flows[0], **changes), WELL.flows[1]])


def test_when_all_is_well_nothing_is_told():
    assert names(WELL) == []
    assert going_on(WELL, LIMITS)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(WELL, unclear=1, oldest_unclear=1799.0), []),
        (replace(WELL, unclear=1, oldest_unclear=1801.0), [("unclear-update", "")]),
        (replace(WELL, parked_pay=300), [("payment-parked", "updates")]),
        (flow(parked_rows=2), [("payment-parked", "hours")]),
        (flow(rows_ahead=1), [("row-ahead", "hours")]),
        (flow(silent=299.0), []),
        (flow(silent=301.0), [("flow-silent", "hours")]),
        (flow(silent=None), [("flow-silent", "hours")]),
        (flow(silent=301.0, paused=True), []),
        (flow(broken=True), [("flow-broken", "hours")]),
        (flow(broken=True, paused=True), []),
        (replace(WELL, paused_for=899.0), []),
        (replace(WELL, paused_for=901.0), [("afas-paused", "")]),
        (replace(WELL, workers=0), [("no-worker", "")]),
        (replace(WELL, room=Room(9, 4, 119.0)), []),
        (replace(WELL, room=Room(5, 5, 0.0)), [("afas-unanswered", "")]),
        (replace(WELL, room=Room(9, 0, 121.0)), [("afas-unanswered", "")]),
        (replace(WELL, failed_notices={"mail": 1}), [("notice-failed", "mail")]),
    ],
)
def test_what_is_wrong_and_what_is_not_yet(facts, expected):
    assert names(facts) == expected


def test_rows_of_an_invoice_that_cannot_be_read_keep_nobody_from_pay():
    assert names(replace(WELL, flows=[replace(WELL.flows[1], parked_rows=5)])) == []


def test_one_cause_is_told_once():
    silent = [replace(each, silent=5000.0) for each in WELL.flows]
    assert names(replace(WELL, workers=0, flows=silent)) == [("no-worker", "")]
    assert names(replace(WELL, paused_for=5000.0, flows=silent)) == [("afas-paused", "")]


@pytest.mark.parametrize(
    ("days", "stage"),
    [(31, None), (30, "30"), (15, "30"), (14, "14"), (7, "7"), (2, "7"), (1, "1"), (0, "1"), (-1, "expired")],
)
def test_a_token_is_told_at_30_14_7_and_1_days(days, stage):
    ends = date.fromordinal(TODAY.toordinal() + days)
    found = judge(replace(WELL, token_expires=ends), LIMITS, TODAY)
    assert [alert.stage for alert in found] == ([stage] if stage else [])


@pytest.mark.parametrize(
    "facts",
    [
        replace(WELL, workers=0),
        replace(WELL, paused_for=0.0),
        flow(broken=True),
        flow(silent=400.0),
        flow(silent=None),
    ],
)
def test_the_dead_mans_switch_is_not_called_when_something_stands_still(facts):
    assert not going_on(facts, LIMITS)


def test_parked_updates_alone_do_not_stop_the_ping():
    assert going_on(replace(WELL, parked_pay=3), LIMITS)


class Stage:
    """A watch on a real store, whose facts are ours to choose."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.facts_now = WELL
        self.book = AlertRepository(database, "main")
        audience = Audience("main", ("ops@example.nl",), True, "https://ops.example.nl/", repeat=4 * 3600)
        self.watch = Watch(self, self.book, audience, LIMITS, today=lambda: TODAY)

    def facts(self, flows):
        return self.facts_now

    def token_ends(self, day):
        raise AssertionError

    def look(self, facts: Facts) -> list[str]:
        """Look once; the subjects of the mails that this owed."""
        self.facts_now = facts
        before = len(self.notices("mail"))
        self.watch.once()
        return [row["content"]["subject"] for row in self.notices("mail")[before:]]

    def notices(self, channel):
        with self.database.connection() as connection:
            return connection.execute(
                "select topic, content from notice where channel = %s order by id", (channel,)
            ).fetchall()

    def pass_time(self, seconds: float) -> None:
        with self.database.connection() as connection:
            connection.execute(
                "update alert set seen_at = seen_at - make_interval(secs => %(s)s),"
                " told_at = told_at - make_interval(secs => %(s)s)",
                {"s": seconds},
            )


@pytest.fixture
def stage(database):
    return Stage(database)


BAD = replace(WELL, parked_pay=3)


def test_an_alert_is_told_once_and_again_after_hours(stage):
    assert len(stage.look(BAD)) == 1
    assert stage.look(BAD) == []
    assert stage.look(replace(BAD, parked_pay=4)) == [], "more of the same is the same"
    stage.pass_time(4 * 3600 + 1)
    assert stage.look(BAD)[0].startswith("[Loonbrug main] repeated: 3 decision(s)")


def test_what_flickers_is_told_once(stage):
    assert len(stage.look(BAD)) == 1
    for _ in range(10):
        assert stage.look(WELL) == []
        stage.pass_time(60)
        assert stage.look(BAD) == []


def test_what_a_look_did_not_see_any_more_is_not_repeated_while_it_waits_to_be_over(stage):
    stage.look(BAD)
    stage.pass_time(4 * 3600 - 60)
    stage.look(BAD)
    stage.pass_time(120)
    assert stage.look(WELL) == []


def test_a_new_alert_is_told_ahead_of_one_that_is_repeated(stage):
    stage.look(BAD)
    stage.pass_time(4 * 3600 + 1)
    [subject] = stage.look(replace(BAD, workers=0))
    assert subject == "[Loonbrug main] raised: no worker process is alive (and 1 more)"


def test_the_end_is_told_once(stage):
    stage.look(BAD)
    stage.pass_time(301)
    assert stage.look(WELL)[0].startswith("[Loonbrug main] resolved: 3 decision(s)")
    assert stage.look(WELL) == []
    assert [row["topic"] for row in stage.notices("webhook")] == ["alert.raised", "alert.resolved"]


def test_what_comes_back_after_its_end_is_told_anew(stage):
    stage.look(BAD)
    stage.pass_time(301)
    stage.look(WELL)
    assert stage.look(BAD)[0].startswith("[Loonbrug main] raised")


def test_a_worse_stage_is_told_at_once_and_a_stage_is_not_repeated(stage):
    assert len(stage.look(replace(WELL, token_expires=date(2026, 12, 20)))) == 1
    stage.pass_time(5 * 3600)
    assert stage.look(replace(WELL, token_expires=date(2026, 12, 19))) == []
    assert len(stage.look(replace(WELL, token_expires=date(2026, 12, 3)))) == 1


def test_several_at_once_are_one_mail_and_each_a_webhook(stage):
    subjects = stage.look(replace(BAD, unclear=1, oldest_unclear=9999.0))
    assert len(subjects) == 1
    assert subjects[0].endswith("(and 1 more)")
    assert len(stage.notices("webhook")) == 2


def test_a_mail_holds_the_link_and_the_runbook(stage):
    stage.look(BAD)
    text = stage.notices("mail")[0]["content"]["text"]
    assert "https://ops.example.nl/ops/failures" in text
    assert "https://ops.example.nl/ops/runbooks/payment-parked" in text
    data = stage.notices("webhook")[0]["content"]["data"]
    assert data["runbook"] == "https://ops.example.nl/ops/runbooks/payment-parked"
    assert data["severity"] == "critical"


def test_what_somebody_raised_lasts_until_it_is_resolved(stage):
    finding = Alert("finding-before-cutoff", "2 findings before the cut-off", Severity.CRITICAL, "2026-W47")
    stage.book.raise_alert(finding)
    stage.book.raise_alert(finding)
    assert len(stage.look(WELL)) == 1
    stage.pass_time(3600)
    assert stage.look(WELL) == []
    stage.book.resolve("finding-before-cutoff", "2026-W47")
    assert stage.look(WELL)[0].startswith("[Loonbrug main] resolved: 2 findings")


def test_two_watches_at_once_tell_it_once(stage, database):
    other = Stage(database)
    assert len(stage.look(BAD)) + len(other.look(BAD)) == 1


def test_other_environments_are_not_ours(stage, database):
    AlertRepository(database, "other").raise_alert(Alert("no-worker", "x"))
    assert stage.look(WELL) == []


def test_an_unknown_alert_is_refused():
    with pytest.raises(ValueError, match="no such alert"):
        Alert("nonsense", "x")


def test_the_facts_of_an_empty_store(database):
    facts = WatchingStore(database, "main").facts(["hours"])
    assert facts.flows == [FlowFacts("hours", False, False, None, 0)]
    assert (facts.unclear, facts.parked_pay, facts.workers, facts.paused_for) == (0, 0, 0, None)


def test_a_rest_that_is_prolonged_is_one_rest(database):
    store = WatchingStore(database, "main")
    with database.connection() as connection:
        connection.execute("insert into environment (environment) values ('main')")
        connection.execute("update environment set paused_until = now() + interval '1 minute'")
        connection.execute("update environment set paused_since = now() - interval '20 minutes'")
        connection.execute("update environment set paused_until = now() + interval '1 minute'")
        assert store.facts([]).paused_for == pytest.approx(1200, abs=5)
        assert not store.facts([]).paused_by_person
        connection.execute("update environment set paused_until = null")
        assert store.facts([]).paused_for is None
        connection.execute("update environment set paused_until = 'infinity'")
        assert store.facts([]).paused_for == pytest.approx(0, abs=5)
        assert store.facts([]).paused_by_person


def test_a_mode_that_pauses_rests_from_the_day_on_which_it_was_set(database):
    store, desk = WatchingStore(database, "main"), OutboxOperations(database, "main")
    desk.set_mode(Mode.PAUSED)
    with database.connection() as connection:
        connection.execute("update environment set paused_since = now() - interval '20 minutes'")
    desk.set_mode(Mode.PAUSED)
    assert store.facts([]).paused_for == pytest.approx(1200, abs=5)
    assert store.facts([]).paused_by_person
    desk.set_mode(Mode.LIVE)
    assert store.facts([]).paused_for is None


def test_the_facts_count_what_pay_depends_on(database):
    with database.connection() as connection:
        connection.execute(
            "insert into outbox (environment, kind, subject, state, payload, mark, created_at, sent_at)"
            " values"
            " ('main', 'approve', 'claim:1', 'parked', '{}', 'a', now(), now()),"
            " ('main', 'ask-question', 'contact:1', 'parked', '{}', 'b', now(), now()),"
            " ('main', 'approve', 'claim:2', 'unclear', '{}', 'c', now() - interval '2 hours',"
            "  now() - interval '1 hour'),"
            " ('other', 'approve', 'claim:1', 'parked', '{}', 'd', now(), now())"
        )
    facts = WatchingStore(database, "main").facts([])
    assert (facts.parked_pay, facts.unclear) == (1, 1)
    assert facts.oldest_unclear == pytest.approx(3600, abs=5)
