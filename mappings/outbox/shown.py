"""What AFAS shows of a claim that was decided about, compared with what the client saw."""

from __future__ import annotations

from dataclasses import dataclass

from domain.declarations.declaration import content_version
from domain.errors import UnmappableRow
from domain.message import Message
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.records.hours import Claim, HourLine
from mappings.outbox.outgoing import Found, Look
from mappings.records.claims import CLAIMS as CLAIM_ROWS
from mappings.records.claims import to_claim
from mappings.records.hours import HOURS as HOUR_ROWS
from mappings.records.hours import to_hour_line

CLAIMS = Look("Loonbrug_Claims", "ClaimNumber", ("ClaimNumber",), CLAIM_ROWS.columns)
HOURS = Look("Loonbrug_Hours", "ClaimNumber", ("LineId",), HOUR_ROWS.columns)


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim as AFAS shows it now; ``lines`` is None when they were not read."""

    claim: Claim
    lines: tuple[HourLine, ...] | None

    def is_as_decided(self, update: Update) -> bool:
        """The content is what the client saw (G4); True when the lines were not read or nothing was bound."""
        if self.lines is None or update.version is None:
            return True
        return content_version(self.claim, self.lines) == update.version


def shown(found: Found) -> Shown | Seen:
    """The claim and its lines, or what the look means when there is none or it cannot be read."""
    rows = found[CLAIMS.connector]
    if not rows:
        return Seen(Sight.GONE, Message("why.claim-gone"))
    try:
        lines = found.get(HOURS.connector)
        return Shown(
            to_claim(rows[0]), None if lines is None else tuple(to_hour_line(line) for line in lines)
        )
    except UnmappableRow as error:
        sight = Sight.HIDDEN if error.readable_later else Sight.ILLEGIBLE
        return Seen(sight, Message("why.unreadable-row", {"why": error.why}))
