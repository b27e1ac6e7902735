"""The phrases of which reasons are made, English to Dutch; ``{}`` stands for a value, in the same order."""

from __future__ import annotations

PHRASES = {
    # what a look saw
    "it waits for approval": "zij wacht op goedkeuring",
    "AFAS shows it approved externally by contact {}": (
        "AFAS toont haar als extern goedgekeurd door contactpersoon {}"
    ),
    "AFAS shows it approved externally by {}": "AFAS toont haar als extern goedgekeurd door {}",
    "AFAS shows it approved externally by somebody in AFAS": (
        "AFAS toont haar als extern goedgekeurd door iemand in AFAS"
    ),
    "AFAS shows the approval, but over other hours than the client saw: have it approved again": (
        "AFAS toont de goedkeuring, maar over andere uren dan de klant zag: laat haar opnieuw goedkeuren"
    ),
    "AFAS shows it rejected": "AFAS toont haar als afgekeurd",
    "the claim is not in AFAS any more": "de declaratie staat niet meer in AFAS",
    "the claim was approved in AFAS": "de declaratie is in AFAS goedgekeurd",
    "the claim was rejected in AFAS": "de declaratie is in AFAS afgekeurd",
    "the claim came back for approval after we had sent ours; ask again": (
        "de declaratie kwam terug ter goedkeuring nadat wij de onze hadden verstuurd; vraag opnieuw"
    ),
    "the content changed since it was shown, and was approved elsewhere": (
        "de inhoud is veranderd sinds zij getoond werd, en is elders goedgekeurd"
    ),
    "the content changed since it was shown; it is offered again": (
        "de inhoud is veranderd sinds zij getoond werd; zij wordt opnieuw aangeboden"
    ),
    "the content changed since it was shown; it must be approved again": (
        "de inhoud is veranderd sinds zij getoond werd; zij moet opnieuw worden goedgekeurd"
    ),
    "both times lie in the hour that comes twice: which was first is not known": (
        "beide tijden vallen in het uur dat twee keer voorkomt: welke eerst was, is niet bekend"
    ),
    "it was rejected, and sent in again since: it entered its task anew after we had sent": (
        "zij is afgekeurd en daarna opnieuw ingediend: zij kwam in haar taak terug nadat wij hadden verstuurd"
    ),
    "it waits for the signature": "het wacht op de handtekening",
    "it was signed off, and sent round again since: it entered its task anew after we had sent": (
        "het is afgetekend en daarna opnieuw rondgestuurd: het kwam in zijn taak terug na onze verzending"
    ),
    "AFAS shows it as {}": "AFAS toont het als {}",
    "AFAS shows the file": "AFAS toont het bestand",
    "the file is not there": "het bestand staat er niet",
    "the document has lapsed in AFAS": "het document is in AFAS vervallen",
    "the dossier item is not in AFAS any more": "het dossieritem staat niet meer in AFAS",
    "AFAS shows the number": "AFAS toont het nummer",
    "AFAS shows another number": "AFAS toont een ander nummer",
    "AFAS does not show this person any more": "AFAS toont deze persoon niet meer",
    "the person was changed in AFAS after we had sent the number": (
        "de persoon is in AFAS gewijzigd nadat wij het nummer hadden verstuurd"
    ),
    "AFAS shows the question": "AFAS toont de vraag",
    "the question is not there": "de vraag staat er niet",
    "AFAS answered that it made dossier item {}, and does not show it": (
        "AFAS antwoordde dat het dossieritem {} heeft gemaakt, en toont het niet"
    ),
    "AFAS made dossier item {}, but Loonbrug_Documents shows no item of type {}: {}": (
        "AFAS heeft dossieritem {} gemaakt, maar Loonbrug_Documents toont geen item van type {}: {}"
    ),
    "it may be in AFAS, but Loonbrug_Documents shows no item of type {}: {}": (
        "het kan in AFAS staan, maar Loonbrug_Documents toont geen item van type {}: {}"
    ),
    "add that type to its filter and to the rights of the connector's user": (
        "voeg dat type toe aan het filter en aan de rechten van de gebruiker van de connector"
    ),
    "if it is there already, make one such item by hand": (
        "staat het er al, maak dan met de hand één zo'n item"
    ),
    "it may be in AFAS, but Loonbrug_DocumentFiles shows no file at all of dossier item {}: {}": (
        "het kan in AFAS staan, maar Loonbrug_DocumentFiles toont geen enkel bestand van dossieritem {}: {}"
    ),
    "add its type to its filter and to the rights of the connector's user": (
        "voeg het type toe aan het filter en aan de rechten van de gebruiker van de connector"
    ),
    "Loonbrug_Employees shows MobilePrivate as '(replaced)': {}": (
        "Loonbrug_Employees toont MobilePrivate als '(replaced)': {}"
    ),
    "Loonbrug_Contacts shows MobWork as '(replaced)': {}": (
        "Loonbrug_Contacts toont MobWork als '(replaced)': {}"
    ),
    "give the connector's user the right to see that field": (
        "geef de gebruiker van de connector het recht om dat veld te zien"
    ),
    "AFAS shows a row that we cannot read": "AFAS toont een regel die wij niet kunnen lezen",
    "no rights on column {} of this row of {}": "geen rechten op kolom {} van deze regel van {}",
    "no rights on column {} of {}": "geen rechten op kolom {} van {}",
    "{} shows no column {}": "{} toont geen kolom {}",
    "ask the AFAS administrator to give our user that right again": (
        "vraag de AFAS-beheerder om onze gebruiker dat recht terug te geven"
    ),
    "ask the AFAS administrator to put it back into the connector": (
        "vraag de AFAS-beheerder om haar weer in de connector op te nemen"
    ),
    # what cannot be sent
    "the signed file is not in the store any more": "het getekende bestand staat niet meer in de opslag",
    "no workflow in AFAS has an action '{}'; see settings": (
        "geen workflow in AFAS heeft een actie '{}'; zie de instellingen"
    ),
    "the dossier item stands in no workflow task that we may see": (
        "het dossieritem staat in geen workflowtaak die wij mogen zien"
    ),
    "the dossier item stands in task '{}', which has no action '{}'": (
        "het dossieritem staat in taak '{}', die geen actie '{}' heeft"
    ),
    # what becomes of it
    "AFAS answered {}": "AFAS antwoordde {}",
    "AFAS does not show it yet": "AFAS toont het nog niet",
    "could not look whether it arrived": "kon niet kijken of het aankwam",
    "could not look": "kon niet kijken",
    "not in AFAS yet; AFAS may still be working on it": "nog niet in AFAS; AFAS kan er nog mee bezig zijn",
    "looked a moment ago; looking again before sending again": (
        "zojuist gekeken; er wordt nog eens gekeken voor het opnieuw wordt verstuurd"
    ),
    "not in AFAS after its time limit; one more look": "na de tijdslimiet niet in AFAS; nog één keer kijken",
    "sent {} times, and AFAS never showed it": "{} keer verstuurd, en AFAS heeft het nooit getoond",
    "quarantine: {} attempts in a row ended without an outcome": (
        "quarantaine: {} pogingen achter elkaar eindigden zonder uitkomst"
    ),
    "{} attempts in a row ended without an outcome": ("{} pogingen achter elkaar eindigden zonder uitkomst"),
    "the process that first sent it is still alive, and may yet send it": (
        "het proces dat het eerst verstuurde leeft nog, en kan het nog versturen"
    ),
    "there is news of its content; looking again before anything is sent": (
        "er is nieuws over de inhoud; er wordt opnieuw gekeken voor er iets wordt verstuurd"
    ),
    "the workflow was edited meanwhile": "de workflow is intussen gewijzigd",
    "dry run: nothing was sent": "proefdraaien: er is niets verstuurd",
    "given up": "vervallen verklaard",
    "confirmed by a person": "door iemand bevestigd",
    # plans and results of replays
    "would be sent": "wordt verstuurd",
    "already applied": "staat er al",
    "it may still be under way; looks first, then sends": (
        "het kan nog onderweg zijn; er wordt eerst gekeken, dan verstuurd"
    ),
    "it cannot be sent now": "het kan nu niet worden verstuurd",
    "it is being sent now": "het wordt nu verstuurd",
    "AFAS does not show it now": "AFAS laat het nu niet zien",
    "it is done": "zij is gezien in AFAS",
    "it is void": "zij is vervallen",
    "it is done now": "zij is nu gezien in AFAS",
    "it is void now": "zij is nu vervallen",
    "it is parked now": "zij is nu geparkeerd",
    "it is unclear now": "zij is nu onduidelijk",
    "it is ready now": "zij is nu aan de beurt",
    "it is sending now": "zij wordt nu verstuurd",
    "it changed since the plan": "zij is veranderd sinds het plan",
    "{} replayed it (replay {})": "{} heeft haar herhaald (herhaling {})",
    "the update is not there any more": "de wijziging is er niet meer",
    "it would be parked again": "zij zou weer geparkeerd worden",
    "planned: {}; now: {}, {}; plan it again": "gepland: {}; nu: {}, {}; plan opnieuw",
    "send": "versturen",
    "no-op": "staat er al",
    "look": "kijken",
    "park": "parkeren",
    "void": "vervallen",
    # what is refused
    "there is no update {}": "er is geen wijziging {}",
    "nothing was chosen to replay": "er is niets gekozen om te herhalen",
    "nothing was chosen to try again": "er is niets gekozen om opnieuw te lezen",
    "nothing fails for this cause any more": "door deze oorzaak mislukt niets meer",
    "this is not the plan of replay {} any more; look at it again": (
        "dit is niet meer het plan van herhaling {}; kijk er opnieuw naar"
    ),
    "this replay needs a second person: somebody else than who planned or began it": (
        "deze herhaling vraagt een tweede persoon: iemand anders dan wie haar plande of begon"
    ),
    "replay {} is {}; it cannot be dropped": "herhaling {} is {}; zij kan niet vervallen",
    "replay {} is {} by {}": "herhaling {} is {}, door {}",
    "update {} is {}; only a parked one can be edited": (
        "wijziging {} is {}; alleen wat geparkeerd is kan worden rechtgezet"
    ),
    "update {} was sent, and AFAS may still show it as it was: replay it first": (
        "wijziging {} is verstuurd en kan zo nog in AFAS verschijnen: herhaal haar eerst"
    ),
    "update {} was edited meanwhile; look again": "wijziging {} is intussen rechtgezet; kijk opnieuw",
    "update {} is not there any more": "wijziging {} is er niet meer",
    "update {} is done and cannot be cancelled": "wijziging {} is gezien in AFAS en kan niet vervallen",
    "update {} is void and cannot be cancelled": "wijziging {} is al vervallen",
    "update {} is unclear and cannot be cancelled": "wijziging {} is onduidelijk en kan niet vervallen",
    "update {} is sending and cannot be cancelled": "wijziging {} wordt verstuurd en kan niet vervallen",
    "since it may be in AFAS by now (a replay looks, and settles it)": (
        "want het kan al in AFAS staan (een herhaling kijkt, en brengt uitsluitsel)"
    ),
    "these are the values that it has already": "dit zijn de waarden die er al staan",
    "say why it is cancelled": "zeg waarom het vervalt",
    "cannot be empty": "mag niet leeg zijn",
    "at most {} characters": "ten hoogste {} tekens",
    "cannot be changed; of {} can: {}": "kan niet worden rechtgezet; bij {} wel: {}",
    "cannot be given by the client for this placement": (
        "mag bij deze plaatsing niet door de opdrachtgever worden gegeven"
    ),
    "is required for this placement": "is bij deze plaatsing verplicht",
    "is a number": "is een getal",
    "is not a contact of this client, or is blocked": (
        "is geen contactpersoon van deze opdrachtgever, of geblokkeerd"
    ),
    "is the number of a dossier item type of your own, above 0": (
        "is het nummer van een eigen type dossieritem, boven 0"
    ),
    "must hold {}, by which the file is found again": (
        "moet {} bevatten, waaraan het bestand wordt teruggevonden"
    ),
    'ends in .pdf, has at most 200 characters and none of \\ / : * ? " < > |': (
        'eindigt op .pdf, heeft ten hoogste 200 tekens en geen van \\ / : * ? " < > |'
    ),
    "write it as +31612345678 or 0612345678": "schrijf het als +31612345678 of 0612345678",
    "an extension gets no SMS; leave it out": "een toestelnummer krijgt geen sms; laat het weg",
    "there is no such number": "zo'n nummer bestaat niet",
    "this is no mobile number, and gets no SMS": "dit is geen mobiel nummer, en krijgt geen sms",
    "AFAS cannot dial a number with a 0 behind the country code": (
        "AFAS kan geen nummer bellen met een 0 achter het landnummer"
    ),
    # rows that could not be read
    "column {}": "kolom {}",
    "no rights on column {}": "geen rechten op kolom {}",
    "not a number": "geen getal",
    "not a whole number": "geen geheel getal",
    "not a text": "geen tekst",
    "not a boolean": "geen ja of nee",
    "not a time as AFAS writes it": "geen tijd zoals AFAS die schrijft",
    "not a year that can be meant": "geen jaar dat bedoeld kan zijn",
    "an impossible date": "een onmogelijke datum",
    "a date with a time in it": "een datum met een tijd erin",
    "a number out of range": "een getal buiten het bereik",
    "a code that we do not know": "een code die wij niet kennen",
    "a character that no text can hold": "een teken dat in geen tekst past",
    "more than {} decimals": "meer dan {} decimalen",
    "longer than {} characters": "langer dan {} tekens",
    "not readable as text": "niet leesbaar als tekst",
    "not what was agreed": "niet wat was afgesproken",
    "not written as agreed": "niet geschreven zoals afgesproken",
    "was masked here; change it in AFAS": "is hier afgedekt; wijzig het in AFAS",
    "empty": "leeg",
    "read after a fix": "gelezen na een verbetering",
    "gone from AFAS": "weg uit AFAS",
    "a newer version could be read": "een nieuwere versie was te lezen",
    "text of {} characters": "tekst van {} tekens",
    "number": "getal",
    "something nested": "iets samengestelds",
}
