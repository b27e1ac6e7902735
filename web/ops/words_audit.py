"""The words of the page about the audit trail."""

from __future__ import annotations

WORDS = {
    "audit.records": ("What was done, the newest first", "Wat er gedaan is, nieuwste eerst"),
    "audit.number": ("No.", "Nr."),
    "audit.at": ("When", "Wanneer"),
    "audit.who": ("Who", "Wie"),
    "audit.what": ("What", "Wat"),
    "audit.subject": ("On what", "Waarop"),
    "audit.detail": ("Detail", "Detail"),
    "audit.since": ("From", "Vanaf"),
    "audit.until": ("Up to", "Tot en met"),
    "audit.all": ("all", "alles"),
    "audit.clear": ("All records", "Alle regels"),
    "audit.none": ("Nothing fits.", "Niets gevonden."),
    "audit.older": ("Older", "Ouder"),
    "audit.verify": ("Verify the chain", "Keten controleren"),
    "audit.verify-means": (
        "Reads the whole trail and checks that every record follows from the one before it.",
        "Leest het hele logboek en controleert dat elke regel op de vorige aansluit.",
    ),
    "audit.anchor": ("Anchor kept elsewhere (optional)", "Elders bewaard anker (niet verplicht)"),
    "audit.anchor-hint": (
        "Number and hash out of a mail, a webhook or the log: 1234:5f0c...",
        "Nummer en hash uit een mail, een webhook of de log: 1234:5f0c...",
    ),
    "audit.whole": (
        "The chain is whole: {count} records verified.",
        "De keten is heel: {count} regels gecontroleerd.",
    ),
    "audit.head": ("The head:", "De kop:"),
    "audit.broken": (
        "Record {record} is the first that is wrong:",
        "Regel {record} is de eerste die niet klopt:",
    ),
    "audit.good-before": ("Good before it: {count}.", "Goed daarvoor: {count}."),
}
