"""Passwords: argon2id, a few at a time, and as slow for a name that nobody bears."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST, LONGEST = 12, 200
"""Characters. No further rules: length is what counts (NIST SP 800-63B)."""

_hasher = PasswordHasher()
"""The library's parameters of today, RFC 9106's for little memory; a hash with others is made anew."""
_at_once = threading.BoundedSemaphore(4)
"""Every one takes 64 MB: a flood of sign-ins must not take the memory of the portal API."""


def hash_password(password: str) -> str:
    """The hash that is kept, with its salt and parameters inside."""
    with _at_once:
        return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password; without one to compare with the answer is no, as slowly."""
    with _at_once:
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
