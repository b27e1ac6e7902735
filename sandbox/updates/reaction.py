"""KnSubjectReaction: a comment on a dossier item, without a step (AFAS: Dossier reactie)."""

import hashlib

from sandbox.profit import dossier
from sandbox.profit.world import World
from sandbox.updates.validation import CheckedBody, Element

FILES = "KnReactionAttachment"


def handle(world: World, request: CheckedBody) -> None:
    """Add each reaction with its files. Raises Refusal when the item does not exist or is locked."""
    for element in request.elements:
        comment(world, int(element.fields["SbId"]), str(element.fields["SbTx"]), element)


def comment(world: World, subject: int, text: str, element: Element) -> None:
    """A reaction of the connector user, counted by its text. Raises Refusal as `handle`."""
    world.refuse_locked(f"item:{subject}")
    dossier.react(world, subject, world.switches.connector_user, text)
    keep_files(world, subject, element)
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    world.count("reactions", f"{subject}:{mark}")


def keep_files(world: World, subject: int, element: Element) -> None:
    """The files of a reaction; they belong to the reaction, not to the item."""
    for file in element.parts(FILES):
        name = str(file.fields["FileName"])
        dossier.keep_reaction_file(world, subject, name, file.fields["FileStream"])
        world.count("reaction_files", f"{subject}:{name}")
