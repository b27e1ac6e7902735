"""The week board on a real week: sums that must agree, and what is named when they do not."""

from __future__ import annotations

import pytest

from connectors.store.cutoff.weeks import Weeks
from domain.cutoff.reason import Reason
from domain.watch.waiting import Budgets
from tests.stages.cutoff.week_world import WEEK, week_world


@pytest.fixture
def world(database_url, tmp_path):
    with week_world(database_url, tmp_path) as world:
        yield world


def board(world, **how):
    return Weeks(world.database, "main").board(WEEK, lateness=Budgets().lateness(near=False), **how)


def test_the_sums_of_a_week_agree_from_booked_to_offered(world):
    found = board(world)
    assert found.agrees
    assert found.total.booked > 0
    assert found.total.booked == found.total.submitted
    assert found.total.approved == 0


def reasons(found):
    return {each.reason: each.count for each in found.reasons}


def test_a_whole_week_from_open_to_paid(world):
    numbers = [row["number"] for row in world.offered()]
    for number in numbers[:6]:
        world.approve(number)
    world.deliver()
    world.people("approve-all-internally")
    world.people("process")
    world.people("pay")
    world.pull()
    found = board(world)
    assert found.agrees
    assert found.total.paid == found.total.processed == found.total.in_afas == found.total.approved > 0
    assert reasons(found) == {Reason.WAITS: len(numbers) - 6}


def test_every_way_to_be_stuck_is_named_with_who_can_solve_it(world):
    numbers = [row["number"] for row in world.offered()]
    states = ("parked", "unclear", "ready", "sending")
    for number, state in zip(numbers, states, strict=False):
        world.strand(world.approve(number), state, "why")
    found = board(world)
    assert found.agrees
    listed = {each.number: each for each in found.exceptions}
    wanted = (Reason.PARKED, Reason.UNCLEAR, Reason.ON_ITS_WAY, Reason.ON_ITS_WAY)
    assert [listed[number].reason for number in numbers[:4]] == list(wanted)
    assert [listed[number].solver.value for number in numbers[:2]] == ["ops", "loonbrug"]
    assert found.exceptions[0].reason is Reason.PARKED
    assert all(each.worker for each in found.exceptions)


def test_hours_without_a_declaration_are_named(world):
    world.rows("update hour_line set placement = null, claim = null where line ="
               " (select min(line) from hour_line where date >= '2026-11-16') returning 1")  # fmt: skip
    world.flows.derive("main")
    found = board(world)
    assert reasons(found)[Reason.NO_DECLARATION] == 1
    assert reasons(found)[Reason.NOT_ADDING_UP] == 1
    assert not found.agrees


def test_lines_that_afas_rounded_add_up(world):
    number = world.offered()[0]["number"]
    world.rows("update hour_line set quantity = 0.3333 where line in (select line from hour_line"
               " where claim = %s order by line limit 3) returning 1", number)  # fmt: skip
    world.rows("update claim set total_hours = (select sum(quantity) + 0.0001 from hour_line"
               " where claim = %s) where claim = %s returning 1", number, number)  # fmt: skip
    world.flows.derive("main")
    found = board(world)
    assert found.agrees
    assert Reason.NOT_ADDING_UP not in reasons(found)
    world.rows("update claim set total_hours = total_hours + 0.01 where claim = %s returning 1", number)
    world.flows.derive("main")
    assert reasons(board(world))[Reason.NOT_ADDING_UP] == 1
    assert not board(world).agrees


def test_booked_hours_wait_for_their_worker(world):
    [one] = world.rows("select placement from declaration where week = %s limit 1", WEEK)
    world.people("book", placement=one["placement"], day="2026-11-22")
    world.pull()
    found = board(world)
    assert found.agrees
    assert reasons(found)[Reason.NOT_SUBMITTED] == 1
    assert found.total.booked > found.total.submitted


def test_a_claim_that_was_not_derived_yet_makes_the_sums_differ(world):
    world.rows("delete from declaration where number = %s returning 1", world.offered()[0]["number"])
    assert not board(world).agrees


def test_one_client_and_all_clients_tell_the_same(world):
    whole, rough = board(world), board(world, deep=False)
    assert whole.total == rough.total
    clients = {row.client for row in whole.rows}
    assert sum(board(world, client=client).total.booked for client in clients) == whole.total.booked
    assert len(rough.rows) == len(clients)
