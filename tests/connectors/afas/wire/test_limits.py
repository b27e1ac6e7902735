"""How many calls may be in flight: each exchange is made within a slot, and what we hang up on is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from connectors.afas import AfasClient, AfasOptions
from domain.errors import AccessDenied, AfasError, NoRoom, OutcomeUnknown, TryLater
from domain.outbox.afas_call import Call, Use
from tests.connectors.afas.conftest import ADDRESS, CLASSIC, OAUTH, rows
from tests.connectors.afas.counted import Busy, Counted, CountedSlot

WRITE = Call("PUT", "PtDeclaration", {}, update=7)


def _client(slots: Counted) -> AfasClient:
    return AfasClient(AfasOptions(ADDRESS, CLASSIC, retry_for=0), slots=slots)


@pytest.mark.parametrize(
    ("outcome", "unanswered"),
    [
        (httpx.ReadTimeout("we hung up"), 1),
        (httpx.ReadError("cut"), 1),
        (httpx.Response(504), 1),
        (httpx.ConnectError("never sent"), 0),
        (httpx.Response(500, json={"externalMessage": "nee"}), 0),
        (httpx.Response(201), 0),
    ],
)
def test_a_write_is_unanswered_while_afas_may_be_busy(outcome, unanswered, afas):
    afas.put("/connectors/PtDeclaration").mock(side_effect=[outcome])
    slots = Counted(1)
    with _client(slots) as client:
        try:
            client.send(WRITE)
        except AfasError:
            assert True
    assert slots.unanswered == unanswered
    assert slots.free


@pytest.mark.parametrize(("outcome", "unanswered"), [(httpx.ReadTimeout("x"), 1), (httpx.ReadError("x"), 0)])
def test_a_read_is_unanswered_only_when_we_hung_up(outcome, unanswered, afas):
    afas.get("/connectors/X").mock(side_effect=[outcome])
    slots = Counted(1)
    with _client(slots) as client, pytest.raises(TryLater):
        client.newest("X", ("Id",))
    assert slots.unanswered == unanswered


def test_without_a_slot_nothing_is_sent(afas):
    afas.put("/connectors/PtDeclaration").respond(201)
    slots = Counted(1)
    with _client(slots) as client, slots.hold(Use.PULL), pytest.raises(NoRoom):
        client.send(WRITE)
    assert not afas.calls


def test_a_call_says_what_it_is_for(afas):
    afas.put("/connectors/PtDeclaration").respond(201)
    afas.get("/connectors/X").mock(side_effect=lambda _request: rows())
    slots = Counted()
    with _client(slots) as client:
        client.newest("X", ("Id",))
        client.looking().newest("X", ("Id",))
        client.send(WRITE)
        client.version()
    assert slots.held == [(Use.PULL, None), (Use.LOOK, None), (Use.WRITE, 7), (Use.LOOK, None)]


def test_a_read_gives_its_slot_back_between_two_attempts(afas):
    afas.get("/connectors/X").mock(side_effect=[httpx.Response(502), rows()])
    slots = Counted(1)
    free_while_waiting: list[bool] = []
    options = AfasOptions(ADDRESS, CLASSIC)
    with AfasClient(options, slots=slots, sleep=lambda _s: free_while_waiting.append(slots.free)) as client:
        assert client.newest("X", ("Id",)) is None
    assert free_while_waiting == [True]


class Recovering:
    """An AFAS that comes back from an outage: the first calls hang, then all tokens are dead, then it works.

    Every exchange takes a moment, so that all that run together are seen together.
    """

    def __init__(self, *, hanging: int) -> None:
        self._lock = threading.Lock()
        self._hanging = hanging
        self._tokens = 0
        self._dead = True

    def __call__(self, path: str) -> httpx.Response:
        time.sleep(0.02)
        with self._lock:
            if self._hanging:
                self._hanging -= 1
                raise httpx.ReadTimeout("the outage")
            if path == "token":
                self._tokens += 1
                self._dead = self._tokens < 3
                return httpx.Response(200, json={"access_token": f"t{self._tokens}", "expires_in": 3600})
            if self._dead:
                return httpx.Response(401)
        return httpx.Response(200, json={"rows": [], "version": "8"})


@pytest.mark.parametrize("hanging", [0, 1, 3])
def test_every_exchange_is_one_of_the_calls_in_flight_also_when_afas_comes_back(hanging):
    """Token, question after a 401, repeat, file, metainfo: AFAS never has more in hand than we count."""
    wire, slots = Busy(Recovering(hanging=hanging)), Counted(4, patience=30)
    options = AfasOptions(ADDRESS, OAUTH, retry_for=0)
    with AfasClient(options, slots=slots, wire=wire) as client:
        asks = [
            lambda: client.newest("X", ("Id",)),
            client.version,
            lambda: client.columns("X"),
            lambda: client.file(1, "x"),
            lambda: client.send(WRITE),
        ]

        def work(number: int) -> None:
            for turn in range(4):
                try:
                    asks[(number + turn) % len(asks)]()
                except AfasError:
                    continue

        threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {"token", "ProfitVersion", "X", "PtDeclaration"} <= set(wire.paths)
    assert wire.in_hand == hanging == slots.unanswered
    assert wire.most <= 4 + slots.unanswered


def test_a_token_call_that_hangs_is_unanswered_and_asked_once_for_all_who_wait():
    """Eight threads that wait for one token: AFAS hangs on one call, not on eight, one after the other."""
    gate = threading.Event()

    def hang(path: str) -> httpx.Response:
        assert path == "token"
        assert gate.wait(30)
        raise httpx.ReadTimeout("hangs")

    wire, slots = Busy(hang), Counted(8)
    failed: list[AfasError] = []
    with AfasClient(AfasOptions(ADDRESS, OAUTH, retry_for=0), slots=slots, wire=wire) as client:

        def ask() -> None:
            with pytest.raises(TryLater) as told:
                client.newest("X", ("Id",))
            failed.append(told.value)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        while slots.free:
            time.sleep(0.001)
        time.sleep(0.1)  # all but one are on their way to the lock; one that comes late asks by itself
        gate.set()
        for thread in threads:
            thread.join()
    assert len(failed) == 8
    assert wire.in_hand == slots.unanswered < 8


def test_a_single_401_with_a_live_token_is_asked_again_at_once(afas):
    write = afas.put("/connectors/PtDeclaration").mock(side_effect=[httpx.Response(401), httpx.Response(201)])
    with _client(Counted()) as client:
        assert client.send(WRITE).status == 201
    assert write.call_count == 2


def test_a_write_is_not_repeated_long_after_it_counts_as_sent():
    now = [0.0]

    def slow(path: str) -> httpx.Response:
        now[0] += 30
        return httpx.Response(401) if path == "PtDeclaration" else httpx.Response(200, json={"version": "8"})

    wire = Busy(slow)
    options = AfasOptions(ADDRESS, CLASSIC, retry_for=0)
    with AfasClient(options, wire=wire, clock=lambda: now[0]) as client, pytest.raises(TryLater):
        client.send(WRITE)
    assert wire.paths == ["PtDeclaration", "ProfitVersion"]


def test_a_write_that_waited_long_for_its_slot_is_not_sent():
    now = [0.0]

    class Stalled(Counted):
        @contextmanager
        def hold(self, use: Use, update: int | None = None) -> Iterator[CountedSlot]:
            with super().hold(use, update) as slot:
                now[0] += 1000  # this process was frozen, or its database did not answer
                yield slot

    wire = Busy(lambda path: httpx.Response(201, json={}))
    options = AfasOptions(ADDRESS, CLASSIC, retry_for=0)
    with (
        AfasClient(options, wire=wire, slots=Stalled(), clock=lambda: now[0]) as client,
        pytest.raises(TryLater),
    ):
        client.send(WRITE)
    assert wire.paths == []


def test_a_dead_token_is_told_after_one_question(afas):
    afas.put("/connectors/PtDeclaration").respond(401)
    afas["version"].respond(401)
    with _client(Counted()) as client, pytest.raises(AccessDenied):
        client.send(WRITE)


def test_a_write_that_is_cut_is_unknown(afas):
    afas.put("/connectors/PtDeclaration").mock(side_effect=httpx.ReadTimeout("late"))
    with _client(Counted()) as client, pytest.raises(OutcomeUnknown):
        client.send(WRITE)
