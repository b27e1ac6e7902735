"""Documents that a client sees or signs, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from domain.errors import NotFound
from domain.message import Message
from domain.records.documents import DocumentKind
from sync.decisions.sign import NotLookedThrough, Signature, sign
from web.api.fields import CHANGES, READS, ClientId, ClientRef, Delivery, Line, WorkerRef, problems
from web.api.idempotency import ChangeRequest, Changing, DecisionAnswer
from web.api.signed_upload import DESCRIPTION, DocumentPath, SignedUpload, read_signed_upload
from web.api.worded import Spoken, worded, wording
from web.paging import Items, Paged, read_page
from web.requests.auth import Reader
from web.requests.uploads import looked_through
from web.services import Provided

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_CHUNK = 64 * 1024
_HARMLESS = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_UNKNOWN = "application/octet-stream"
"""Every other kind of file travels as bytes without a meaning."""


class FileRef(BaseModel):
    """A file of a document."""

    id: str
    name: str


class Document(BaseModel):
    """A document; ``contact`` is who signs it. ``signed`` as soon as it was handed in here."""

    id: int
    kind: DocumentKind
    title: str
    status: Literal["to-sign", "signed", "handled", "lapsed", "open"]
    client: ClientRef | None
    worker: WorkerRef | None
    agreement: str | None
    placement: str | None
    contact: int | None
    submitted_at: datetime
    changed_at: datetime
    files: list[FileRef]
    delivery: Delivery | None


class DocumentQuery(Paged):
    """Which documents; ``contact``: who signs them."""

    status: Literal["to-sign", "signed", "handled", "lapsed", "open"] | None = None
    client: ClientId | None = None
    contact: Annotated[int | None, Field(ge=1, lt=2**63)] = None


@router.get("", response_model=Items[Document], responses=READS, summary="List documents")
def list_documents(
    query: Annotated[DocumentQuery, Query()], caller: Reader, services: Provided, words: Spoken
) -> object:
    """Documents in the order of their number."""
    return read_page(wording(services.reads.documents, words), caller, query, "id", int)


@router.get("/{document}", response_model=Document, responses=READS, summary="One document")
def one_document(document: DocumentPath, caller: Reader, services: Provided, words: Spoken) -> object:
    """One document with the names of its files."""
    found = services.reads.document(caller, document)
    if found is None:
        raise NotFound(Message("no-such.document"))
    return worded(found, words)


@router.get(
    "/{document}/files/{file}",
    response_class=Response,
    responses=problems(404, 502, 503)
    | {200: {"description": "The file", "content": {kind: {} for kind in (*_HARMLESS.values(), _UNKNOWN)}}},
    summary="A file",
)
def one_file(
    document: DocumentPath,
    file: Annotated[Line, Path(min_length=1, max_length=64)],
    caller: Reader,
    services: Provided,
) -> Response:
    """The bytes of a file, fetched from AFAS, to be saved and never to be opened in place."""
    found = services.reads.document(caller, document)
    names = {each["id"]: str(each["name"]) for each in found["files"]} if found else {}
    if file not in names:
        raise NotFound(Message("no-such.file"))
    content = services.files.file(document, file).content
    headers = {"Content-Disposition": _saved_as(names[file]), "Content-Length": str(len(content))}
    return StreamingResponse(_chunks(content), 200, headers, _media_type(names[file]))


@router.post(
    "/{document}/sign",
    response_model=DecisionAnswer,
    responses=CHANGES | problems(408, 415),
    openapi_extra=DESCRIPTION,
    summary="Hand in a signed document",
)
async def sign_document(
    request: Request,
    document: DocumentPath,
    upload: Annotated[SignedUpload, Depends(read_signed_upload)],
    change: Changing,
) -> Response:
    """Hand in the signed PDF with its evidence. It goes to AFAS, and the workflow task is signed off."""
    signature = Signature(document, upload.contact, upload.sha256, upload.evidence)
    try:
        return await run_in_threadpool(_decide, change, upload, signature)
    except NotLookedThrough:  # whoever asks may hand it in: now it is worth the time
        pdf = await looked_through(request, change.services.look_through, upload.content)
        return await run_in_threadpool(_decide, change, upload, replace(signature, pdf=pdf))


def _decide(change: ChangeRequest, upload: SignedUpload, signature: Signature) -> Response:
    return change.respond(upload.fingerprint(), lambda work: sign(work, change.caller, signature))


def _saved_as(name: str) -> str:
    """Always a download. The plain name is for old clients, the encoded one for all others."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " .-_()") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _media_type(name: str) -> str:
    return next((kind for ending, kind in _HARMLESS.items() if name.lower().endswith(ending)), _UNKNOWN)


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]
