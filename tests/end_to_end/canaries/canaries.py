"""What is looked for wherever things come out: secrets, and what is personal."""

from __future__ import annotations

SECRETS = {
    "client secret": "kanarie-geheim-van-de-client-0123456789",
    "metrics token": "kanarie-van-de-metingen",
    "mail password": "kanarie-van-de-post",
    "webhook key": "S2FuYXJpZXZvZ2VsdGplc0luRGVNaWpuMDEyMzQ1",
    "ping": "kanarie-van-de-dodemansknop",
    "password": "kanarie-als-wachtwoord",
}
PERSONAL = {
    "name": "Kanariestein",
    "first name": "Kanarietje",
    "e-mail": "kanarie@geheim.example",
    "mobile": "612340987",
    "reason": "REDENKANARIE",
    "title": "TITELKANARIE",
    "question": "VRAAGKANARIE",
    "file": "bestandkanarie",
    "row": "RIJKANARIE",
    "signer": "TEKENKANARIE",
    "query": "ZOEKKANARIE",
    "key": "SLEUTELKANARIE",
    "cost centre": "KOSTENKANARIE",
    "paper": "PAPIERKANARIE",
    "form": "FORMULIERKANARIE",
    "library": "BIBLIOTHEEKKANARIE",
}
WORDS = "AFASKANARIE"
"""In what AFAS says when it refuses."""
IN_A_DUMP = {"name", "AFAS's words", "key"}
"""What may lie there as it is: ``docs/decisions/0010-what-is-encrypted.md``; ``key``: of a request."""
CANARIES = SECRETS | PERSONAL | {"AFAS's words": WORDS}


def found_in(text: str, canaries: dict[str, str] = CANARIES) -> list[str]:
    return [name for name, canary in canaries.items() if canary.lower() in text.lower()]
