"""What failures have in common: the reason without what differs from one victim to the next."""

from __future__ import annotations

import hashlib
import re

LONGEST = 300
_MOST_READ = 2_000
"""Letters of a reason that are looked at: what the patterns cost grows with the square of it."""
NO_REASON = "no reason was given"

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_QUOTED = re.compile(r"""(?<!\w)(?:'[^']*'|"[^"]*"|`[^`]*`|‘[^’]*’|“[^”]*”|«[^»]*»)(?!\w)""")  # noqa: RUF001
_NUMBERED = re.compile(r"[\w+/:@.-]*\d(?:[\w+/:@.,-]*\w)?")
_SERIES = re.compile(r"#(?:(?:, ?| ?; ?| en | and | )#)+")


def cause_of(reason: str | None) -> str:
    """A reason without its quoted values, numbers, dates and ids: one cause, however many victims.

    >>> cause_of("Kostenplaats 'TACB' bestaat niet (declaratie 000000000005.01, regel 17)")
    "Kostenplaats '…' bestaat niet (declaratie #, regel #)"
    """
    text = " ".join((reason or "").split())[:_MOST_READ]
    text = _QUOTED.sub("'…'", _ADDRESS.sub("…", text))
    text = _SERIES.sub("#", _NUMBERED.sub("#", text))
    return text[:LONGEST] or NO_REASON


def fingerprint(about: str, reason: str | None) -> str:
    """Twelve hexadecimal digits that stand for a cause, the same on every day and every machine.

    ``about``: the kind of update (``approve``), or the flow of a row (``flow:hours``): one and the same
    message about both would still be two things to mend.

    >>> fingerprint("approve", "Regel 1 is fout") == fingerprint("approve", "Regel 22 is fout")
    True
    """
    return hashlib.sha256(f"{about}\n{cause_of(reason)}".encode()).hexdigest()[:12]
