"""One call to AFAS: a slot, the headers, the exchange, a second try with a new token, the right error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from connectors.afas.belonging import Admit, Proof
from connectors.afas.errors import afas_errors, from_response, still_busy
from connectors.afas.options import AfasOptions, ClassicToken
from connectors.afas.records import Clock, Notes, Observe, noted
from connectors.afas.wire.auth import ClassicLogin, Login, OAuthLogin
from connectors.afas.wire.limits import Slot, Slots
from connectors.afas.wire.transport import GarbledError, Reply, TooManyBytesError, Transport
from domain.errors import AccessDenied, AfasError, NotAllowed, OutcomeUnknown, TryLater
from domain.message import Message
from domain.outbox.afas_call import Use
from words.ours import ours

T = TypeVar("T")

USER_AGENT = "loonbrug"
_TOKEN_SECONDS = 30.0
QUESTION_SECONDS = 10.0
"""For the question before a call: a write that waits behind it is written down as being sent already."""
_BEGIN_WITHIN = 50.0
"""Seconds for all that goes before a write, its wait for a slot too: it counts as sent since before that, and
what lies between that and its first byte, the connecting too, must stay within ``Patience.margin``."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. ``connector`` names it in errors and metrics; ``target`` is path and query, never shown.

    ``update``: whose write it is.
    """

    verb: str
    connector: str
    target: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    use: Use = Use.PULL
    update: int | None = None

    @property
    def write(self) -> bool:
        """Whether it may change something in AFAS."""
        return self.use is Use.WRITE


VERSION = Ask("GET", "ProfitVersion", "ProfitVersion", use=Use.LOOK)
METAINFO = Ask("GET", "metainfo", "metainfo")


class AfasCaller:
    """Makes calls, each once. Thread-safe."""

    def __init__(
        self,
        options: AfasOptions,
        transport: Transport,
        slots: Slots,
        observe: Observe | None,
        clock: Clock,
        *,
        admit: Admit | None = None,
    ) -> None:
        self._options = options
        self._transport = transport
        self._slots = slots
        self._observe = observe
        self._clock = clock
        self._login = self._login_for(options)
        self._proof = Proof(admit, self._asked_where, clock) if admit else None

    def call(self, ask: Ask, parse: Callable[[Reply], T]) -> T:
        """Send it once and parse a 2xx answer. Raises a leaf of ``AfasError``."""
        with noted(ask.connector, ask.verb, self._observe, self._clock) as notes:
            began = notes.started
            with self._slots.hold(ask.use, ask.update) as slot:
                notes.started = self._clock()
                with _abandoned(slot):
                    reply = self._accepted(ask, slot, notes, began)
            if not 200 <= reply.status < 300:
                raise from_response(reply, ask.connector, write=ask.write)
            result = parse(reply)
            notes.rows = len(result) if isinstance(result, list) else None
            return result

    def _accepted(self, ask: Ask, slot: Slot, notes: Notes, began: float) -> Reply:
        """The answer; after a 401 the answer to one repeat, with a new token when the old one is dead.

        A 401 is given before anything is done, so that a write may be repeated too. All of it is one call
        after the other, in one slot: the token, the question whether it is dead, the repeat.
        """
        credentials = self._login.headers()
        reply = self._at_home(ask, slot, credentials, notes, began)
        if reply.status != 401:
            return reply
        dead = _says_invalid_token(reply) or self._is_dead(ask, reply, credentials)
        if not dead or self._login.renew(credentials):  # with a live token one 401 may be a whim
            credentials = self._login.headers()
            reply = self._at_home(ask, slot, credentials, notes, began)
        if reply.status == 401:
            raise self._refused(ask, reply, credentials)
        return reply

    def _at_home(
        self, ask: Ask, slot: Slot, credentials: Mapping[str, str], notes: Notes, began: float
    ) -> Reply:
        """The answer to the call, or the 401 to the question before it: in which environment are we?"""
        refused = self._proof.refusal(credentials) if self._proof else None
        if ask.write and self._clock() - began > _BEGIN_WITHIN:
            raise TryLater(**ours(Message("afas.took-too-long", {"connector": ask.connector})))
        return refused or self._exchange(ask, slot, credentials, notes)

    def _asked_where(self, credentials: Mapping[str, str]) -> Reply:
        return self._probe(credentials, METAINFO, QUESTION_SECONDS)

    def _refused(self, ask: Ask, reply: Reply, credentials: Mapping[str, str]) -> AfasError:
        """AFAS says 401 to a dead token and to a connector that our app connector lacks alike."""
        if self._is_dead(ask, reply, credentials):
            text = ours(Message("afas.credentials-refused", {"connector": ask.connector}))
            return AccessDenied(**text, status=401, trace=reply.trace)
        text = ours(Message("afas.not-ours", {"connector": ask.connector}))
        return NotAllowed(**text, status=401, trace=reply.trace)

    def _is_dead(self, ask: Ask, reply: Reply, credentials: Mapping[str, str]) -> bool:
        """Ask for the version, which every token may: the cheapest way to tell."""
        if ask.target == VERSION.target:
            return True
        probe = self._probe(credentials)
        if probe.status in (401, 403):
            return True
        if 200 <= probe.status < 300:
            return False
        why = Message("afas.answered-401", {"connector": ask.connector, "status": probe.status})
        raise TryLater(**ours(why), trace=reply.trace)

    def _probe(
        self, credentials: Mapping[str, str], ask: Ask = VERSION, seconds: float | None = None
    ) -> Reply:
        with noted(ask.connector, ask.verb, self._observe, self._clock) as notes:
            with afas_errors(ask.connector, write=False), _not_sent_yet():
                reply = self._send(ask, credentials, seconds)
            notes.keep_answer(reply.status, len(reply.body), reply.trace, self._clock())
            return reply

    def _exchange(self, ask: Ask, slot: Slot, credentials: Mapping[str, str], notes: Notes) -> Reply:
        with afas_errors(ask.connector, write=ask.write):
            reply = self._send(ask, credentials)
        notes.keep_answer(reply.status, len(reply.body), reply.trace, self._clock())
        if reply.status == 504:  # the gateway hung up, AFAS did not
            slot.abandon()
        return reply

    def _send(self, ask: Ask, credentials: Mapping[str, str], seconds: float | None = None) -> Reply:
        deadline = self._options.write_deadline if ask.write else self._options.read_deadline
        return self._transport.exchange(
            ask.verb,
            ask.target,
            headers={**self._headers(ask), **credentials},
            content=ask.content,
            seconds=min(deadline, seconds or deadline),
        )

    def _headers(self, ask: Ask) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Accept-Language": self._options.language,
            "User-Agent": USER_AGENT,
        }
        if self._options.integration_id:
            headers["IntegrationId"] = self._options.integration_id
        if ask.write:
            headers["Content-Type"] = "application/json;charset=utf-8"
        return headers

    def _login_for(self, options: AfasOptions) -> Login:
        if isinstance(options.login, ClassicToken):
            return ClassicLogin(options.login)
        return OAuthLogin(options.login, self._post_form, self._clock)

    def _post_form(self, form: Mapping[str, str]) -> Reply:
        """The token endpoint. Whatever goes wrong, the call that wanted the token was not sent."""
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": USER_AGENT,
        }
        with noted("oauth/token", "POST", self._observe, self._clock) as notes:
            with afas_errors("oauth/token", write=False), _not_sent_yet():
                reply = self._transport.exchange(
                    "POST",
                    "oauth/token",
                    headers=headers,
                    content=urlencode(form).encode("ascii"),
                    seconds=_TOKEN_SECONDS,
                )
            notes.keep_answer(reply.status, len(reply.body), reply.trace, self._clock())
            return reply


@contextmanager
def _not_sent_yet() -> Iterator[None]:
    """Around what goes before the call itself: whatever it trips over, the call may simply be made later."""
    try:
        yield
    except (GarbledError, TooManyBytesError) as error:
        raise TryLater(**ours(Message("afas.unreadable", {"fault": str(error)}))) from error


@contextmanager
def _abandoned(slot: Slot) -> Iterator[None]:
    """When we hang up, or a write is cut off, AFAS may still be busy: with whichever exchange it was."""
    try:
        yield
    except AfasError as error:
        if still_busy(error.__cause__, write=isinstance(error, OutcomeUnknown)):
            slot.abandon()
        raise


def _says_invalid_token(reply: Reply) -> bool:
    """Profit 9 says so in ``WWW-Authenticate``; before that a 401 says nothing (AFAS: authentication.md)."""
    return "invalid_token" in reply.headers.get("www-authenticate", "")
