"""Two ways to log in behind one interface: the classic token and OAuth client credentials.

Secrets stay ``SecretStr`` until the header is made; no error text holds them.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Protocol

from connectors.afas.options import ClassicToken, ClientCredentials
from connectors.afas.records import Clock
from connectors.afas.wire.decoding import object_from
from connectors.afas.wire.refusals import read_error_body
from connectors.afas.wire.transport import Reply
from domain.errors import AccessDenied, AfasError, TryLater, UnreadableAnswer
from domain.message import Message, because, verbatim
from words.ours import ours

PostForm = Callable[[Mapping[str, str]], Reply]
"""Post a form to the token endpoint; raises ``TryLater`` when no answer came."""

_MARGIN = 60.0
_DOCUMENTED_LIFETIME = 3600.0
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class Login(Protocol):
    """How a call shows who we are."""

    def headers(self) -> dict[str, str]:
        """The headers of the next call. May fetch a token: ``TryLater``, ``AccessDenied``."""

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Make the next headers other than the refused ones. False when that is beyond us."""


class ClassicLogin:
    """``AfasToken`` with the base64 of the token that Profit shows; from Profit 7 it must be base64."""

    def __init__(self, login: ClassicToken) -> None:
        self._token = login.token

    def headers(self) -> dict[str, str]:
        """The same for every call."""
        token = self._token.get_secret_value().strip()
        if token.startswith("<"):
            token = base64.b64encode(token.encode()).decode("ascii")
        return {"Authorization": f"AfasToken {token}"}

    def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - the Protocol's argument
        """Only an administrator can make another."""
        return False


@dataclass(frozen=True, slots=True)
class _Token:
    headers: dict[str, str] = field(repr=False)
    renew_at: float


class OAuthLogin:
    """A bearer token, kept until shortly before it expires; one thread fetches, the others wait for it.

    A fetch that fails has failed for all who waited for it: they do not ask again, one after the other.
    """

    def __init__(self, login: ClientCredentials, post_form: PostForm, clock: Clock) -> None:
        self._login = login
        self._post_form = post_form
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._token: _Token | None = None
        self._failed: tuple[float, AfasError] | None = None

    def headers(self) -> dict[str, str]:
        """With the token we have, or a new one."""
        came = self._clock()
        with self._one_at_a_time:
            if self._token is None or self._clock() >= self._token.renew_at:
                if self._failed and self._failed[0] > came:
                    raise copy(self._failed[1])
                self._token = self._fetched()
            return self._token.headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Forget the refused token, unless another thread already did."""
        with self._one_at_a_time:
            if self._token is not None and self._token.headers == dict(refused):
                self._token = None
        return True

    def _fetched(self) -> _Token:
        try:
            return self._fetch()
        except AfasError as error:
            self._failed = self._clock(), error
            raise

    def _fetch(self) -> _Token:
        asked_at = self._clock()
        reply = self._post_form(
            {
                "grant_type": "client_credentials",
                "client_id": self._login.client_id,
                "client_secret": self._login.secret.get_secret_value(),
            }
        )
        if reply.status != 200:
            raise _refusal(reply)
        token, lifetime = _granted(reply)
        margin = min(_MARGIN, lifetime / 10)
        return _Token({"Authorization": f"Bearer {token}"}, asked_at + lifetime - margin)


def _refusal(reply: Reply) -> TryLater | AccessDenied:
    """400 and 401 say that the client is wrong; anything from 429 and 500 up is AFAS's own trouble."""
    told = read_error_body(reply)
    answered = Message("afas.answered", {"connector": "oauth/token", "status": reply.status})
    text = ours(because(answered, verbatim(told.text)) if told.text else answered)
    if reply.status in (408, 429) or reply.status >= 500:
        return TryLater(**text, after=told.after, everyone=True, **told.known)
    return AccessDenied(**text, **told.known)


def _granted(reply: Reply) -> tuple[str, float]:
    """The token and its seconds of life; an answer without them is AFAS's trouble, not ours."""
    try:
        granted = object_from(reply.body, "oauth/token")
    except UnreadableAnswer as error:
        raise TryLater(error.message, said=error.why, everyone=True, status=reply.status) from error
    token = granted.get("access_token")
    if not isinstance(token, str) or not _HEADER_SAFE.fullmatch(token):
        raise TryLater(**ours(Message("afas.no-token")), everyone=True, status=reply.status)
    return token, _lifetime(granted.get("expires_in"))


def _lifetime(seconds: object) -> float:
    """As AFAS tells it, a number or its text; its documented hour when it tells nothing."""
    text = str(seconds)
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d+)?", text) else _DOCUMENTED_LIFETIME
