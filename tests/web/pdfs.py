"""PDFs to hand in: good ones and others."""

from __future__ import annotations

import io
import json

from httpx import Response
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from tests.stages.portal_world import APPROVER, DOCUMENT, EVIDENCE
from tests.web.asking import TestClient


def pdf(
    *,
    script: bool = False,
    attached: bool = False,
    launch: bool = False,
    password: str = "",
    ballast: int = 0,
) -> bytes:
    """A PDF of one page, with that many bytes of a picture or the like."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    if script:
        action = {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if attached:
        writer.add_attachment("other.exe", b"MZ")
    if launch:
        action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): DictionaryObject(action)})
    if ballast:
        stream = DecodedStreamObject()
        stream.set_data(bytes(ballast))
        page[NameObject("/Ballast")] = writer._add_object(stream)
    if password:
        writer.encrypt(password)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def hand_in(
    call: TestClient,
    content: bytes,
    *,
    document: int = DOCUMENT,
    contact: int | str = APPROVER,
    evidence: object = EVIDENCE,
    key: str | None = None,
) -> Response:
    """Hand a signed document in, as a portal would."""
    answer: Response = call.post(
        f"/v1/documents/{document}/sign",
        data={"contact": str(contact), "evidence": json.dumps(evidence)},
        files={"file": ("signed.pdf", content, "application/pdf")},
        headers={"Idempotency-Key": key} if key else {},
    )
    return answer
