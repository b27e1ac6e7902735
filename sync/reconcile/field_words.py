"""What people call the fields and values of claims, lines and the like, in findings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum

from domain import decimals
from domain.calendar import AMSTERDAM
from domain.said import Said, alike

FIELDS: Mapping[str, Said] = {
    "accounted": Said("accounted for", "verantwoord"),
    "agreed": Said("agreed", "akkoord"),
    "agreement": Said("agreement", "overeenkomst"),
    "amount": Said("amount", "bedrag"),
    "approved_at": Said("approved on", "goedgekeurd op"),
    "approved_by": Said("approved by contact", "goedgekeurd door contact"),
    "approved_externally": Said("approved by the client", "goedgekeurd door de klant"),
    "approved_internally": Said("approved internally", "intern goedgekeurd"),
    "balance": Said("balance", "openstaand bedrag"),
    "blocked": Said("blocked", "geblokkeerd"),
    "break_time": Said("break", "pauze"),
    "changed_at": Said("changed on", "gewijzigd op"),
    "claim": Said("claim", "declaratie"),
    "claim_contact": Said("contact who approves", "contact dat goedkeurt"),
    "client": Said("client", "klant"),
    "contact": Said("contact", "contactpersoon"),
    "content": Said("content (hash)", "inhoud (hash)"),
    "contract_end": Said("end of contract", "einde contract"),
    "contract_start": Said("start of contract", "begin contract"),
    "cost_centre": Said("cost centre", "kostenplaats"),
    "cost_centre_required": Said("cost centre required", "kostenplaats verplicht"),
    "cost_centre_rule": Said("rule for the cost centre", "regel voor de kostenplaats"),
    "created_at": Said("made on", "aangemaakt op"),
    "date": Said("date", "datum"),
    "decided": Said("decided", "besloten"),
    "decided_at": Said("decided on", "besloten op"),
    "decision": Said("decision", "besluit"),
    "description": Said("description", "omschrijving"),
    "due_date": Said("due on", "te betalen op"),
    "email": Said("e-mail address", "e-mailadres"),
    "employee": Said("worker", "medewerker"),
    "employment_end": Said("end of employment", "einde dienstverband"),
    "employment_start": Said("start of employment", "begin dienstverband"),
    "end_date": Said("end", "einde"),
    "end_time": Said("end time", "eindtijd"),
    "ended_at": Said("ended on", "geëindigd op"),
    "file": Said("file", "bestand"),
    "finished": Said("submitted", "ingediend"),
    "flow": Said("flow", "stroom"),
    "found": Said("found", "gevonden"),
    "hour_type": Said("kind of hours", "uursoort"),
    "hours": Said("hours", "uren"),
    "in_afas": Said("shown by AFAS", "in AFAS te zien"),
    "invoiced": Said("invoiced", "gefactureerd"),
    "item": Said("item", "item"),
    "item_description": Said("description of the item", "omschrijving van het item"),
    "kind": Said("kind", "soort"),
    "line": Said("line", "regel"),
    "lines": Said("lines", "regels"),
    "missing": Said("not offered because of", "niet aangeboden vanwege"),
    "mobile": Said("mobile number", "mobiel nummer"),
    "mobile_private": Said("private mobile number", "privé mobiel nummer"),
    "mobile_work": Said("mobile number at work", "zakelijk mobiel nummer"),
    "name": Said("name", "naam"),
    "of_lines": Said("hours of the lines", "uren van de regels"),
    "organisation": Said("organisation", "organisatie"),
    "paid": Said("paid", "betaald"),
    "paid_at": Said("paid on", "betaald op"),
    "period": Said("period", "periode"),
    "period_end": Said("last day", "laatste dag"),
    "period_start": Said("first day", "eerste dag"),
    "person": Said("person", "persoon"),
    "placement": Said("placement", "plaatsing"),
    "processed": Said("processed", "verwerkt"),
    "quantity": Said("quantity", "aantal"),
    "read": Said("read", "gelezen"),
    "reference": Said("reference", "kenmerk"),
    "rejected": Said("rejected", "afgekeurd"),
    "rows": Said("rows", "regels"),
    "shows": Said("shows", "toont"),
    "signature_contact": Said("contact who signs", "contact dat tekent"),
    "start_date": Said("start", "begin"),
    "start_time": Said("start time", "begintijd"),
    "state": Said("state of the update", "stand van de wijziging"),
    "status": Said("status", "status"),
    "subject": Said("dossier item", "dossieritem"),
    "total_hours": Said("hours", "uren"),
    "unit": Said("unit", "eenheid"),
    "update": Said("update", "wijziging"),
    "version": Said("content", "inhoud"),
    "week": Said("week", "week"),
    "withdrawn": Said("withdrawn", "ingetrokken"),
    "work_email": Said("e-mail address at work", "zakelijk e-mailadres"),
    "private_email": Said("private e-mail address", "privé e-mailadres"),
    "workflow_status": Said("status", "status"),
    "year": Said("year", "jaar"),
    "account_manager": Said("account manager", "accountmanager"),
    "chamber_of_commerce": Said("Chamber of Commerce number", "KvK-nummer"),
    "closed": Said("closed", "gesloten"),
    "contract_type": Said("type of contract", "soort contract"),
    "currency": Said("currency", "valuta"),
    "employment": Said("employment", "dienstverband"),
    "first_name": Said("first name", "voornaam"),
    "flex": Said("flex worker", "flexwerker"),
    "initials": Said("initials", "voorletters"),
    "invoice": Said("invoice", "factuur"),
    "invoice_date": Said("date of the invoice", "factuurdatum"),
    "item_type": Said("type of item", "soort item"),
    "job": Said("job", "functie"),
    "job_description": Said("job description", "functieomschrijving"),
    "job_title": Said("job title", "functie"),
    "last_name": Said("last name", "achternaam"),
    "phone": Said("phone number", "telefoonnummer"),
    "pocket_user": Said("uses Pocket", "gebruikt Pocket"),
    "prefix": Said("prefix", "voorvoegsel"),
    "target_hours": Said("hours a week", "uren per week"),
}
_VALUES: Mapping[str, Said] = {
    "to-judge": Said("to be judged", "ter beoordeling"),
    "below-minimum-wage": Said("below the minimum wage", "onder het minimumloon"),
    "approved-externally": Said("approved by the client", "goedgekeurd door de klant"),
    "approved": Said("approved", "goedgekeurd"),
    "rejected": Said("rejected", "afgekeurd"),
    "open": Said("open", "open"),
    "to-approve": Said("waits for the client", "wacht op de klant"),
    "processed": Said("processed", "verwerkt"),
    "paid": Said("paid", "betaald"),
    "withdrawn": Said("withdrawn", "ingetrokken"),
    "approve": Said("approved", "goedgekeurd"),
    "reject": Said("rejected", "afgekeurd"),
    "ready": Said("ready to be sent", "klaar om te versturen"),
    "sending": Said("being sent", "wordt verstuurd"),
    "unclear": Said("unclear", "onduidelijk"),
    "done": Said("seen in AFAS", "gezien in AFAS"),
    "parked": Said("parked", "geparkeerd"),
    "normal": Said("normal", "normaal"),
    "correction": Said("correction", "correctie"),
    "reversal": Said("reversal", "tegenboeking"),
    "not there": Said("not there", "staat er niet"),
    "it is there": Said("it is there", "staat er"),
    "to sign": Said("to be signed", "te ondertekenen"),
}
_NOTHING, _YES, _NO = Said("nothing", "niets"), Said("yes", "ja"), Said("no", "nee")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d")
_NUMBER = re.compile(r"-?\d+\.\d{1,4}")
"""Not a claim number, which has twelve digits before its dot."""
_LONGEST_NUMBER = 9


def field(name: str) -> Said:
    """What people call a field; its own name when nobody said."""
    return FIELDS.get(name) or alike(name)


def value(of: object) -> Said:
    """A value as people read it: yes or no, a number or a day in the language's own way.

    >>> value(True).nl, value("7.5").nl, value("2026-11-23").en, value(None).en
    ('ja', '7,5', '23-11-2026', 'nothing')
    >>> value("2026-11-18T08:00:00+00:00").en
    '18-11-2026 09:00:00'
    """
    plain = of.value if isinstance(of, Enum) else of
    if plain is None or plain == "":
        return _NOTHING
    if isinstance(plain, bool):
        return _YES if plain else _NO
    if isinstance(plain, list | tuple):
        return alike(", ".join(map(str, plain)))
    return _text(_written(plain))


def _written(of: object) -> str:
    match of:
        case Decimal():
            return decimals.plain(of)
        case datetime():
            return _moment(of)
        case _:
            return str(of)


def _moment(at: datetime) -> str:
    """On the Dutch clock."""
    return at.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S")


def _text(text: str) -> Said:
    if known := _VALUES.get(text):
        return known
    if _MOMENT.fullmatch(text):
        return alike(_moment(datetime.fromisoformat(text)))
    if day := _DAY.fullmatch(text):
        return alike(f"{day[3]}-{day[2]}-{day[1]}")
    if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        return Said(text, text.replace(".", ","))
    return alike(text)
