"""What becomes of a password or a one-time code that somebody typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.store.console_failures import Attempt, ConsoleFailures
from connectors.store.console_people import ConsolePeople, Credentials
from connectors.store.console_sessions import ConsoleSessions, Session
from web.ops import codes
from web.ops.console import Console
from web.ops.passwords import hash_password, is_outdated, is_right


@dataclass(frozen=True, slots=True)
class Denied:
    """It was wrong, or not looked at. ``locked_until`` (aware UTC): nothing is looked at before then.

    ``left``: how many more tries there are.
    """

    locked_until: datetime | None
    left: int


def check_password(console: Console, name: str, password: str) -> Credentials | Denied:
    """Whom the name and password belong to; as slow for a name that nobody bears."""
    tried = _count(console, f"password:{name}")
    if tried.refused:
        return _denied(console, tried)
    people = console.of(ConsolePeople)
    known = people.credentials(name)
    if not is_right(password, known.password if known else None) or known is None or known.password is None:
        people.failed(name, known.person if known else None, "password", locked=bool(tried.locked_until))
        return _denied(console, tried)
    console.of(ConsoleFailures).forget(f"password:{name}")
    if is_outdated(known.password):
        people.renew_hash(known.person, hash_password(password))
    return known


def begin_session(console: Console, known: Credentials) -> str:
    """A session that waits for the code; somebody without a secret gets a new one to enrol."""
    secret = None if known.code_secret else codes.new_secret()
    door = console.door
    sessions = console.of(ConsoleSessions)
    return sessions.begin(known.person.id, idle=door.idle, longest=door.longest, new_secret=secret)


def check_code(console: Console, session: Session, code: str) -> Denied | None:
    """Use a one-time code up; None when it was right. At the first sign-in it enrols the new secret."""
    person, people = session.person, console.of(ConsolePeople)
    tried = _count(console, f"code:{person.name}")
    if tried.refused:
        return _denied(console, tried)
    known = people.credentials(person.name)
    secret = (known.code_secret if known else None) or session.new_secret
    step = codes.step_of(code, secret) if secret else None
    if known is None or secret is None or step is None or not people.use_code(person, step):
        people.failed(person.name, person, "code", locked=bool(tried.locked_until))
        return _denied(console, tried)
    if known.code_secret is None:
        people.enrol(person, secret, step)
    console.of(ConsoleFailures).forget(f"code:{person.name}")
    return None


def _count(console: Console, what: str) -> Attempt:
    door = console.door
    return console.of(ConsoleFailures).attempt(what, most=door.lock_after, pause=door.lock_for)


def _denied(console: Console, tried: Attempt) -> Denied:
    return Denied(tried.locked_until, max(0, console.door.lock_after - tried.failures))
