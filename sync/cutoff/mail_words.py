"""The words of the mails about the cut-off, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. In braces stands what is filled in."""

    report_subject: str
    report: str
    agrees: str
    differs: str
    exceptions: str
    no_exceptions: str
    count: str
    place: str
    signed_subject: str
    signed: str
    waiting_subject: str
    waiting: str
    office_subject: str
    office: str
    solvers: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


TEXTS: Mapping[str, Texts] = {
    "nl": Texts(
        report_subject="Loonbrug: sluiting van week {week}, {count} uitzondering(en)",
        report="Sluitingsrapport van week {week}.\n\nUren goedgekeurd in het portaal: {approved}\n"
        "Teruggezien in AFAS: {verified}\nOp de uitzonderingenlijst: {exception}",
        agrees="De sommen kloppen: goedgekeurd = teruggezien in AFAS + uitzonderingen.",
        differs="LET OP: de sommen kloppen niet. Kijk op het rapport welke.",
        exceptions="Uitzonderingen (wie, opdrachtgever, uren, reden, wie het kan oplossen):",
        no_exceptions="Er zijn geen uitzonderingen.",
        count="Uitzonderingen: {count}. Wie het zijn, staat op het rapport.",
        place="Rapport {report}:",
        signed_subject="Loonbrug: sluiting van week {week} is afgetekend",
        signed="Rapport {report} van week {week} is afgetekend door {by}.\nSHA-256: {sha256}",
        waiting_subject="Er wachten uren op uw goedkeuring",
        waiting="Beste {name},\n\nVoor week {week} wachten nog {count} declaratie(s) op uw goedkeuring in het"
        " portaal. Alleen wat u voor {when} goedkeurt, gaat mee in de loonbetaling van deze week.",
        office_subject="Loonbrug: nog niet ingediende uren van week {week}",
        office="Voor week {week} hebben {count} plaatsing(en) uren geboekt die niet zijn ingediend."
        " De sluiting is op {when}.",
        solvers={
            "loonbrug": "Loonbrug, vanzelf",
            "ops": "beheer",
            "client": "opdrachtgever",
            "worker": "flexwerker",
            "back-office": "backoffice",
        },
        weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        months=(
            "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
            "oktober", "november", "december",
        ),
    ),
    "en": Texts(
        report_subject="Loonbrug: cut-off of week {week}, {count} exception(s)",
        report="Cut-off report of week {week}.\n\nHours approved in the portal: {approved}\n"
        "Verified in AFAS: {verified}\nOn the list of exceptions: {exception}",
        agrees="The sums agree: approved = verified in AFAS + exceptions.",
        differs="ATTENTION: the sums do not agree. See the report for which.",
        exceptions="Exceptions (who, client, hours, reason, who can solve it):",
        no_exceptions="There are no exceptions.",
        count="Exceptions: {count}. The report names them.",
        place="Report {report}:",
        signed_subject="Loonbrug: cut-off of week {week} is signed off",
        signed="Report {report} of week {week} was signed off by {by}.\nSHA-256: {sha256}",
        waiting_subject="Hours wait for your approval",
        waiting="Dear {name},\n\nFor week {week}, {count} declaration(s) still wait for your approval in the"
        " portal. Only what you approve before {when} is in this week's pay run.",
        office_subject="Loonbrug: hours of week {week} that were not submitted",
        office="For week {week}, {count} placement(s) have booked hours that were not submitted."
        " The cut-off is on {when}.",
        solvers={
            "loonbrug": "Loonbrug, by itself",
            "ops": "ops",
            "client": "client",
            "worker": "worker",
            "back-office": "back office",
        },
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=(
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ),
    ),
}  # fmt: skip
