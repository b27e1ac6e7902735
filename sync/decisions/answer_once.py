"""Carry a request out once: decide, remember the answer, commit, and only then tell and wake (G1, G9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.decisions.decision import Caller, GivenAnswer
from domain.errors import Refused
from sync.decisions.decide import DecisionTaken
from sync.decisions.ports import OpenWork, UnitOfWork
from sync.ports import Wake

Outcome = DecisionTaken | Refused


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request of a caller. ``key`` is its Idempotency-Key, ``fingerprint`` a hash of everything it asks.

    ``patient``: wait while the same key is being answered, instead of raising StillAnswering.
    """

    caller: Caller
    key: str | None
    fingerprint: bytes
    patient: bool = False


def answer_once(
    open_work: OpenWork,
    wake: Wake,
    asked: IdempotentRequest,
    decide: Callable[[UnitOfWork], DecisionTaken],
    answer: Callable[[Outcome], GivenAnswer],
) -> GivenAnswer:
    """Decide and remember the answer in one transaction; wake the workers after its commit.

    A refusal changed nothing and is an answer as well: the same request with the same key is refused again.
    Raises SameKeyOtherRequest and StillAnswering.
    """
    with open_work(asked.caller.environment, asked.caller.origin) as work:
        if given := _given(work, asked):
            return given
        outcome = _attempt(work, decide)
        given = answer(outcome)
        if asked.key:
            work.keep_answer(asked.caller.api_key, asked.key, asked.fingerprint, given)
    if not isinstance(outcome, Refused):
        for update in outcome.updates:
            wake.deliver(update)
    return given


def reserve(open_work: OpenWork, asked: IdempotentRequest) -> None:
    """Bind an Idempotency-Key to a request whose parts are carried out one by one.

    Raises SameKeyOtherRequest when it is bound to another request.
    """
    if asked.key is None:
        return
    with open_work(asked.caller.environment, asked.caller.origin) as work:
        if _given(work, asked) is None:
            work.keep_answer(asked.caller.api_key, asked.key, asked.fingerprint, GivenAnswer(0, {}))


def _given(work: UnitOfWork, asked: IdempotentRequest) -> GivenAnswer | None:
    if asked.key is None:
        return None
    return work.answer_given(asked.caller.api_key, asked.key, asked.fingerprint, patient=asked.patient)


def _attempt(work: UnitOfWork, decide: Callable[[UnitOfWork], DecisionTaken]) -> Outcome:
    try:
        with work.attempt():
            return decide(work)
    except Refused as refusal:
        return refusal
