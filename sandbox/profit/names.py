"""Names for people and companies that do not exist: Dutch, with tussenvoegsels and diacritics."""

import unicodedata
from dataclasses import dataclass
from random import Random

FIRST = (
    "Zoë",
    "Sanne",
    "José",
    "Chloé",
    "Anaïs",
    "Björn",
    "Renée",
    "Daan",
    "Emma",
    "Lotte",
    "Bram",
    "Fenna",
    "Ömer",
    "Youssef",
    "Aïcha",
    "Jörgen",
    "Maud",
    "Thijs",
    "Noémi",
    "Willemijn",
    "Søren",
    "Femke",
    "Ruud",
    "Joke",
    "Gijs",
    "Fleur",
    "Łucja",
    "Marijn",
    "Naïma",
    "Koen",
    "Élise",
    "Pieter",
    "Roos",
    "Sjoerd",
    "Wietske",
    "Milan",
)
PREFIXES = (None, None, None, "van", "de", "van der", "van den", "ter", "'t", "in 't", "van de", "von")
LAST = (
    "Vries",
    "Bruijn",
    "Berg",
    "Müller",
    "Çelik",
    "Jansen",
    "Bakker",
    "Pérez",
    "Groot",
    "Özdemir",
    "Hoogendoorn",
    "Veen",
    "Heijden",
    "IJzerman",
    "Dijk",
    "Linde",
    "Hoek",
    "Meijer",
    "Kölling",
    "Wołoszyn",
    "Ruijter",
    "Horst",
    "Beek",
    "Nijhuis",
    "Brûlée",
    "Velde",
    "Šimić",
    "Kuijpers",
    "Oever",
    "Zandstra",
    "Boër",
)
COMPANIES = (
    "Bouwbedrijf De Vlinder B.V.",
    "Kwekerij 't Zonnetje",
    "Logistiek Centrum Noordrand B.V.",
    "Café-restaurant De Zwaan & Zn.",
    "Zorggroep Drie Eiken",
    "Drukkerij Van Ooijen C.V.",
    "Metaalwerken IJsselkade B.V.",
    "Schoonmaakdiensten Helder; Rein & Fris",
    "Gemeente Waterdorp",
    "Bakkerij Crêpe d'Or",
    "Installatietechniek Hoogspoor B.V.",
    "Distributie Oost-West, Noord B.V.",
)
JOBS = (
    ("0010", "Orderpicker"),
    ("0020", "Timmerman"),
    ("0030", "Verpleegkundige"),
    ("0040", "Receptioniste"),
    ("0050", "Magazijnmedewerker"),
    ("0060", "Schoonmaker"),
    ("0070", "Kok"),
    ("0080", "Monteur"),
    ("0090", "Administratief medewerker"),
)
TITLES = ("Directeur", "Planner", "Hoofd P&O", "Teamleider", "Bedrijfsleider", None)


@dataclass(frozen=True)
class PersonName:
    """A person's name in AFAS's parts."""

    first: str
    prefix: str | None
    last: str

    @property
    def initials(self) -> str:
        """The first letter with a point."""
        return f"{self.first[0]}."

    @property
    def full(self) -> str:
        """First name, prefix and last name."""
        return " ".join(part for part in (self.first, self.prefix, self.last) if part)

    @property
    def mailbox(self) -> str:
        """The name as the part before an at-sign: ASCII, lower case, dots."""
        plain = unicodedata.normalize("NFKD", self.full.lower().replace("ł", "l").replace("ø", "o"))
        return "".join(
            char for char in plain.replace(" ", ".") if char.isascii() and (char.isalnum() or char == ".")
        )


def a_name(random: Random) -> PersonName:
    """Any name."""
    return PersonName(random.choice(FIRST), random.choice(PREFIXES), random.choice(LAST))


def company(number: int) -> str:
    """The name of the n-th client; numbered once the list is used up."""
    name = COMPANIES[number % len(COMPANIES)]
    return name if number < len(COMPANIES) else f"{name} ({number // len(COMPANIES) + 1})"


def mobile(number: int) -> str:
    """A mobile number from the range that is not given out, in one of the ways people write it."""
    digits = f"{number % 10000:04}"
    return (f"06-0000{digits}", f"060000{digits}", f"+3160000{digits}", f"06 0000 {digits}")[number % 4]
