"""What is said of rows that differ, and which of their fields may be shown."""

from __future__ import annotations

from domain.reconcile.finding import FindingKind
from domain.records.hours import Claim
from domain.said import Said
from words.speech import Words

SAYS = Said(": {says}", ": {says}")
OF_WORKER = Said(" (worker {worker})", " (medewerker {worker})")
OF_CLAIM = Said(" of claim {claim}", " van declaratie {claim}")
ON_A_DAY = Said(" (worker {worker}, {day})", " (medewerker {worker}, {day})")
VALUES = Said("{field} {fresh} (we keep {kept})", "{field} {fresh} (wij hebben {kept})")
ANOTHER = Said("another value of {field}", "een andere waarde van {field}")
FOLD_FROM = 20
"""So many alike of one client and week are one finding."""
TELLING = {
    Claim: (
        "total_hours", "workflow_status", "approved_externally", "approved_by", "approved_internally",
        "processed", "paid", "invoiced", "kind", "period_start", "period_end", "placement",
        "employee", "changed_at",
    ),
}  # fmt: skip
LINE_TELLING = (
    "claim", "date", "quantity", "unit", "item", "hour_type", "finished", "agreed", "rejected",
    "approved_externally", "placement", "employee", "changed_at",
)  # fmt: skip
TABLE_TELLING = (
    "client", "employee", "agreement", "placement", "claim_contact", "signature_contact", "cost_centre_rule",
    "start_date", "end_date", "employment_start", "employment_end", "contract_start", "contract_end",
    "blocked", "closed", "pocket_user", "invoice_date", "due_date", "amount", "balance", "currency",
    "changed_at",
)  # fmt: skip
"""Fields whose values may be shown; of others only the name is."""
WEIGHTY = frozenset(
    {
        "total_hours",
        "quantity",
        "workflow_status",
        "approved_externally",
        "processed",
        "paid",
        "claim",
        "date",
    }
    | {"unit", "item", "hour_type", "placement", "employee", "client", "agreed", "rejected", "kind"}
)
"""What wages follow from."""
SAME = {"total_hours": "hours", "workflow_status": "status"}
"""Names that the portal has for the same."""
MANY_ROWS = Said("{count} rows of {flow}", "{count} rijen van {flow}")
MANY = {
    "claims": Said("{count} claims", "{count} declaraties"),
    "hours": Said("{count} lines", "{count} regels"),
}
WORDS = {
    FindingKind.CHANGED_UNSEEN: Said(
        "AFAS shows {columns}, though its changed-on is the same",
        "AFAS toont {columns}, terwijl gewijzigd-op hetzelfde is",
    ),
    FindingKind.CHANGE_MISSED: Said(
        "AFAS changed it at a time that was already read: {columns}",
        "AFAS wijzigde dit op een tijd die al gelezen was: {columns}",
    ),
    FindingKind.OLDER_IN_AFAS: Said(
        "AFAS shows an older version than we keep: {columns}",
        "AFAS toont een oudere versie dan wij hebben: {columns}",
    ),
    FindingKind.MISSING_HERE: Said(
        "AFAS shows it, and we do not keep it", "AFAS toont dit, en wij hebben het niet"
    ),
    FindingKind.MISSING_IN_AFAS: Said(
        "we keep it, and AFAS does not show it any more", "wij hebben dit, en AFAS toont het niet meer"
    ),
    FindingKind.TAMPERED_HERE: Said(
        "our row was changed without AFAS: {columns}", "onze regel is gewijzigd buiten AFAS om: {columns}"
    ),
}
ADVICE = {
    FindingKind.MISSING_IN_AFAS: Said(
        "Pull again: it is asked for by name again, and withdrawn when gone",
        "Opnieuw ophalen: er wordt nog eens op naam gevraagd, en wat weg is wordt ingetrokken",
    ),
    FindingKind.OLDER_IN_AFAS: Said(
        "Pull again to believe AFAS; ask first whether it was restored from a backup",
        "Opnieuw ophalen om AFAS te geloven; vraag eerst of er een back-up is teruggezet",
    ),
}
PULL = Said(
    "Pull again: the rows are read afresh, and AFAS is believed",
    "Opnieuw ophalen: de regels worden vers gelezen, en AFAS wordt geloofd",
)


def row_named(noun: str, key: str) -> Said:
    """What people call one row: ``claim 5.01``. ``noun``: of the catalogue."""
    return Said(*(f"{Words(language).name('record', noun)} {key}" for language in ("en", "nl")))
