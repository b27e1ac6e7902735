"""One-time codes (TOTP, RFC 6238): six digits, every 30 seconds another."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyotp

STEP = 30
ISSUER = "Loonbrug"

Clock = Callable[[], float]


def new_secret() -> str:
    """160 random bits, as apps want them typed."""
    return pyotp.random_base32()


def address(secret: str, name: str, environment: str) -> str:
    """What a one-time code app reads: an ``otpauth://`` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"{ISSUER} {environment}")


def spelled(secret: str) -> str:
    """The secret in groups of four, for people who type it."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def step_of(code: str, secret: str, clock: Clock = time.time) -> int | None:
    """The 30-second step that this code belongs to, at most one away from now; None for a wrong code."""
    digits = "".join(code.split())
    now = int(clock()) // STEP
    for step in (now, now - 1, now + 1):
        if pyotp.utils.strings_equal(digits, pyotp.TOTP(secret).at(step * STEP)):
            return step
    return None
