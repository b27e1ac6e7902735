"""How to reach one AFAS environment: address, credentials, limits. Filled in by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

HOSTS = {"O": "rest", "T": "resttest", "A": "restaccept", "C": "restcursus"}
"""First part of the host by type of environment: production, test, accept, course (AFAS: OpenAPI servers)."""

MEBIBYTE = 1024 * 1024


def base_address(participant: str, kind: str) -> str:
    """The base address of an environment from its five-digit participant number and its type O, T, A or C.

    >>> base_address("12345", "T")
    'https://12345.resttest.afas.online/ProfitRestServices'
    """
    if not (len(participant) == 5 and participant.isascii() and participant.isdigit()):
        raise ValueError("an AFAS participant number has five digits")
    if kind.upper() not in HOSTS:
        raise ValueError("an AFAS environment is of type O (production), T (test), A (accept) or C (course)")
    return f"https://{participant}.{HOSTS[kind.upper()]}.afas.online/ProfitRestServices"


@dataclass(frozen=True, slots=True)
class ClassicToken:
    """The classic token of an app connector: ``<token>...</token>`` as Profit shows it, or its base64.

    Ends on 31 August 2027 (AFAS: authentication.md of 2026-09-30); OAuth takes its place.
    """

    token: SecretStr


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth client credentials of an app connector: server to server, no user."""

    client_id: str
    secret: SecretStr


@dataclass(frozen=True, slots=True)
class AfasOptions:
    """One AFAS environment and our manners towards it. Times in seconds, sizes in bytes after decoding.

    ``read_deadline`` and ``write_deadline`` are for the whole call, from connecting to the last byte. AFAS
    goes on for up to 900 s after we hang up, so a short deadline on writes buys doubt, not speed.
    ``keep_alive`` stays below what servers commonly keep (5 s), or we would send into a closing connection.
    ``plain_http`` allows ``http://`` to another machine; to this machine it is always allowed.
    """

    address: str
    login: ClassicToken | ClientCredentials
    language: str = "nl-nl"
    integration_id: str | None = None
    connect_deadline: float = 10.0
    read_deadline: float = 120.0
    write_deadline: float = 120.0
    retry_for: float = 30.0
    keep_alive: float = 4.0
    most_bytes: int = 64 * MEBIBYTE
    plain_http: bool = False

    def __post_init__(self) -> None:
        """Refuse an address that could not work or would show the token to the network. ValueError."""
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the AFAS address must start with https:// and name a host")
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("the AFAS address holds no user name, question mark or #")
        if parts.scheme == "http" and not (self.plain_http or _is_this_machine(parts.hostname)):
            raise ValueError("the AFAS address must start with https://: the token would travel readable")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
