"""What an update, a decision or a finding is about, as one text: ``claim:000000000005.01``, ``item:9912``.

SQL has functions of the same names (``connectors/store/schema/0038_rules_of_the_outbox.sql``).
"""

from __future__ import annotations

_CLAIM = "claim:"


def subject_of_claim(number: str) -> str:
    """The subject of a claim (Dutch: declaratie), and of the declaration that shows it.

    >>> subject_of_claim("000000000005.01")
    'claim:000000000005.01'
    """
    return _CLAIM + number


def claim_of(subject: str) -> str | None:
    """The number of the claim that a subject names; None when it is about something else.

    >>> claim_of("claim:000000000005.01"), claim_of("item:9912")
    ('000000000005.01', None)
    """
    return subject.removeprefix(_CLAIM) if subject.startswith(_CLAIM) else None
