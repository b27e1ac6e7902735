"""The watch: what is wrong is told once, again after hours, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.store.database import Database
from connectors.store.watch.alerts import AlertRepository
from domain.message import verbatim
from domain.watch.alert import Alert, Severity
from domain.watch.facts import Facts, Stuck
from sync.watch.watch import Audience, Watch
from tests.stages.watch.facts import LIMITS, TODAY, WELL


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


BAD = replace(WELL, stuck=[Stuck("approve", "parked", 3, 1.0)])


def test_an_alert_is_told_once_and_again_after_hours(stage):
    assert len(stage.look(BAD)) == 1
    assert stage.look(BAD) == []
    assert stage.look(replace(WELL, stuck=[Stuck("approve", "parked", 4, 1.0)])) == [], (
        "more of the same is the same"
    )
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
    subjects = stage.look(replace(WELL, stuck=[*BAD.stuck, Stuck("reject", "unclear", 1, 9999.0)]))
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
    finding = Alert(
        "finding-before-cutoff", verbatim("2 findings before the cut-off"), Severity.CRITICAL, "2026-W47"
    )
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
    AlertRepository(database, "other").raise_alert(Alert("no-worker", verbatim("x")))
    assert stage.look(WELL) == []
