"""People at the console, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; each role may do what those before it may."""

    VIEWER = "viewer"
    """Look at everything."""
    OPERATOR = "operator"
    """Also replay, edit, cancel, pause, resume and pull."""
    APPROVER = "approver"
    """Also sign the cut-off report off, and agree to a large replay that somebody else planned and began."""
    ADMINISTRATOR = "administrator"
    """Also erase people and change settings."""

    def may(self, wanted: Role) -> bool:
        """Whether somebody with this role may do what asks for the wanted one."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(wanted)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. ``name`` is how the audit trail calls this person.

    ``language``: ``en``, ``nl``, or None when the browser decides. ``external``: known by the company's own
    sign-on, without a password here. ``password_due``: must choose an own password first.
    """

    id: int
    name: str
    role: Role
    email: str = ""
    language: str | None = None
    external: bool = False
    password_due: bool = False
    disabled_at: datetime | None = None
    created_at: datetime | None = None
    signed_in_at: datetime | None = None
