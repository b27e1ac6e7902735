"""How an environment stands, as the store counts it."""

from __future__ import annotations

import pytest

from connectors.store.outbox.operations import OutboxOperations
from connectors.store.watch.facts import WatchingStore
from domain.outbox.delivery import Mode
from domain.watch.facts import FlowFacts


def test_the_facts_of_an_empty_store(database):
    facts = WatchingStore(database, "main").facts(["hours"])
    assert facts.flows == [FlowFacts("hours", False, False, None, 0)]
    assert (facts.stuck, facts.workers, facts.paused_for) == ([], 0, None)


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


def test_the_facts_count_what_is_stuck_by_kind(database):
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
    assert [(each.kind, each.state, each.updates) for each in facts.stuck] == [
        ("approve", "parked", 1),
        ("approve", "unclear", 1),
        ("ask-question", "parked", 1),
    ]
    assert facts.stuck[1].oldest == pytest.approx(3600, abs=5)
