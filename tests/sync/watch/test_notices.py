"""Notices on a real store: written down with what they tell of, tried again, emptied in the end."""

from __future__ import annotations

from contextlib import closing

import pytest

from connectors.store.database import Database
from connectors.store.sealed.keyring import load_or_make
from connectors.store.watch.facts import WatchingStore
from connectors.store.watch.notices import Notices, owe_webhook
from domain.watch.notice import PAUSES, Channel, NeverTaken, NotTaken
from sync.watch.notices import NoticeSender


@pytest.fixture
def notices(database):
    return Notices(database, "main")


class Way:
    """Raises what it was told to, then takes everything."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.taken: list[str] = []

    def __call__(self, notice) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append(notice.mark)


def rows(database):
    with database.connection() as connection:
        return connection.execute("select * from notice order by id").fetchall()


def make_due(database):
    with database.connection() as connection:
        connection.execute("update notice set due_at = now()")


def test_a_notice_is_sent_once_and_its_content_is_forgotten(database, notices):
    notices.mail(["payroll@example.nl"], "Week 47", "Jan de Vries")
    way = Way()
    sender = NoticeSender(notices, {Channel.MAIL: way})
    assert sender.send_one()
    assert not sender.send_one()
    assert len(way.taken) == 1
    assert [(row["state"], row["content"]) for row in rows(database)] == [("sent", None)]


def test_what_is_not_taken_is_tried_again_later_with_the_same_mark(database, notices):
    notices.webhook("alert.raised", {"a": 1})
    way = Way(NotTaken("busy"))
    sender = NoticeSender(notices, {Channel.WEBHOOK: way})
    assert sender.send_one()
    assert not sender.send_one(), "it must rest first"
    mark = rows(database)[0]["mark"]
    make_due(database)
    assert sender.send_one()
    assert way.taken == [mark]


def test_what_is_never_taken_is_given_up_and_told(database, notices):
    notices.webhook("alert.raised", {"a": 1})
    told = []
    sender = NoticeSender(
        notices,
        {Channel.WEBHOOK: Way(NeverTaken("gone"))},
        lambda _, outcome, why: told.append((outcome, why)),
    )
    assert sender.send_one()
    assert told == [("failed", "gone")]
    assert rows(database)[0]["state"] == "failed"


def test_after_two_days_of_attempts_it_is_given_up(database, notices):
    notices.webhook("alert.raised", {})
    sender = NoticeSender(notices, {Channel.WEBHOOK: Way(*[NotTaken("busy")] * 99)})
    tries = 0
    while rows(database)[0]["state"] == "ready":
        make_due(database)
        assert sender.send_one()
        tries += 1
    assert tries == len(PAUSES) + 1
    assert sum(PAUSES) > 24 * 3600


def test_a_notice_of_a_transaction_that_fails_is_not_owed(database):
    def fail() -> None:
        with database.transaction() as connection:
            owe_webhook(connection, "main", "alert.raised", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows(database) == []


def test_what_has_no_way_out_here_waits(database, notices):
    notices.mail(["ops@example.nl"], "x", "y")
    assert not NoticeSender(notices, {}).send_one()
    assert not NoticeSender(notices, {Channel.WEBHOOK: Way()}).send_one()
    assert rows(database)[0]["state"] == "ready"


def test_a_notice_in_the_hands_of_one_is_not_given_to_another(database, notices):
    notices.webhook("alert.raised", {})
    held = notices.take(["webhook"], 60)
    assert notices.take(["webhook"], 60) is None
    with database.connection() as connection:
        connection.execute("update notice set leased_until = now()")
    again = notices.take(["webhook"], 60)
    notices.sent(held)
    assert rows(database)[0]["state"] == "ready", "who lost its lease settles nothing"
    notices.sent(again)
    assert rows(database)[0]["state"] == "sent"


def test_what_never_had_a_way_out_is_forgotten_after_days(database, notices):
    notices.mail(["payroll@example.nl"], "Week 46", "Jan de Vries")
    notices.mail(["payroll@example.nl"], "Week 47", "Jan de Vries")
    with database.connection() as connection:
        connection.execute("update notice set created_at = now() - interval '4 days' where id = 1")
    WatchingStore(database, "main").tidy()
    assert [row["id"] for row in rows(database)] == [2]


def test_a_fault_that_nobody_foresaw_is_stated_and_tried_again_later(database, notices):
    notices.mail(["payroll@example.nl"], "Week 47", "Jan de Vries")
    notices.mail(["ops@example.nl"], "Achter", "x")
    way, told, faults = Way(KeyError("Jan de Vries")), [], []
    sender = NoticeSender(
        notices,
        {Channel.MAIL: way},
        lambda _, outcome, why: told.append((outcome, why)),
        lambda notice, error: faults.append((notice.id, error)),
    )
    assert sender.send_one()
    assert told == [("later", "it could not be made: KeyError")]
    assert [type(error) for _, error in faults] == [KeyError]
    assert rows(database)[0]["state"] == "ready"
    assert sender.send_one(), "the others go on"
    assert not sender.send_one(), "it rests"
    assert len(way.taken) == 1


def test_what_is_tried_in_vain_alerts_long_before_it_is_given_up(database, notices):
    notices.mail(["payroll@example.nl"], "Week 47", "Jan de Vries")
    sender = NoticeSender(notices, {Channel.MAIL: Way(*[ValueError()] * 4)})
    watching = WatchingStore(database, "main")
    for _ in range(3):
        make_due(database)
        assert sender.send_one()
    assert watching.facts(()).failed_notices == {}
    make_due(database)
    assert sender.send_one()
    assert watching.facts(()).failed_notices == {"mail": 1}
    assert sum(PAUSES[:3]) < 600
    make_due(database)
    assert sender.send_one()
    assert watching.facts(()).failed_notices == {}


def test_a_notice_whose_content_does_not_open_is_given_up_and_the_others_go_on(database_url, tmp_path):
    with closing(Database(database_url, keys=load_or_make(tmp_path / "keys.json"))) as database:
        refuse_one(database, Notices(database, "main"))


def refuse_one(database, notices):
    notices.mail(["payroll@example.nl"], "Week 47", "Jan de Vries")
    notices.mail(["ops@example.nl"], "Achter", "x")
    with database.connection() as connection:
        connection.execute("update notice set mark = 'msg_0' where id = 1")
    way = Way()
    sender = NoticeSender(notices, {Channel.MAIL: way})
    while sender.send_one():
        pass
    assert [row["state"] for row in rows(database)] == ["failed", "sent"]
    assert "cannot be read" in rows(database)[0]["reason"]


def test_who_has_it_gets_it_no_second_time_when_the_others_are_tried_again(database, notices):
    notices.mail(["a@example.nl", "b@example.nl"], "Week 47", "x")
    way = Way(NotTaken("1 of 2", left=("b@example.nl",)))
    got = []

    def send(notice):
        way(notice)
        got.append(notice.content["to"])

    sender = NoticeSender(notices, {Channel.MAIL: send})
    assert sender.send_one()
    make_due(database)
    assert sender.send_one()
    assert got == [["b@example.nl"]]
