"""Read the form in which a signed PDF is handed in: ``multipart/form-data``."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from email.message import Message
from typing import Annotated

from fastapi import HTTPException, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from domain.errors import Incomplete
from sync.signed_pdf import LARGEST_PDF
from web.api.fields import Line

_MOST_PARTS = 3
_LARGEST_FIELD = 16 * 1024


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
    pdf: bytes = field(repr=False)

    def fingerprint(self) -> dict[str, object]:
        """What tells this upload from another."""
        return {
            "contact": self.contact,
            "evidence": self.evidence,
            "pdf": hashlib.sha256(self.pdf).hexdigest(),
        }


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


async def read_signed_upload(request: Request) -> SignedUpload:
    """Read the form. Raises HTTPException 413 and 415, and Incomplete."""
    boundary = _boundary(request.headers.get("content-type", ""))
    body = bytearray(b"\r\n")  # so that the first boundary looks like all others
    async for chunk in request.stream():  # never more than the guard lets through
        body += chunk
    parts = _parts(body, boundary)
    pdf = _part(parts, "file")
    if len(pdf) > LARGEST_PDF:
        raise HTTPException(413)
    return SignedUpload(_contact(_part(parts, "contact")), _evidence(_part(parts, "evidence")), pdf)


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise HTTPException(415)
    if not re.fullmatch(r"[!-~]{1,70}", boundary):
        raise HTTPException(415)
    return b"--" + boundary.encode("ascii")


def _parts(body: bytearray, boundary: bytes) -> dict[str, bytes]:
    """The parts by name (RFC 7578): each between two boundaries, with a few headers of its own."""
    pieces = body.split(b"\r\n" + boundary)
    body.clear()  # twenty megabytes need not be held twice
    if len(pieces) < 2 or len(pieces) - 2 > _MOST_PARTS or not pieces[-1].startswith(b"--"):
        raise Incomplete("body", "is not a form with contact, evidence and file")
    parts: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, found, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'(?i)content-disposition:[^\r\n]*[;\s]name="?([a-z]+)"?', head)
        if not found or name is None or name[1].decode() in parts:
            raise Incomplete("body", "is not a form with contact, evidence and file")
        parts[name[1].decode()] = bytes(content)
    return parts


def _part(parts: dict[str, bytes], name: str) -> bytes:
    if name not in parts:
        raise Incomplete(name, "is required")
    if name != "file" and len(parts[name]) > _LARGEST_FIELD:
        raise Incomplete(name, "is too long")
    return parts[name]


def _contact(text: bytes) -> int:
    if not re.fullmatch(rb"[1-9][0-9]{0,17}", text):
        raise Incomplete("contact", "is the number of a contact")
    return int(text)


def _evidence(text: bytes) -> dict[str, object]:
    try:
        evidence: dict[str, object] = json.loads(text)
        Evidence.model_validate(evidence)
        kept = json.dumps(evidence, ensure_ascii=False, allow_nan=False).encode()  # as the store will want it
    except (ValidationError, ValueError, RecursionError) as error:
        raise Incomplete("evidence", "is JSON with at least signer, signed_at and method") from error
    if b"\\u0000" in kept:
        raise Incomplete("evidence", "no control characters")
    return evidence
