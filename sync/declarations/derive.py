"""Works off what became stale: declarations out of claims and lines, onboarding states out of people.

For the composition root::

    deriver = Deriver(Derivations(database, "main"), words=TaskWords())   # connectors.store.derivations
    done = deriver.derive(today)          # one batch; the number of keys worked off, 0 when nothing is stale

Any number of workers may derive at the same time: a stale key is taken by one of them, and comes back if its
transaction fails.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from domain.declarations.declaration import Declaration, declare, declare_open, is_submitted
from domain.declarations.onboarding import onboard
from domain.declarations.onboarding_words import TaskWords
from domain.declarations.standing import (
    ClaimGround,
    HistoryLine,
    OpenGround,
    PersonGround,
    fallen,
    history,
    standing,
)
from sync.declarations.ports import DeriveWork, OpenDeriveWork

_log = logging.getLogger(__name__)


class Deriver:
    """Derives for one environment."""

    def __init__(self, open_work: OpenDeriveWork, *, words: TaskWords | None = None, most: int = 500) -> None:
        """``words``: how this environment's onboarding tasks are recognised; ``most``: keys a transaction."""
        self._open_work = open_work
        self._words = words or TaskWords()
        self._most = most

    def derive(self, today: date) -> int:
        """Work off one batch. A key that cannot be derived is put off, and holds up no other."""
        try:
            return self._batch(today, self._most)
        except Exception as error:  # noqa: BLE001 - whatever one key does wrong, the others must be derived
            _log.error("a batch cannot be derived (%s): its keys are tried one by one", type(error).__name__)
            return self._one_by_one(today)

    def derive_all(self, today: date) -> int:
        """Work off everything that is stale now."""
        total = 0
        while done := self.derive(today):
            total += done
        return total

    def _batch(self, today: date, most: int) -> int:
        with self._open_work() as work:
            declarations, people = work.take(most)
            self._derive(work, declarations, people, today)
        return len(declarations) + len(people)

    def _one_by_one(self, today: date) -> int:
        total = 0
        while total < self._most and (done := self._alone(today)):
            total += done
        return total

    def _alone(self, today: date) -> int:
        declarations: list[str] = []
        people: list[str] = []
        try:
            with self._open_work() as work:
                declarations, people = work.take(1)
                self._derive(work, declarations, people, today)
        except Exception as error:  # noqa: BLE001 - put off with its name; the traceback may show personal data
            keys = [*declarations, *people]
            _log.error("%s cannot be derived (%s) and is put off", keys, type(error).__name__)
            with self._open_work() as work:
                work.put_off(declarations, people)
        return len(declarations) + len(people)

    def _derive(
        self, work: DeriveWork, declarations: Sequence[str], people: Sequence[str], today: date
    ) -> None:
        _declare_claims(work, work.claims([each for each in declarations if is_submitted(each)]))
        _declare_open(work, work.open_groups([each for each in declarations if not is_submitted(each)]))
        self._onboard(work, work.people(people), today)

    def _onboard(self, work: DeriveWork, grounds: Sequence[PersonGround], today: date) -> None:
        known = [each for each in grounds if _is_known(each)]
        states = [
            onboard(
                each.person,
                each.employee,
                each.items,
                placements=each.placements,
                first_booking=each.first_booking,
                today=today,
                words=self._words,
            )
            for each in known
        ]
        work.onboard(states, [each.person for each in grounds if not _is_known(each)])


def _is_known(ground: PersonGround) -> bool:
    return bool(ground.employee or ground.items)


def _declare_claims(work: DeriveWork, grounds: Sequence[ClaimGround]) -> None:
    news: list[Declaration] = []
    events: list[HistoryLine] = []
    for ground in grounds:
        shown = _shown(ground)
        _void_what_fell(work, ground, shown)
        stands = standing(shown, ground.decided)
        if stands != ground.known:
            news.append(stands)
            events += history(ground.known, stands)
    work.declare(news, events)


def _shown(ground: ClaimGround) -> Declaration:
    return declare(ground.claim, ground.lines, ground.placement, ground.contact, withdrawn=ground.withdrawn)


def _void_what_fell(work: DeriveWork, ground: ClaimGround, shown: Declaration) -> None:
    reason = fallen(shown, ground.known, ground.decided)
    if reason:
        work.void(shown.number, None if ground.withdrawn else shown.version, reason)


def _declare_open(work: DeriveWork, grounds: Sequence[OpenGround]) -> None:
    declared = [
        (each, declare_open(each.number, each.lines, each.placement)) for each in grounds if each.lines
    ]
    work.declare([new for ground, new in declared if new != ground.known], [])
    work.undeclare([each.number for each in grounds if not each.lines and each.known])
