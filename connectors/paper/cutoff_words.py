"""The words of the cut-off report on paper and in spreadsheets, in English and Dutch."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Cut-off report", "Sluitingsrapport"),
    "week": ("Week", "Week"),
    "cutoff": ("Cut-off", "Sluiting"),
    "made": ("Made", "Gemaakt"),
    "by": ("by", "door"),
    "read": ("AFAS read", "AFAS gelezen"),
    "report": ("Report", "Rapport"),
    "sums": ("Sums that must agree", "Sommen die moeten kloppen"),
    "first": (
        "The first {shown}; all of them are in the spreadsheet.",
        "De eerste {shown}; allemaal staan ze in het rekenblad.",
    ),
    "sign": (
        "{sign} stands for characters that this paper cannot show; the spreadsheet and the console can.",
        "{sign} staat voor tekens die dit papier niet kan tonen; het rekenblad en de console wel.",
    ),
    "no-paper": (
        "Loonbrug could not put this report on paper. The mail and the spreadsheet hold all of it. Tell ops.",
        "Loonbrug kon dit rapport niet op papier zetten. Mail en rekenblad zijn volledig. Meld het beheer.",
    ),
    "sum": ("Sum", "Som"),
    "verdict": ("Verdict", "Oordeel"),
    "agree": ("All sums agree.", "Alle sommen kloppen."),
    "differ": ("ATTENTION: sums differ.", "LET OP: sommen kloppen niet."),
    "yes": ("agrees", "klopt"),
    "no": ("DIFFERS", "KLOPT NIET"),
    "hours": ("Hours", "Uren"),
    "count": ("Declarations", "Declaraties"),
    "approved": ("Approved in the portal", "Goedgekeurd in het portaal"),
    "verified": ("Verified in AFAS", "Teruggezien in AFAS"),
    "exception": ("Exceptions", "Uitzonderingen"),
    "not-approved": ("Not approved", "Niet goedgekeurd"),
    "no-exceptions": ("There are none.", "Die zijn er niet."),
    "worker": ("Worker", "Flexwerker"),
    "client": ("Client", "Opdrachtgever"),
    "number": ("Declaration", "Declaratie"),
    "reason": ("Reason", "Reden"),
    "who": ("Who can solve it", "Wie kan het oplossen"),
    "in-afas": ("In AFAS", "In AFAS"),
    "findings": ("Open findings that pay depends on", "Open bevindingen die de verloning raken"),
    "signed": ("Signed off", "Afgetekend"),
    "unsigned": ("Not signed off yet.", "Nog niet afgetekend."),
    "elsewhere": ("Stuck approvals of other weeks", "Vastgelopen goedkeuringen van andere weken"),
    "loonbrug": ("Loonbrug, by itself", "Loonbrug, vanzelf"),
    "ops": ("ops", "beheer"),
    "worker.who": ("worker", "flexwerker"),
    "client.who": ("client", "opdrachtgever"),
    "back-office": ("back office", "backoffice"),
    "clock": ("the clock", "de klok"),
    "moment.report": ("{hours} h before the cut-off", "{hours} u voor de sluiting"),
    "state.ready": ("waits to be sent", "wacht op verzending"),
    "state.sending": ("is being sent", "wordt verstuurd"),
    "state.unclear": ("unclear", "onduidelijk"),
    "state.parked": ("parked", "geparkeerd"),
    "left": ("Left", "Links"),
    "right": ("Right", "Rechts"),
    "moment.asked": ("asked for", "op verzoek"),
    "declarations in the portal = declarations classed": (
        "Declarations in the portal = declarations on this report",
        "Declaraties in het portaal = declaraties op dit rapport",
    ),
    "hours approved = hours verified + hours on the list": (
        "Hours approved = hours verified + hours on the list",
        "Uren goedgekeurd = uren teruggezien + uren op de lijst",
    ),
    "hours verified: portal = AFAS": (
        "Hours verified: portal = AFAS",
        "Uren teruggezien: portaal = AFAS",
    ),
    "hours verified: portal = store": (
        "Hours verified: portal = Loonbrug's own copy",
        "Uren teruggezien: portaal = eigen kopie van Loonbrug",
    ),
}

_REASONS = {
    "AFAS shows it and the portal does not know it yet": "AFAS toont haar, het portaal kent haar nog niet",
    "the approval fell away in AFAS; it is offered to the client again": (
        "de goedkeuring verviel in AFAS; opnieuw aangeboden aan de opdrachtgever"
    ),
    "it waits for the client": "wacht op de opdrachtgever",
    "rejected; the worker must correct it": "afgekeurd; de flexwerker moet haar verbeteren",
    "withdrawn in AFAS": "ingetrokken in AFAS",
    "not offered": "niet aangeboden",
    "AFAS shows a row of it that cannot be read": "AFAS toont een regel die niet te lezen is",
    "the claim is not in AFAS any more": "de declaratie staat niet meer in AFAS",
    "AFAS shows it rejected": "AFAS toont haar als afgekeurd",
    "AFAS does not show the approval any more": "AFAS toont de goedkeuring niet meer",
    "the approval is parked": "de goedkeuring is geparkeerd",
    "nobody knows yet whether the approval arrived; it is being looked for": (
        "nog onbekend of de goedkeuring aankwam; er wordt naar gezocht"
    ),
    "nobody knows for too long whether the approval arrived": (
        "al te lang onbekend of de goedkeuring aankwam: kijk in AFAS"
    ),
    "the approval is not sent, for too long": "de goedkeuring wordt al te lang niet verstuurd",
    "the approval is on its way to AFAS": "de goedkeuring is onderweg naar AFAS",
    "the rejection is parked": "de afkeuring is geparkeerd",
    "nobody knows yet whether the rejection arrived; it is being looked for": (
        "nog onbekend of de afkeuring aankwam; er wordt naar gezocht"
    ),
    "nobody knows for too long whether the rejection arrived": (
        "al te lang onbekend of de afkeuring aankwam: kijk in AFAS"
    ),
    "the rejection is not sent, for too long": "de afkeuring wordt al te lang niet verstuurd",
    "the rejection is on its way to AFAS": "de afkeuring is onderweg naar AFAS",
    "AFAS shows it approved over other hours than the client saw": (
        "AFAS toont haar goedgekeurd over andere uren dan de opdrachtgever zag"
    ),
    "our own row differs from AFAS's: pull it again": "onze eigen regel wijkt af van AFAS: opnieuw ophalen",
    "the portal shows other hours than AFAS": "het portaal toont andere uren dan AFAS",
}


def word(key: str, language: str) -> str:
    """The text behind a key; the key itself when it has none."""
    texts = WORDS.get(key)
    return texts[language == "nl"] if texts else key


def reason_words(reason: str | None, language: str) -> str:
    """A reason of the reckoning in a language; what AFAS itself said behind it stays as it is."""
    if reason is None or language != "nl":
        return reason or ""
    known, colon, rest = reason.partition(": ")
    if reason in _REASONS:
        return _REASONS[reason]
    return f"{_REASONS[known]}{colon}{rest}" if known in _REASONS else reason


def solver_words(solver: str | None, language: str) -> str:
    """Who can solve it."""
    if solver is None:
        return ""
    return word(f"{solver}.who" if solver in ("worker", "client") else solver, language)
