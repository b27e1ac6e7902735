"""Reads are asked again for seconds; longer waits belong to the flows. Writes never come here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import tenacity

from domain.errors import OtherEnvironment, TryLater, UnreadableAnswer

T = TypeVar("T")

_GROWING = tenacity.wait_exponential_jitter(multiplier=0.25, max=8.0, jitter=0.25)


class RetryBudget:
    """Ask again, with growing and random pauses, for at most ``seconds`` in all.

    A wait that AFAS names (``retry_after``) is kept; one longer than our patience ends it at once.
    """

    def __init__(self, seconds: float, sleep: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._sleep = sleep

    def ask(self, read: Callable[[], T]) -> T:
        """What ``read`` returns in the end. Raises the error of the last attempt."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(_is_worth_asking_again),
            wait=_pause,
            stop=self._is_over,
            sleep=self._sleep,
            reraise=True,
        )(read)

    def _is_over(self, state: tenacity.RetryCallState) -> bool:
        spent = max(state.seconds_since_start or 0.0, state.idle_for)
        return spent + state.upcoming_sleep > self._seconds


def _is_worth_asking_again(error: BaseException) -> bool:
    return isinstance(error, TryLater | UnreadableAnswer) and not isinstance(error, OtherEnvironment)


def _pause(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    named = error.after if isinstance(error, TryLater) else None
    return max(named or 0.0, _GROWING(state))
