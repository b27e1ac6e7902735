"""The UpdateConnectors: one file each, behind one door that checks the message and keeps it whole."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.errors import Refusal, language_of, update_connector_refused
from sandbox.profit.world import World
from sandbox.updates import (
    contact,
    correction,
    declaration,
    person,
    reaction,
    realization,
    subject,
    workflow_reaction,
)
from sandbox.updates.descriptions import MAIN, Description, descriptions, metainfo
from sandbox.updates.refusals import not_applicable, unknown_object
from sandbox.updates.validation import CheckedBody, read

_HANDLERS: dict[str, Callable[[World, CheckedBody], dict[str, Any] | None]] = {
    "PtDeclaration": declaration.handle,
    "PtDeclarationCorrection": correction.handle,
    "PtRealization": realization.handle,
    "KnSubject": subject.handle,
    "KnSubjectReaction": reaction.handle,
    "KnSubjectWorkflowReaction": workflow_reaction.handle,
    "KnContact": contact.handle,
    "KnPerson": person.handle,
}


@dataclass(frozen=True)
class UpdateAnswer:
    """What AFAS answers. `body` None: nothing at all, as several connectors document for their 201."""

    status: int
    body: dict[str, Any] | None = None


def names() -> list[str]:
    """The UpdateConnectors that the sandbox offers."""
    return list(_HANDLERS)


def describe(connector: str) -> str:
    """The Dutch name of a connector. Raises Refusal when there is no such connector."""
    return _description(connector).nl


def fields(connector: str, language: str = "nl") -> list[dict[str, Any]]:
    """The fields of the main object as `/metainfo/update` lists them. Raises Refusal when unknown."""
    return metainfo(_description(connector), MAIN, language_of(language))


def objects(connector: str, language: str = "nl") -> list[dict[str, Any]]:
    """The sub-objects: `[{"name", "fields", "objects": []}]`. Raises Refusal as `fields`."""
    found = _description(connector)
    return [
        {"name": name, "fields": metainfo(found, name, language_of(language)), "objects": []}
        for name in found.objects
        if name != MAIN
    ]


def dispatch(world: World, verb: str, path: list[str], body: Any, language: str) -> UpdateAnswer:
    """Do what a request to `/connectors/<path...>` asks: whole, or not at all.

    `path`: the connector, then the object that is inserted by its own URL, if any (`['KnSubject',
    'KnSubjectAttachment']`).
    `language`: an Accept-Language, or 'nl' or 'en'. A refusal comes back as an answer, it is never raised.
    """
    try:
        with world.change():
            return UpdateAnswer(201, perform(world, verb, path, body))
    except Refusal as refusal:
        return UpdateAnswer(refusal.status, refusal.body(language_of(language)))


def perform(world: World, verb: str, path: list[str], body: Any) -> dict[str, Any] | None:
    """Check and apply a message inside a change; gives the body of the 201. Raises Refusal."""
    description, part = _description(path[0] if path else ""), "".join(path[1:2])
    verb = verb.upper()
    if len(path) > 2 or (part and part not in description.insertable):
        raise unknown_object(path[-1], description.connector)
    if verb not in description.verbs or (part and verb != "POST"):
        raise not_applicable(description.connector, verb)
    request = read(description, verb, part, body)
    results = _HANDLERS[description.connector](world, request)
    return None if results is None else {"results": results}


def _description(connector: str) -> Description:
    found = descriptions().get(connector.lower())
    if found is None:
        raise update_connector_refused()
    return found
