"""Who may call: the app connector with its classic token and its OAuth client.

Expiry of access tokens follows real time, not the sandbox's clock: a client counts its 3,600 seconds in real
time, and a demo that jumps a week must not log it out (assumption).
"""

import base64
import binascii
import hmac
import re
import secrets
import threading
import time
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from sandbox.http.answers import XML, Response

EXPIRES_IN = 3_600  # seconds; AFAS: authentication.md
_TOKEN = re.compile(r"<token><version>1</version><data>([0-9A-Fa-f]{64})</data></token>")


class AppConnector:
    """One app connector of one environment, with both ways to authenticate (Hybrid, AFAS: authentication.md).

    `allowed`: the connectors it may call, lower-case; None is all.
    """

    def __init__(self, *, client_id: str | None = None, client_secret: str | None = None) -> None:
        self.data = secrets.token_hex(32).upper()
        self.client_id = client_id or secrets.token_hex(16).upper()
        self.client_secret = client_secret or secrets.token_urlsafe(32)
        self.allowed: frozenset[str] | None = None
        self._lock = threading.Lock()
        self._issued: dict[str, float] = {}

    @property
    def token(self) -> str:
        """The XML string as Profit shows it to the administrator."""
        return f"<token><version>1</version><data>{self.data}</data></token>"

    @property
    def authorization(self) -> str:
        """A whole Authorization header for the classic token."""
        return f"AfasToken {base64.b64encode(self.token.encode()).decode()}"

    def may_call(self, connector: str) -> bool:
        """Whether the administrator put this connector in the app connector."""
        return self.allowed is None or connector.lower() in self.allowed

    def allow_only(self, *names: str) -> None:
        """Leave only these connectors in the app connector; none given: all."""
        self.allowed = frozenset(name.lower() for name in names) or None

    def admits(self, authorization: str | None) -> bool:
        """Whether an Authorization header is good: a base64 classic token (un-encoded is refused from Profit
        7) or an access token that was issued here and still lives."""
        scheme, _, rest = (authorization or "").partition(" ")
        if scheme.lower() == "afastoken":
            return self._is_classic(rest.strip())
        if scheme.lower() == "bearer":
            with self._lock:
                return self._issued.get(rest.strip(), 0.0) > time.monotonic()
        return False

    def end_sessions(self) -> None:
        """Make every access token that was issued invalid at once."""
        with self._lock:
            self._issued.clear()

    def replace_token(self) -> None:
        """Withdraw the classic token: another one holds from now on."""
        self.data = secrets.token_hex(32).upper()

    def grant(self, body: bytes, authorization: str | None) -> Response:
        """The token endpoint: client credentials in the form, or by HTTP Basic, never both."""
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        form = dict(pairs)
        basic = _basic(authorization)
        in_form = "client_id" in form or "client_secret" in form
        if len(form) != len(pairs) or form.get("grant_type") is None or (basic is not None and in_form):
            return _oauth_error("invalid_request")
        if form["grant_type"] != "client_credentials":
            return _oauth_error("unsupported_grant_type")
        given = basic or (form.get("client_id", ""), form.get("client_secret", ""))
        if basic is None and not (in_form and all(given)):
            return _oauth_error("invalid_request")
        if not self._is_client(*given):
            return _oauth_error("invalid_client", 401 if basic else 400)
        return self._issue()

    def _issue(self) -> Response:
        token = secrets.token_urlsafe(48)
        with self._lock:
            self._issued[token] = time.monotonic() + EXPIRES_IN
        body = {"access_token": token, "token_type": "Bearer", "expires_in": EXPIRES_IN}
        return Response(200, body, headers={"Pragma": "no-cache"})

    def _is_client(self, client_id: str, secret: str) -> bool:
        known = hmac.compare_digest(client_id.encode(), self.client_id.encode())
        return hmac.compare_digest(secret.encode(), self.client_secret.encode()) and known

    def _is_classic(self, encoded: str) -> bool:
        try:
            text = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        found = _TOKEN.fullmatch(text.strip())
        return found is not None and hmac.compare_digest(found[1].upper(), self.data)


def unauthorized(headers: Mapping[str, str], *, profit: int) -> Response:
    """A 401. From Profit 9 on it carries WWW-Authenticate: `invalid_token` when a bearer token was sent and
    is no good; before it says nothing. `headers`: the request's, names in lower case."""
    sent = (headers.get("authorization") or "").lower().startswith("bearer")
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"' if sent else "Bearer"}
    return Response(401, content_type=XML, headers=challenge if profit >= 9 else {})


def _basic(authorization: str | None) -> tuple[str, str] | None:
    """Client id and secret of HTTP Basic, each form-url-encoded before; None without Basic."""
    scheme, _, rest = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client), unquote_plus(secret)


def _oauth_error(name: str, status: int = 400) -> Response:
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else {}
    return Response(status, {"error": name}, headers=headers)
