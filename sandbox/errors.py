"""How AFAS says no: the refusal of a request, with its Dutch and English text."""

import json
import uuid
from typing import Any

UNEXPECTED = -2147180999  # AFAS: troubleshooting.md, "Er is een onverwachte fout opgetreden."
NOT_EXISTING = -2147220469  # AFAS: troubleshooting.md, a referenced key does not exist
FUNCTIONAL = -2147180996  # AFAS: howto-workflow-acties.md; the same number serves many causes


class Refusal(Exception):  # noqa: N818 - it is what AFAS does, not a fault of the sandbox
    """A functional refusal: AFAS answers 500 with `externalMessage` in the caller's language.

    `dutch` and `english` are the whole sentences; `number` is AFAS's generic errorNumber; `status` is 500 for
    everything functional (AFAS: troubleshooting.md).
    """

    def __init__(self, dutch: str, english: str, number: int = FUNCTIONAL, *, status: int = 500) -> None:
        super().__init__(english)
        self.dutch = dutch
        self.english = english
        self.number = number
        self.status = status

    def body(self, language: str) -> dict[str, Any]:
        """The JSON body in a language as `language_of` gives it: 'nl' or 'en'."""
        return {
            "externalMessage": self.english if language == "en" else self.dutch,
            "errorNumber": self.number,
            "profitLogReference": uuid.uuid4().hex.upper(),
        }

    def payload(self, language: str) -> bytes:
        """The body as one line of UTF-8 JSON."""
        return json.dumps(self.body(language), ensure_ascii=False, separators=(",", ":")).encode()


def language_of(accept_language: str | None) -> str:
    """'en' for an English Accept-Language, 'nl' for any other and when absent (the base language)."""
    return "en" if (accept_language or "").strip().lower().startswith("en") else "nl"


def unexpected() -> Refusal:
    """The generic error, also given for an odd skip/take (AFAS: troubleshooting.md)."""
    return Refusal("Er is een onverwachte fout opgetreden.", "An unexpected error has occurred.", UNEXPECTED)


def locked(user: str) -> Refusal:
    """A row that somebody has open in Profit (AFAS: App_Admin_Deblock.htm; number not documented)."""
    return Refusal(f"Deze regel is geblokkeerd door gebruiker {user}.", f"This row is locked by user {user}.")


def out_of_memory() -> Refusal:
    """Too much data asked in one call (AFAS: get-connector.md)."""
    return Refusal("Out of memory", "Out of memory", UNEXPECTED)


def unknown_field(name: str) -> Refusal:
    """A field that the connector does not have: to filter, to sort (AFAS: troubleshooting.md), to write."""
    return Refusal(f"Connector-veld '{name}' niet gevonden", f"Connector field '{name}' not found")


def get_connector_refused() -> Refusal:
    """A GetConnector that does not exist or is not in the app connector (AFAS: troubleshooting.md)."""
    return Refusal(
        "GetConnector niet ondersteund voor deze app of de gebruiker is niet geautoriseerd",
        "GetConnector not supported for this app or the user is not authorized",
    )


def update_connector_refused() -> Refusal:
    """An UpdateConnector that does not exist or is not in the app connector (seen by a public client)."""
    return Refusal(
        "General message: Deze UpdateConnector wordt niet ondersteund of de gebruiker is niet geautoriseerd.",
        "General message: This UpdateConnector is not supported or the user is not authorized.",
    )
