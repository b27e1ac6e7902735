"""The words of the cut-off page."""

from __future__ import annotations

WORDS = {
    "cutoff.next": ("Next cut-off", "Volgende sluiting"),
    "cutoff.of-week": ("of the hours of {week}", "van de uren van {week}"),
    "cutoff.in": ("in {age}", "over {age}"),
    "cutoff.moved": (
        "A public holiday moved it to an earlier day.",
        "Door een feestdag valt deze op een eerdere dag.",
    ),
    "cutoff.moments": ("Before it", "Daarvoor"),
    "cutoff.moment": ("What", "Wat"),
    "cutoff.at": ("When", "Wanneer"),
    "cutoff.state": ("State", "Stand"),
    "cutoff-state.coming": ("to come", "komt nog"),
    "cutoff-state.missed": ("not done: no clock ran", "niet gedaan: er liep geen klok"),
    "cutoff-state.due": ("due; tried again", "aan de beurt; wordt herhaald"),
    "cutoff-state.done": ("done", "gedaan"),
    "cutoff-state.skipped": ("skipped: a later one took its place", "overgeslagen: een latere kwam ervoor"),
    "cutoff-state.failed": ("failed", "mislukt"),
    "cutoff-deed.report": ("Report, {hours} h before", "Rapport, {hours} u ervoor"),
    "cutoff-deed.remind-clients": (
        "Clients reminded of what waits, {hours} h before",
        "Opdrachtgevers herinnerd aan wat wacht, {hours} u ervoor",
    ),
    "cutoff-deed.remind-office": (
        "Back office told of weeks not submitted, {hours} h before",
        "Backoffice ingelicht over niet ingediende weken, {hours} u ervoor",
    ),
    "cutoff.make": ("Make a report now", "Nu een rapport maken"),
    "cutoff.make-means": (
        "Reads AFAS afresh, keeps the report, and tells payroll.",
        "Leest AFAS opnieuw, bewaart het rapport en licht payroll in.",
    ),
    "cutoff.week": ("Week", "Week"),
    "cutoff.reports": ("Reports", "Rapporten"),
    "cutoff.report": ("Report {id}", "Rapport {id}"),
    "cutoff.none": ("No report was made yet.", "Er is nog geen rapport gemaakt."),
    "cutoff.made": ("Made", "Gemaakt"),
    "cutoff.clock": ("by the clock", "door de klok"),
    "cutoff.by": ("By", "Door"),
    "cutoff.why": ("Moment", "Moment"),
    "cutoff.asked": ("asked for", "op verzoek"),
    "cutoff.approved": ("Approved in the portal", "Goedgekeurd in het portaal"),
    "cutoff.verified": ("Verified in AFAS", "Teruggezien in AFAS"),
    "cutoff.exception": ("Exceptions", "Uitzonderingen"),
    "cutoff.not-approved": ("Not approved", "Niet goedgekeurd"),
    "cutoff.sums": ("Sums", "Sommen"),
    "cutoff.signed": ("Signed off", "Afgetekend"),
    "cutoff.not-signed": ("not yet", "nog niet"),
    "cutoff.signed-by": ("Signed off by {by} on {at}.", "Afgetekend door {by} op {at}."),
    "cutoff.title": ("Cut-off report of {week}", "Sluitingsrapport van {week}"),
    "cutoff.about": ("About this report", "Over dit rapport"),
    "cutoff.at-cutoff": ("Cut-off", "Sluiting"),
    "cutoff.read": ("AFAS read", "AFAS gelezen"),
    "cutoff.hash": ("SHA-256", "SHA-256"),
    "cutoff.pdf": ("As PDF", "Als PDF"),
    "cutoff.csv": ("As a spreadsheet (CSV)", "Als rekenblad (CSV)"),
    "cutoff.board": ("Week board", "Weekoverzicht"),
    "cutoff.check": ("Does it still hold?", "Klopt het nog?"),
    "cutoff.check-means": (
        "Reads AFAS afresh and compares.",
        "Leest AFAS opnieuw en vergelijkt.",
    ),
    "cutoff.holds": ("It still holds.", "Het klopt nog."),
    "cutoff.stale": ("This report does not hold any more", "Dit rapport klopt niet meer"),
    "cutoff.stale.do": (
        "It was not signed off. Make a new report and look at that.",
        "Het is niet afgetekend. Maak een nieuw rapport en bekijk dat.",
    ),
    "cutoff.subject": ("What", "Wat"),
    "cutoff.before": ("In the report", "In het rapport"),
    "cutoff.after": ("Now", "Nu"),
    "cutoff.not-there": ("not there", "niet aanwezig"),
    "cutoff.sign": ("Sign off", "Aftekenen"),
    "cutoff.sign-means": (
        (
            "You declare that you have looked at the exceptions and that the week may be paid like this."
            " AFAS is read once more: what changed since is refused."
        ),
        (
            "U verklaart dat u de uitzonderingen hebt bekeken en dat de week zo betaald mag worden."
            " AFAS wordt nog eenmaal gelezen: is er iets veranderd, dan wordt het geweigerd."
        ),
    ),
    "cutoff.note": ("Note (may be empty)", "Opmerking (mag leeg zijn)"),
    "cutoff.approver": (
        "Signing off takes the role approver.",
        "Aftekenen kan met de rol fiatteur.",
    ),
    "cutoff.elsewhere": (
        "Approvals of other weeks not in AFAS",
        "Goedkeuringen van andere weken niet in AFAS",
    ),
    "cutoff.findings": ("Open findings that pay depends on", "Open bevindingen die de verloning raken"),
    "cutoff.no-exceptions": (
        "Every approved hour is in AFAS.",
        "Elk goedgekeurd uur staat in AFAS.",
    ),
    "cutoff.first": (
        "The first {shown}; all of them are in the spreadsheet.",
        "De eerste {shown}; allemaal staan ze in het rekenblad.",
    ),
}
