"""What the API needs of the store and of AFAS, as Protocols; the composition root joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.access.api_key import ApiKey
from domain.decisions.decision import Caller
from domain.decisions.signed_pdf import PlainPdf
from domain.message import Message
from domain.outbox.afas_call import AfasFile

Shown = dict[str, Any]
"""A row in the shape of the API's answers."""


class ReadPage(Protocol):
    """Reads one page of a list: what is wanted, behind which key, at most how many."""

    def __call__(
        self, caller: Caller, wanted: Mapping[str, object], after: str | None, limit: int
    ) -> list[Shown]: ...


class Reads(Protocol):
    """What the portal shows. None: no such thing, or not this caller's to see."""

    @property
    def declarations(self) -> ReadPage: ...
    @property
    def onboardings(self) -> ReadPage: ...
    @property
    def documents(self) -> ReadPage: ...
    @property
    def contacts(self) -> ReadPage: ...

    def declaration(self, caller: Caller, number: str) -> Shown | None: ...
    def onboarding(self, caller: Caller, person: str) -> Shown | None: ...
    def document(self, caller: Caller, subject: int) -> Shown | None: ...
    def contact(self, caller: Caller, contact: int) -> Shown | None: ...

    def listed(self, name: str) -> ReadPage:
        """A list that needs no more than its query. Raises KeyError when there is none of that name."""

    def available(self, caller: Caller, flow: str) -> bool:
        """Whether AFAS shows us what a flow brings: an optional connector may not be there."""

    def answered(self, caller: Caller, key: str) -> bool:
        """Whether a request of the caller's with this Idempotency-Key was answered."""


class ApiKeyReader(Protocol):
    """The API keys."""

    def holder(self, secret: str, environment: str) -> ApiKey | None:
        """The key that this secret is; None when it opens nothing in this environment."""


class Files(Protocol):
    """Files of dossier items, out of AFAS. Raises AfasError."""

    def file(self, subject: int, file_id: str) -> AfasFile:
        """The bytes of a file."""


class ReadinessProbe(Protocol):
    """Tells what is not up."""

    def missing(self, environment: str, flows: Sequence[str]) -> list[Message]:
        """Each thing that is not up; empty when all is."""


class LookThrough(Protocol):
    """Looks through a file that is to be a plain PDF; cancelled, it stops."""

    async def __call__(self, content: bytes) -> PlainPdf:
        """Raises Incomplete (field ``file``) unless it is a whole PDF that cannot act."""
