"""That somebody looked at something that shows people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Viewing:
    """``actor``: ``user:anna`` or ``key:key-1a2b``. ``address``: from where. ``what``: method and pattern of
    the path (``GET /v1/contacts/{contact}``). ``subject``: ids and filters (``contact=22834``), never names.
    """

    actor: str
    address: str
    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class KeptViewing:
    """A viewing as it is kept: how often in the minute that began at ``minute`` (aware UTC)."""

    minute: datetime
    viewing: Viewing
    times: int
