"""How Profit refuses a value: the sentences, with the field's label in the caller's language."""

from sandbox.errors import FUNCTIONAL, NOT_EXISTING, Refusal
from sandbox.updates.descriptions import Field


def not_existing(field: Field) -> Refusal:
    """A key or code that Profit does not know (AFAS: troubleshooting.md)."""
    return Refusal(
        f"De ingevulde waarde bij '{field.nl}' bestaat niet.",
        f"The entered value for '{field.en}' does not exist.",
        NOT_EXISTING,
    )


def mandatory(field: Field) -> Refusal:
    """Nothing in a field that must have something (English text seen in public; the Dutch is assumed)."""
    return Refusal(
        f"Er is geen waarde ingevuld bij het verplichte veld '{field.nl}' ({field.id})",
        f"There is no value entered in mandatory field '{field.en}' ({field.id})",
        FUNCTIONAL,
    )


def too_long(field: Field, most: int) -> Refusal:
    """More characters than fit (assumed text)."""
    return Refusal(
        f"De ingevulde waarde bij '{field.nl}' ({field.id}) is te lang: maximaal {most} tekens.",
        f"The entered value for '{field.en}' ({field.id}) is too long: {most} characters at most.",
        FUNCTIONAL,
    )


def wrong_type(field: Field) -> Refusal:
    """No number, date, yes or no, or base64 where one is expected ("Type mismatch" was seen in public)."""
    return Refusal(
        f"Type mismatch: '{field.nl}' ({field.id})", f"Type mismatch: '{field.en}' ({field.id})", FUNCTIONAL
    )


def unknown_object(name: str, element: str) -> Refusal:
    """An object that the connector does not have, or not there (assumed text)."""
    return Refusal(
        f"Element '{name}' is onbekend in '{element}'.",
        f"Element '{name}' is unknown in '{element}'.",
        FUNCTIONAL,
    )


def malformed(element: str) -> Refusal:
    """A body that has not the shape of an UpdateConnector message (assumed text)."""
    return Refusal(
        f"Het bericht heeft niet de juiste opbouw bij element '{element}'.",
        f"The message is not structured correctly at element '{element}'.",
        FUNCTIONAL,
    )


def not_applicable(connector: str, verb: str) -> Refusal:
    """A verb that the connector, or the sandbox, does not offer (assumed text)."""
    return Refusal(
        f"De actie {verb} wordt niet ondersteund voor UpdateConnector {connector}.",
        f"Action {verb} is not supported for UpdateConnector {connector}.",
        FUNCTIONAL,
    )
