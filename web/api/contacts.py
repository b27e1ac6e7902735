"""Contacts of a client: own details, what waits for them, and what they tell us."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from domain.decisions.decision import Caller
from domain.errors import NotFound
from domain.message import Message
from sync.decisions.ask import Question, ask, change_contact_mobile, change_worker_mobile
from web.api.declarations import Declaration
from web.api.documents import Document
from web.api.fields import CHANGES, READS, Body, ClientId, ContactId, Delivery, Line, Text
from web.api.idempotency import Changing, DecisionAnswer
from web.api.worded import Spoken, worded, wording
from web.paging import Items, Paged, read_page
from web.ports import Shown
from web.requests.auth import Reader
from web.services import Provided, WebServices

router = APIRouter(prefix="/v1", tags=["contacts"])

MOST_ACTIONS = 200

ContactPath = Annotated[int, Path(ge=1, lt=2**63, examples=[22834])]


class Contact(BaseModel):
    """A person who speaks for a client."""

    contact: int
    client: str
    name: str
    job_title: str | None
    email: str | None
    mobile: str | None
    mobile_private: str | None
    mobile_requested: str | None = Field(description="A changed number that AFAS does not show yet")
    blocked: bool
    changed_at: datetime
    delivery: Delivery | None


class ContactQuery(Paged):
    """Whose contacts."""

    client: ClientId | None = None


class OpenActions(BaseModel):
    """All that waits for a contact; at most 200 of each. ``more``: there are more than that."""

    contact: int
    declarations: list[Declaration]
    documents: list[Document]
    more: bool


class MobileBody(Body):
    """A mobile number as people write it; it is passed on as ``+31612345678``."""

    mobile: Annotated[Line, Field(min_length=1, max_length=40, examples=["06 - 1234 5678"])]


class QuestionBody(Body):
    """A question to the back office."""

    contact: ContactId
    title: Annotated[Line, Field(min_length=1, max_length=100)]
    text: Annotated[Text, Field(min_length=1, max_length=4000)]


@router.get("/contacts", response_model=Items[Contact], responses=READS, summary="List contacts")
def list_contacts(
    query: Annotated[ContactQuery, Query()], caller: Reader, services: Provided, words: Spoken
) -> object:
    """Contacts in the order of their number."""
    return read_page(wording(services.reads.contacts, words), caller, query, "contact", int)


@router.get("/contacts/{contact}", response_model=Contact, responses=READS, summary="One contact")
def one_contact(contact: ContactPath, caller: Reader, services: Provided, words: Spoken) -> object:
    """A contact's own details."""
    return worded(_known(services, caller, contact), words)


@router.get(
    "/contacts/{contact}/open-actions",
    response_model=OpenActions,
    responses=READS,
    summary="What waits for a contact",
)
def open_actions(contact: ContactPath, caller: Reader, services: Provided, words: Spoken) -> object:
    """Declarations to approve and documents to sign. Nothing waits for a contact who is blocked."""
    known = _known(services, caller, contact)
    limit = 0 if known["blocked"] else MOST_ACTIONS + 1
    mine = {"contact": contact, "client": known["client"]}
    declarations = wording(services.reads.declarations, words)(
        caller, mine | {"status": "to-approve"}, None, limit
    )
    documents = wording(services.reads.documents, words)(caller, mine | {"status": "to-sign"}, None, limit)
    more = len(declarations) > MOST_ACTIONS or len(documents) > MOST_ACTIONS
    shown = {"declarations": declarations[:MOST_ACTIONS], "documents": documents[:MOST_ACTIONS]}
    return shown | {"contact": contact, "more": more}


@router.post(
    "/contacts/{contact}/mobile",
    response_model=DecisionAnswer,
    responses=CHANGES,
    summary="Change a mobile number",
)
def contact_mobile(
    contact: ContactPath,
    body: MobileBody,
    change: Changing,
) -> Response:
    """Change a contact's mobile number in AFAS."""
    return change.respond(
        body.model_dump(), lambda work: change_contact_mobile(work, change.caller, contact, body.mobile)
    )


@router.post(
    "/workers/{employee}/mobile",
    response_model=DecisionAnswer,
    responses=CHANGES,
    summary="Change a mobile number",
)
def worker_mobile(
    employee: Annotated[Line, Path(min_length=1, max_length=40)],
    body: MobileBody,
    change: Changing,
) -> Response:
    """Change a worker's private mobile number in AFAS. A key that is bound to one client sees no workers."""
    return change.respond(
        body.model_dump(), lambda work: change_worker_mobile(work, change.caller, employee, body.mobile)
    )


@router.post("/questions", response_model=DecisionAnswer, responses=CHANGES, summary="Ask a question")
def ask_question(body: QuestionBody, change: Changing) -> Response:
    """Pass a question on to the back office."""
    words = Question(body.contact, body.title, body.text)
    return change.respond(body.model_dump(), lambda work: ask(work, change.caller, words))


def _known(services: WebServices, caller: Caller, contact: int) -> Shown:
    known = services.reads.contact(caller, contact)
    if known is None:
        raise NotFound(Message("no-such.contact"))
    return known
