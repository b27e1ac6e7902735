"""Passwords: argon2id, as slow for a name that nobody bears; and none that everybody would guess.

How many are compared at once is the door's matter (``web/ops/access/visitor.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

SHORTEST, LONGEST = 12, 200
"""Characters. No rules about kinds of signs: length counts, and not to be among what is guessed first
(NIST SP 800-63B).
"""
_OURS = ("loonbrug", "afas", "profit", "payroll", "loonadministratie", "wachtwoord", "welkom", "salaris")
"""Words that are near at hand here, beside the library's lists of common passwords, names and words."""
_LOOKED_AT = 72
"""Characters that the library takes."""
_GUESSED_SOON = 10**8
"""Guesses: below it, zxcvbn says, is only a guard against slow guessing through the front door."""

_hasher = PasswordHasher()
"""The library's parameters of today, RFC 9106's for little memory; a hash with others is made anew."""


def hash_password(password: str) -> str:
    """The hash that is kept, with its salt and parameters inside."""
    return _hasher.hash(password)


def weakness(password: str, own: Sequence[str] = ()) -> str | None:
    """Why a new password will not do, as the key of the words for it; None when it will.

    ``own``: what belongs to the person, such as name and address.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return "me.too-short"
    near = [*_OURS, *(part for each in own for part in re.split(r"[\s@._-]+", each.lower()) if part)]
    if zxcvbn(password[:_LOOKED_AT], near)["guesses"] < _GUESSED_SOON:
        return "me.common"
    return None


def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password; without one to compare with the answer is no, as slowly."""
    try:
        return _hasher.verify(kept or _nobody(), password) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash("a password that nobody has")
