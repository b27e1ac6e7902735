"""The words of signing in and of the own page."""

from __future__ import annotations

WORDS = {
    "sign-in.title": ("Sign in", "Aanmelden"),
    "sign-in.name": ("Name", "Naam"),
    "sign-in.password": ("Password", "Wachtwoord"),
    "sign-in.go": ("Go on", "Verder"),
    "sign-in.wrong": (
        "That was not right. Tries left before a pause: {left}.",
        "Dat klopte niet. Pogingen over tot een pauze: {left}.",
    ),
    "sign-in.locked": (
        "Too many tries: locked until {until}. An administrator can unlock it.",
        "Te veel pogingen: vergrendeld tot {until}. Een hoofdbeheerder kan dit opheffen.",
    ),
    "sign-in.outside": (
        "Sign in through the sign-on of your company; this page is reached through it only.",
        "Meld u aan via de aanmelding van uw bedrijf; alleen zo is deze pagina bereikbaar.",
    ),
    "code.title": ("One-time code", "Eenmalige code"),
    "code.code": ("Code", "Code"),
    "code.hint": (
        "Six digits out of your app; each works once.",
        "Zes cijfers uit uw app; elke code werkt één keer.",
    ),
    "code.enrol": (
        "This is your first sign-in. Add the account to an app for one-time codes, then type its code.",
        "Dit is uw eerste aanmelding. Voeg het account toe aan een app voor eenmalige codes en typ de code.",
    ),
    "code.secret": ("Secret", "Geheim"),
    "code.address": ("Address", "Adres"),
    "code.once": (
        "It is shown now only. It is time-based, six digits, every 30 seconds.",
        "Het wordt alleen nu getoond. Tijdgebonden, zes cijfers, elke 30 seconden.",
    ),
    "confirm.title": ("Confirm that it is you", "Bevestig dat u het bent"),
    "confirm.why": (
        "What you are about to do asks for a fresh code. Nothing was done yet: after this, do it once more.",
        "Wat u wilt doen vraagt om een nieuwe code. Er is nog niets gedaan: doe het hierna nogmaals.",
    ),
    "confirm.go": ("Confirm", "Bevestigen"),
    "me.about": ("About me", "Over mij"),
    "me.role": ("Role", "Rol"),
    "me.email": ("Mail", "E-mail"),
    "me.signed-in": ("Signed in", "Aangemeld"),
    "me.language": ("Language", "Taal"),
    "me.language-of": ("Language of the console", "Taal van de console"),
    "me.browser": ("as the browser says", "zoals de browser"),
    "me.save": ("Save", "Opslaan"),
    "me.language-done": ("The language was saved.", "De taal is opgeslagen."),
    "me.password": ("Password", "Wachtwoord"),
    "me.current": ("Password of now", "Huidig wachtwoord"),
    "me.new": ("New password", "Nieuw wachtwoord"),
    "me.again": ("New password again", "Nieuw wachtwoord nogmaals"),
    "me.rules": (
        "At least {shortest} characters; a few words are fine. Your other sessions end.",
        "Minstens {shortest} tekens; een paar woorden mag. Uw andere sessies eindigen.",
    ),
    "me.change": ("Change", "Wijzigen"),
    "me.password-done": ("The password was changed.", "Het wachtwoord is gewijzigd."),
    "me.password-due": (
        "Choose a password of your own first; the one you have was chosen by somebody else.",
        "Kies eerst een eigen wachtwoord; het huidige is door iemand anders gekozen.",
    ),
    "me.wrong-current": ("The password of now was not right.", "Het huidige wachtwoord klopte niet."),
    "me.too-short": (
        "A password has at least {shortest} characters, at most 200.",
        "Een wachtwoord heeft minstens {shortest} tekens, hoogstens 200.",
    ),
    "me.locked": (
        "Too many wrong passwords: the password can be changed again from {until}.",
        "Te vaak een onjuist wachtwoord: wijzigen kan weer vanaf {until}.",
    ),
    "me.common": (
        "That is one of the first that anybody would guess. Take a few words that do not belong together.",
        "Dat raadt iedereen als eerste. Neem een paar woorden die niet bij elkaar horen.",
    ),
    "me.not-same": ("The two new ones are not the same.", "De twee nieuwe zijn niet gelijk."),
    "me.same-as-before": ("That is the password of now.", "Dat is het huidige wachtwoord."),
}
