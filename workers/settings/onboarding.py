"""Settings of onboarding: by which words this environment's tasks and statuses are recognised."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.declarations.onboarding_words import TaskWords
from workers.settings.subject import Listed, Subject

_WORDS = TaskWords()
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Words = Annotated[tuple[Word, ...], Listed]


class OnboardingSettings(Subject):
    """What this environment calls the steps of hiring."""

    heading: ClassVar[str] = "Onboarding"

    onboarding_awaiting_data: Words = Field(
        _WORDS.awaiting_data, description="Parts of names of tasks in which a worker's data are waited for"
    )
    onboarding_sign: Words = Field(
        _WORDS.sign, description="Of tasks in which a contract waits for the worker's signature"
    )
    onboarding_checked: Words = Field(
        _WORDS.checked, description="Of other tasks: data are complete, or the worker is hired already"
    )
    onboarding_stopped: Words = Field(
        _WORDS.stopped, description="Of workflow statuses of those who are not hired"
    )
    onboarding_going_on: Words = Field(
        _WORDS.going_on, description="Of workflow statuses that say no more than the task does"
    )

    @property
    def task_words(self) -> TaskWords:
        """All of them."""
        return TaskWords(
            awaiting_data=self.onboarding_awaiting_data,
            sign=self.onboarding_sign,
            checked=self.onboarding_checked,
            stopped=self.onboarding_stopped,
            going_on=self.onboarding_going_on,
        )
