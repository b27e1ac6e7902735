"""A sentence for people, in the languages of the people who read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """The same in English and in Dutch; as text it is the English.

    >>> str(Said("hours {now}", "uren {now}").filled(now=Said("nothing", "niets")))
    'hours nothing'
    """

    en: str
    nl: str

    def __str__(self) -> str:
        return self.en

    def filled(self, **values: object) -> Said:
        """With values in the place of ``{names}``; a value that is said itself goes in by language."""
        english = {name: value.en if isinstance(value, Said) else value for name, value in values.items()}
        dutch = {name: value.nl if isinstance(value, Said) else value for name, value in values.items()}
        return Said(self.en.format(**english), self.nl.format(**dutch))

    def then(self, more: Said) -> Said:
        """This, and more behind it."""
        return Said(self.en + more.en, self.nl + more.nl)


def alike(text: object) -> Said:
    """What is the same in every language, or known in one only."""
    return Said(str(text), str(text))


def listed(some: list[Said]) -> Said:
    """Several behind each other, with commas."""
    return Said(", ".join(each.en for each in some), ", ".join(each.nl for each in some))
