"""What a client tells us: a changed mobile number, a question. Written down and owed in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.decisions.decision import Caller, NewDecision
from domain.errors import Incomplete, NotFound
from domain.message import Message
from domain.outbox.update import ACTIVE, NewUpdate, UpdateKind
from domain.records.phone import mobile_number
from sync.decisions.decide import DecisionTaken, again, decided, new_mark, speaker
from sync.decisions.ports import UnitOfWork

TITLE_LENGTH = 100
TEXT_LENGTH = 4000
SAME_QUESTION = timedelta(minutes=10)
"""The same words of the same contact within this time are one question, clicked twice."""


@dataclass(frozen=True, slots=True)
class Question:
    """A contact asks something of the back office."""

    contact: int
    title: str
    text: str


def change_contact_mobile(work: UnitOfWork, caller: Caller, contact: int, mobile: str) -> DecisionTaken:
    """Change a contact's work mobile number. Raises NotFound, MayNotDecide and Incomplete."""
    known = speaker(work, caller, contact)
    payload: dict[str, object] = {"who": "contact", "contact": contact, "mobile": mobile_number(mobile)}
    payload |= {"organisation": known.organisation, "person": known.person}
    return _change(work, caller, f"contact:{contact}", contact, payload)


def change_worker_mobile(work: UnitOfWork, caller: Caller, employee: str, mobile: str) -> DecisionTaken:
    """Change a worker's private mobile number; not for a caller that speaks for one client."""
    known = None if caller.client else work.worker(employee)
    if known is None:
        raise NotFound(Message("no-such.worker"))
    payload: dict[str, object] = {"who": "worker", "employee": employee, "person": known.person}
    payload |= {"mobile": mobile_number(mobile)}
    return _change(work, caller, f"person:{known.person}", None, payload)


def ask(work: UnitOfWork, caller: Caller, question: Question) -> DecisionTaken:
    """Pass a question on. The same words again within minutes are the same question."""
    known = speaker(work, caller, question.contact)
    title, text = question.title.strip(), question.text.strip()
    for field, value, longest in (("title", title, TITLE_LENGTH), ("text", text, TEXT_LENGTH)):
        if not 0 < len(value) <= longest:
            raise Incomplete(field, Message("incomplete.length", {"most": longest}))
    payload: dict[str, object] = {
        "client": known.client,
        "contact": question.contact,
        "title": title,
        "text": text,
    }
    subject = f"question:{question.contact}"
    work.one_at_a_time(subject)
    past = work.last_decision(subject, within=SAME_QUESTION)
    if past and past.content == payload:
        return again(past)
    return _owe(work, caller, UpdateKind.ASK_QUESTION, subject, question.contact, payload)


def _change(
    work: UnitOfWork, caller: Caller, subject: str, contact: int | None, payload: dict[str, object]
) -> DecisionTaken:
    work.one_at_a_time(subject)
    past = work.last_decision(subject)
    if past and past.content == payload and past.state in ACTIVE:
        return again(past)
    return _owe(work, caller, UpdateKind.CHANGE_MOBILE, subject, contact, payload)


def _owe(  # noqa: PLR0917
    work: UnitOfWork,
    caller: Caller,
    kind: UpdateKind,
    subject: str,
    contact: int | None,
    payload: dict[str, object],
) -> DecisionTaken:
    past = work.record(NewDecision(kind, subject, None, contact, payload, caller.api_key))
    update = NewUpdate(work.environment, past.id, kind, subject, None, payload, new_mark())
    return decided(past, work.owe(update))
