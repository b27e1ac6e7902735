"""Onboarding: where each new worker stands, and by what evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from domain.declarations.onboarding_words import OnboardingState
from domain.errors import NotFound
from domain.message import Message
from web.api.fields import READS, Line
from web.paging import Items, Paged, read_page
from web.requests.auth import Reader
from web.services import Provided

router = APIRouter(prefix="/v1/onboarding", tags=["onboarding"])


class Onboarding(BaseModel):
    """A person's state, since when as far as known, and the facts that prove it.

    A key of one client sees who is placed there now or later, and no ``evidence``.
    """

    person: str
    employee: str | None
    name: str | None
    state: OnboardingState
    since: datetime | None
    evidence: dict[str, str]
    changed_at: datetime


class OnboardingQuery(Paged):
    """Which states."""

    state: OnboardingState | None = None


@router.get("", response_model=Items[Onboarding], responses=READS, summary="List onboarding states")
def list_onboarding(query: Annotated[OnboardingQuery, Query()], caller: Reader, services: Provided) -> object:
    """People in the order of their number, by state."""
    return read_page(services.reads.onboardings, caller, query, "person", str)


@router.get("/{person}", response_model=Onboarding, responses=READS, summary="One person's onboarding")
def one_onboarding(
    person: Annotated[Line, Path(min_length=1, max_length=40)], caller: Reader, services: Provided
) -> object:
    """Where one person stands."""
    onboarding = services.reads.onboarding(caller, person)
    if onboarding is None:
        raise NotFound(Message("no-such.onboarding"))
    return onboarding
