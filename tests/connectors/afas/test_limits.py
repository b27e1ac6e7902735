"""How many calls may be in flight."""

from __future__ import annotations

import threading
from contextlib import nullcontext

import httpx
import pytest

from connectors.afas import AfasClient, AfasOptions, LocalSlots, Slots
from domain.afas_call import Call
from domain.errors import AfasError, OutcomeUnknown, TryLater
from tests.connectors.afas.conftest import ADDRESS, CLASSIC, rows


class Ticking:
    """A clock that is read, and goes on only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _client(slots: Slots) -> AfasClient:
    return AfasClient(AfasOptions(ADDRESS, CLASSIC, retry_for=0), slots=slots)


def _free(slots: LocalSlots) -> bool:
    try:
        with slots.hold(write=False):
            return True
    except TryLater:
        return False


def test_no_more_than_the_limit_at_once():
    slots = LocalSlots(2, patience=0)
    with slots.hold(write=False), slots.hold(write=True):
        assert not _free(slots)
    assert _free(slots)


def test_a_call_waits_for_its_turn():
    slots = LocalSlots(1, patience=30)
    done = threading.Event()

    def second() -> None:
        with slots.hold(write=False):
            done.set()

    with slots.hold(write=False):
        thread = threading.Thread(target=second)
        thread.start()
        assert not done.wait(0.05)
    assert done.wait(60)
    thread.join()


def test_an_abandoned_call_keeps_its_slot_until_afas_gives_up():
    clock = Ticking()
    slots = LocalSlots(1, patience=0, occupied=900, clock=clock)
    with slots.hold(write=True) as slot:
        slot.abandon()
    clock.now = 899
    assert not _free(slots)
    clock.now = 901
    assert _free(slots)


@pytest.mark.parametrize(
    ("outcome", "free"),
    [
        (httpx.ReadTimeout("we hung up"), False),
        (httpx.ReadError("cut"), False),
        (httpx.Response(504), False),
        (httpx.ConnectError("never sent"), True),
        (httpx.Response(500, json={"externalMessage": "nee"}), True),
        (httpx.Response(201), True),
    ],
)
def test_a_write_keeps_its_slot_while_afas_may_be_busy(outcome, free, afas):
    afas.put("/connectors/PtDeclaration").mock(side_effect=[outcome])
    slots = LocalSlots(1, patience=0)
    with _client(slots) as client:
        try:
            client.send(Call("PUT", "PtDeclaration", {}))
        except AfasError:
            assert True
    assert _free(slots) is free


@pytest.mark.parametrize(("outcome", "free"), [(httpx.ReadTimeout("x"), False), (httpx.ReadError("x"), True)])
def test_a_read_keeps_its_slot_only_when_we_hung_up(outcome, free, afas):
    afas.get("/connectors/X").mock(side_effect=[outcome])
    slots = LocalSlots(1, patience=0)
    with _client(slots) as client, pytest.raises(TryLater):
        client.newest("X", ("Id",))
    assert _free(slots) is free


def test_without_a_slot_nothing_is_sent(afas):
    afas.put("/connectors/PtDeclaration").respond(201)
    slots = LocalSlots(1, patience=0)
    with _client(slots) as client, slots.hold(write=False), pytest.raises(TryLater):
        client.send(Call("PUT", "PtDeclaration", {}))
    assert not afas.calls


def test_the_first_byte_is_announced_before_it_goes_out(afas):
    told: list[str] = []

    class Slot:
        def sent(self) -> None:
            told.append("sent")

        def abandon(self) -> None:
            told.append("abandoned")

    class Telling:
        def hold(self, *, write: bool):
            told.append(f"hold {write}")
            return nullcontext(Slot())

    def answer(_request: httpx.Request) -> httpx.Response:
        told.append("request")
        raise httpx.ReadTimeout("late")

    afas.put("/connectors/PtDeclaration").mock(side_effect=answer)
    with _client(Telling()) as client, pytest.raises(OutcomeUnknown):
        client.send(Call("PUT", "PtDeclaration", {}))
    assert told == ["hold True", "sent", "request", "abandoned"]


def test_a_read_gives_its_slot_back_between_two_attempts(afas):
    afas.get("/connectors/X").mock(side_effect=[httpx.Response(502), rows()])
    slots = LocalSlots(1, patience=0)
    free_while_waiting: list[bool] = []
    options = AfasOptions(ADDRESS, CLASSIC)
    with AfasClient(options, slots=slots, sleep=lambda _s: free_while_waiting.append(_free(slots))) as client:
        assert client.newest("X", ("Id",)) is None
    assert free_while_waiting == [True]
