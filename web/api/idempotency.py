"""Requests that change something: the same ``Idempotency-Key`` with the same request gets the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from domain.decisions.decision import Caller, GivenAnswer
from domain.errors import Refused
from sync.decisions.answer_once import IdempotentRequest, Outcome, answer_once
from sync.decisions.decide import DecisionTaken
from sync.decisions.ports import UnitOfWork
from web.problems import in_words, json_response, problem_of, words_of
from web.requests.auth import Decider
from web.services import Provided, WebServices
from words import Words

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Chosen by the caller, once per action. Repeat the request with it when no answer came.",
    ),
]


class DecisionAnswer(BaseModel):
    """A decision that was written down and committed; its effect in AFAS follows."""

    decision: int
    kind: str
    subject: str
    version: str | None
    contact: int | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A request that changes something: who asks, under which key and in which words, and what answers."""

    services: WebServices
    caller: Caller
    path: str
    key: str | None
    words: Words

    def answered(self) -> bool:
        """Whether this key of the caller's was answered before."""
        return self.key is not None and self.services.reads.answered(self.caller, self.key)

    def asked(self, content: object) -> IdempotentRequest:
        """What was asked: the path and everything in the body."""
        text = json.dumps([self.path, content], sort_keys=True)
        return IdempotentRequest(self.caller, self.key, hashlib.sha256(text.encode()).digest())

    def respond(self, content: object, decide: Callable[[UnitOfWork], DecisionTaken]) -> Response:
        """Carry it out, once, and answer after the commit."""
        given = self.carry_out(self.asked(content), decide)
        if given.status >= 400:
            return in_words(given.body, self.words)
        return json_response(given.status, given.body)

    def carry_out(
        self, asked: IdempotentRequest, decide: Callable[[UnitOfWork], DecisionTaken]
    ) -> GivenAnswer:
        """Carry a part of it out, in a transaction of its own."""
        return answer_once(self.services.open_work, self.services.wake, asked, decide, _to_answer)


def _change(request: Request, caller: Decider, services: Provided, key: Key = None) -> ChangeRequest:
    return ChangeRequest(services, caller, request.url.path, key, words_of(request))


Changing = Annotated[ChangeRequest, Depends(_change)]
"""The request, for a handler that changes something. 403 when the key does not open deciding."""


def _to_answer(outcome: Outcome) -> GivenAnswer:
    """A decision or a refusal as status and body."""
    if isinstance(outcome, Refused):
        body = problem_of(outcome)
        return GivenAnswer(int(body["status"]), body)
    taken = DecisionAnswer(
        decision=outcome.decision,
        kind=outcome.kind,
        subject=outcome.subject,
        version=outcome.version,
        contact=outcome.contact,
        decided_at=outcome.at,
    )
    return GivenAnswer(200, taken.model_dump(mode="json"))
