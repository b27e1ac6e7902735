"""What becomes of a password or a one-time code that somebody typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.store.access.failed_sign_ins import ConsoleFailures, Counted, SignInAttempt
from connectors.store.access.people import ConsolePeople, Credentials
from connectors.store.access.sessions import ConsoleSessions, Session
from domain.access.person import Person
from web.ops.access import codes
from web.ops.access.passwords import hash_password, is_outdated, is_right
from web.ops.access.visitor import Visitor
from web.ops.console import Console


@dataclass(frozen=True, slots=True)
class Denied:
    """It was wrong, or not looked at. ``locked_until`` (aware UTC): nothing is looked at before then.

    ``left``: how many more tries there are.
    """

    locked_until: datetime | None
    left: int


def check_password(console: Console, visitor: Visitor, name: str, password: str) -> Credentials | Denied:
    """Whom the name and password belong to; as slow for a name that nobody bears."""
    tried = _count(console, visitor, "password", name)
    if tried.refused:
        return tried.denied
    people = console.of(ConsolePeople)
    known = people.credentials(name)
    if not is_right(password, known.password if known else None) or known is None or known.password is None:
        people.failed(name, known.person if known else None, "password", locked=tried.locks)
        return tried.denied
    tried.forget(console)
    if is_outdated(known.password):
        people.renew_hash(known.person, hash_password(password))
    return known


def check_current(console: Console, visitor: Visitor, person: Person, password: str) -> Denied | None:
    """The password of now, of somebody who is signed in; None when it is right. Guesses are counted."""
    tried = _count(console, visitor, "current", person.name)
    if tried.refused:
        return tried.denied
    people = console.of(ConsolePeople)
    known = people.credentials(person.name)
    if not is_right(password, known.password if known else None):
        people.failed(person.name, person, "current password", locked=tried.locks)
        return tried.denied
    tried.forget(console)
    return None


def begin_session(console: Console, known: Credentials) -> str:
    """A session that waits for the code; somebody without a secret gets a new one to enrol."""
    secret = None if known.code_secret else codes.new_secret()
    door = console.door
    sessions = console.of(ConsoleSessions)
    return sessions.begin(known.person.id, idle=door.idle, longest=door.longest, new_secret=secret)


def check_code(console: Console, visitor: Visitor, session: Session, code: str) -> Denied | None:
    """Use a one-time code up; None when it was right. At the first sign-in it enrols the new secret."""
    person, people = session.person, console.of(ConsolePeople)
    tried = _count(console, visitor, "code", person.name)
    if tried.refused:
        return tried.denied
    known = people.credentials(person.name)
    secret = (known.code_secret if known else None) or session.new_secret
    step = codes.step_of(code, secret) if secret else None
    if known is None or secret is None or step is None or not people.use_code(person, step):
        people.failed(person.name, person, "code", locked=tried.locks)
        return tried.denied
    if known.code_secret is None:
        people.enrol(person, secret, step)
    tried.forget(console)
    return None


@dataclass(frozen=True, slots=True)
class _Tried:
    """A try by every count that judges it; the first is of the visitor alone."""

    counts: list[Counted]
    attempts: list[SignInAttempt]

    @property
    def refused(self) -> bool:
        """Whether it is not even looked at."""
        return any(attempt.refused for attempt in self.attempts)

    @property
    def locks(self) -> bool:
        """Whether it locks, unless it is right."""
        return any(attempt.locked_until for attempt in self.attempts)

    @property
    def denied(self) -> Denied:
        """What is said of it when it was wrong."""
        ends = [attempt.locked_until for attempt in self.attempts if attempt.locked_until]
        left = [each.most - tried.failures for each, tried in zip(self.counts, self.attempts, strict=False)]
        return Denied(max(ends, default=None), max(0, min(left)))

    def forget(self, console: Console) -> None:
        """It was right: the visitor's own count begins anew. That of everybody does not."""
        console.of(ConsoleFailures).forget(self.counts[0])


def _count(console: Console, visitor: Visitor, step: str, name: str) -> _Tried:
    """Count the try, until a count refuses it."""
    counts, attempts = visitor.counts(console, step, name), list[SignInAttempt]()
    for each in counts:
        attempts.append(console.of(ConsoleFailures).attempt(each, pause=console.door.lock_for))
        if attempts[-1].refused:
            break
    return _Tried(counts, attempts)
