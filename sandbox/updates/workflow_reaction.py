"""KnSubjectWorkflowReaction: execute a workflow action, with a comment (AFAS: App_Conect_UpdDsc_175.htm)."""

from sandbox.profit import dossier
from sandbox.profit.steps import action_key, take_step
from sandbox.profit.world import World
from sandbox.updates.reaction import comment, keep_files
from sandbox.updates.refusals import mandatory
from sandbox.updates.validation import CheckedBody, Element

_NAMES = ("WfNm", "TkNm", "AcNm")


def handle(world: World, request: CheckedBody) -> None:
    """Take the step that the three GUIDs name; without any of them it is a plain reaction. Raises Refusal."""
    for element in request.elements:
        subject = int(element.fields["SbId"])
        dossier.find(world, subject)
        if any(element.fields.get(name) for name in _NAMES):
            _step(world, request, element, subject)
        else:
            comment(world, subject, str(element.fields.get("Tx") or ""), element)


def _step(world: World, request: CheckedBody, element: Element, subject: int) -> None:
    for name in _NAMES:
        if not element.fields.get(name):
            raise mandatory(request.field(name))
    workflow, task, action = (str(element.fields[name]) for name in _NAMES)
    key = action_key(world, subject, workflow, task, action)
    text = element.fields.get("Tx")
    take_step(world, subject, key, world.switches.connector_user, text)
    if text:
        dossier.react(world, subject, world.switches.connector_user, str(text))
    keep_files(world, subject, element)
    if element.fields.get("FiNa") and element.fields.get("FiDa"):
        dossier.keep_reaction_file(world, subject, str(element.fields["FiNa"]), element.fields["FiDa"])
