"""Read the form in which a signed PDF is handed in: ``multipart/form-data``."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Annotated

import anyio
from fastapi import Depends, HTTPException, Path, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from domain.decisions.signed_pdf import LARGEST_PDF
from domain.errors import Incomplete, NotFound, NotOffered
from domain.message import Message
from web.api.fields import Line
from web.api.idempotency import Changing
from web.requests.form import read_form
from web.requests.guard import LARGEST_UPLOAD
from web.requests.uploads import SECONDS_TO_ARRIVE, Place

_LARGEST_FIELD = 16 * 1024
_WANTED = {"contact": _LARGEST_FIELD, "evidence": _LARGEST_FIELD, "file": LARGEST_UPLOAD}
"""The parts of the form, and how many bytes each may have."""

DocumentPath = Annotated[int, Path(ge=1, lt=2**63, description="The dossier item")]


class Evidence(BaseModel):
    """The proof of signing. Further members are kept as they are."""

    model_config = ConfigDict(extra="allow")

    signer: Annotated[Line, Field(min_length=1, max_length=200, description="Name of who signed")]
    signed_at: AwareDatetime
    method: Annotated[Line, Field(min_length=1, max_length=100, examples=["email-and-sms-code"])]
    email_code_at: AwareDatetime | None = Field(None, description="When the code of the e-mail was given")
    sms_code_at: AwareDatetime | None = Field(None, description="When the code of the SMS was given")
    ip: Annotated[Line | None, Field(max_length=45)] = None
    document_sha256: Annotated[str | None, Field(pattern="^[0-9a-fA-F]{64}$")] = Field(
        None, description="Hash of the file that was signed, before signing"
    )


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """A signed PDF as it was handed in."""

    contact: int
    evidence: dict[str, object] = field(repr=False)
    content: bytes = field(repr=False)
    sha256: bytes

    def fingerprint(self) -> dict[str, object]:
        """What tells this upload from another."""
        return {"contact": self.contact, "evidence": self.evidence, "pdf": self.sha256.hex()}


DESCRIPTION = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["contact", "evidence", "file"],
                    "properties": {
                        "contact": {
                            "type": "integer",
                            "description": "The contact who signed",
                            "example": 22834,
                        },
                        "evidence": {"$ref": "#/components/schemas/Evidence"},
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A PDF of at most 20 MB",
                        },
                    },
                },
                "encoding": {"evidence": {"contentType": "application/json"}},
            }
        },
    }
}


def _may_hand_in(document: DocumentPath, change: Changing) -> None:
    """Whether the caller may hand anything in for this document, before any of it is read.

    What was handed in before, and what was answered before under this Idempotency-Key, may come again.
    Raises NotFound and NotOffered.
    """
    shown = change.services.reads.document(change.caller, document)
    if change.answered() or (shown and (shown["status"] == "to-sign" or shown["delivery"])):
        return
    if shown is None:
        raise NotFound(Message("no-such.document"))
    raise NotOffered(Message("refused.waits-not-for-signature"))


async def read_signed_upload(
    request: Request, _: Annotated[None, Depends(_may_hand_in)], __: Place
) -> SignedUpload:
    """Read the form. Raises HTTPException 408, 413, 415, 499 and 503, and Incomplete."""
    try:
        with anyio.fail_after(SECONDS_TO_ARRIVE):
            parts = await read_form(request, _WANTED)
    except TimeoutError as error:
        raise HTTPException(408, headers={"Connection": "close"}) from error
    content = bytes(_part(parts, "file"))
    if len(content) > LARGEST_PDF:
        raise HTTPException(413)
    contact, evidence = bytes(_part(parts, "contact")), bytes(_part(parts, "evidence"))
    return SignedUpload(_contact(contact), _evidence(evidence), content, hashlib.sha256(content).digest())


def _part(parts: dict[str, bytearray], name: str) -> bytearray:
    if name not in parts:
        raise Incomplete(name, Message("incomplete.required"))
    return parts[name]


def _contact(text: bytes) -> int:
    if not re.fullmatch(rb"[1-9][0-9]{0,17}", text):
        raise Incomplete("contact", Message("incomplete.contact-number"))
    return int(text)


def _evidence(text: bytes) -> dict[str, object]:
    try:
        evidence: dict[str, object] = json.loads(text)
        Evidence.model_validate(evidence)
        kept = json.dumps(evidence, ensure_ascii=False, allow_nan=False).encode()  # as the store will want it
    except (ValidationError, ValueError, RecursionError) as error:
        raise Incomplete("evidence", Message("incomplete.evidence")) from error
    if b"\\u0000" in kept:
        raise Incomplete("evidence", Message("incomplete.control"))
    return evidence
