"""The words around every page: navigation, roles, faults, times."""

from __future__ import annotations

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAGEN = ("ma", "di", "wo", "do", "vr", "za", "zo")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MAANDEN = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")

WORDS = {
    "nav.now": ("Now", "Nu"),
    "nav.failures": ("Failures", "Storingen"),
    "nav.week": ("Week board", "Weekoverzicht"),
    "nav.cutoff": ("Cut-off", "Sluiting"),
    "nav.findings": ("Findings", "Bevindingen"),
    "nav.flows": ("Flows", "Stromen"),
    "nav.audit": ("Audit", "Logboek"),
    "shell.skip": ("Skip to the content", "Naar de inhoud"),
    "shell.pages": ("Pages", "Pagina's"),
    "shell.sign-out": ("Sign out", "Afmelden"),
    "shell.home": ("To the first page", "Naar de eerste pagina"),
    "shell.mode": ("Mode: {mode}.", "Modus: {mode}."),
    "shell.paused": ("Nothing is begun.", "Er wordt niets begonnen."),
    "shell.held": (
        "After a restore nothing is sent to AFAS. Reconcile, then run: loonbrug resume --after-restore.",
        "Na een herstel gaat er niets naar AFAS. Vergelijk, en geef dan: loonbrug resume --after-restore.",
    ),
    "shell.away": (
        "Loonbrug does not answer: what you see here is old.",
        "Loonbrug antwoordt niet: wat u hier ziet is oud.",
    ),
    "shell.foot": ("Times are Dutch time.", "Tijden zijn Nederlandse tijd."),
    "mode.live": ("live", "live"),
    "mode.dry-run": ("dry run: nothing is written to AFAS", "proef: er wordt niets naar AFAS geschreven"),
    "mode.paused": ("paused", "gepauzeerd"),
    "role.viewer": ("viewer", "kijker"),
    "role.operator": ("operator", "beheerder"),
    "role.approver": ("approver", "fiatteur"),
    "role.administrator": ("administrator", "hoofdbeheerder"),
    "fault.role": ("Your role does not open this", "Uw rol geeft hier geen toegang toe"),
    "fault.role.do": (
        "Nothing was done. It takes the role {role}; an administrator gives roles.",
        "Er is niets gedaan. Hiervoor is de rol {role} nodig; een hoofdbeheerder geeft rollen.",
    ),
    "fault.form": ("This form is out of date", "Dit formulier is verouderd"),
    "fault.form.do": (
        "Nothing was done. Open the page again and repeat what you wanted.",
        "Er is niets gedaan. Open de pagina opnieuw en herhaal wat u wilde.",
    ),
    "fault.refused": ("This cannot be done", "Dit kan niet"),
    "fault.refused.do": ("Nothing was changed.", "Er is niets gewijzigd."),
    "fault.afas": ("AFAS did not answer as it should", "AFAS antwoordde niet zoals het hoort"),
    "fault.afas.do": (
        "What was decided stays decided. Try again in a few minutes; the page Now tells how AFAS is.",
        "Wat besloten is, blijft besloten. Probeer het straks opnieuw; de pagina Nu toont AFAS.",
    ),
    "fault.invalid": ("This was not understood", "Dit werd niet begrepen"),
    "fault.invalid.do": (
        "Nothing was done. Go back and fill the form in again.",
        "Er is niets gedaan. Ga terug en vul het formulier opnieuw in.",
    ),
    "fault.too-large": ("That was too much at once", "Dat was te veel ineens"),
    "fault.too-large.do": (
        "Nothing was done. Send less, or in parts.",
        "Er is niets gedaan. Stuur minder, of in delen.",
    ),
    "fault.crowded": ("Too many are signing in just now", "Er melden zich nu te veel mensen aan"),
    "fault.crowded.do": (
        "Nothing was looked at. Wait a moment, go back and send it again.",
        "Er is niets bekeken. Wacht even, ga terug en verstuur het opnieuw.",
    ),
    "fault.missing": ("There is no such page", "Deze pagina bestaat niet"),
    "fault.missing.do": ("Perhaps the address is incomplete.", "Mogelijk is het adres niet volledig."),
    "fault.surprise": ("Something went wrong on our side", "Er ging bij ons iets mis"),
    "fault.surprise.do": (
        "It is in the log. See on the page itself what was done before you repeat it.",
        "Het staat in de log. Kijk eerst op de pagina zelf wat er gedaan is voor u het herhaalt.",
    ),
    "fault.reference": ("Reference:", "Kenmerk:"),
    "fault.store": ("The database does not answer", "De database antwoordt niet"),
    "fault.store.do": (
        "Loonbrug goes on by itself when it is back. Try again in a minute.",
        "Loonbrug gaat vanzelf verder als deze terug is. Probeer het over een minuut opnieuw.",
    ),
    "age.days": ("{count} d", "{count} d"),
    "age.hours": ("{count} h", "{count} u"),
    "age.minutes": ("{count} min", "{count} min"),
    "age.seconds": ("{count} s", "{count} s"),
    "do.filter": ("Filter", "Filteren"),
    "do.back": ("Back", "Terug"),
    "yes": ("yes", "ja"),
    "no": ("no", "nee"),
    "none": ("none", "geen"),
} | {
    f"{group}.{number}": texts
    for group, first, english, dutch in (
        ("weekday", 0, _WEEKDAYS, _WEEKDAGEN),
        ("month", 1, _MONTHS, _MAANDEN),
    )
    for number, texts in enumerate(zip(english, dutch, strict=True), first)
}
