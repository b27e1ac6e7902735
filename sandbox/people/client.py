"""What reaches a client from the agency, and what a contact does in OutSite past the portal."""

from sandbox.contract import Row
from sandbox.profit import dossier
from sandbox.profit.executors import BACK_OFFICE, outsite_user
from sandbox.profit.pdf import small_pdf
from sandbox.profit.steps import take_step
from sandbox.profit.workflow import DOCUMENT
from sandbox.profit.world import World


def put_document(
    world: World, client: str | None = None, title: str = "Inlenersverklaring", contact: int | None = None
) -> int:
    """A document is put ready for the client's signature; gives the dossier item."""
    debtor = client or str(world.tables.select("Loonbrug_Clients")[0]["DebtorId"])
    return _ready(world, dossier.DOCUMENT_TYPE, title, _owner(world, debtor, contact))


def put_agreement(world: World, agreement: str) -> int:
    """A customer agreement is put ready for signing; gives the dossier item."""
    row = world.get("Loonbrug_Agreements", agreement)
    owner = _owner(world, row["DebtorId"], None) | {"AgreementId": agreement}
    return _ready(world, dossier.AGREEMENT_TYPE, f"Klantovereenkomst {agreement}", owner)


def put_confirmation(world: World, placement: str | None = None) -> int:
    """An order confirmation of a placement is put ready for its signature contact; gives the dossier item."""
    placements = world.tables.select("Loonbrug_Placements", {"PlacementId": placement} if placement else None)
    row = next(each for each in placements if each["SignatureContact"])
    owner = {name: row[name] for name in ("DebtorId", "AgreementId", "PlacementId", "EmployeeId")}
    owner |= {"ContactId": row["SignatureContact"]}
    return _ready(world, dossier.CONFIRMATION_TYPE, f"Opdrachtbevestiging {row['PlacementId']}", owner)


def withdraw_document(world: World, subject: int) -> int:
    """The document need not be signed any more; gives the dossier item."""
    item = dossier.find(world, subject)
    dossier.note(world, subject, BACK_OFFICE, "lapse")
    dossier.move(world, item, "lapsed")
    return subject


def approve_in_outsite(world: World, claim: str) -> str:
    """The claim contact approves in AFAS's own portal; gives its number. Raises Refusal as a step does."""
    _in_outsite(world, claim, "approve_externally", None)
    return claim


def reject_in_outsite(world: World, claim: str, reason: str = "Uren kloppen niet") -> str:
    """The claim contact rejects in AFAS's own portal; gives its number. Raises Refusal as a step does."""
    _in_outsite(world, claim, "reject", reason)
    return claim


def _in_outsite(world: World, claim: str, action: str, comment: str | None) -> None:
    row = world.get("Loonbrug_Claims", claim)
    contact = world.get("Loonbrug_Placements", row["PlacementId"])["ClaimContact"]
    take_step(world, row["SubjectId"], action, outsite_user(contact), comment)


def show_agreement(world: World, agreement: Row) -> int:
    """A customer agreement that was signed long ago, with its file; gives the dossier item."""
    owner = _owner(world, agreement["DebtorId"], None) | {"AgreementId": agreement["AgreementId"]}
    title = f"Klantovereenkomst {agreement['AgreementId']}"
    subject = _ready(world, dossier.AGREEMENT_TYPE, title, owner)
    dossier.move(world, dossier.find(world, subject), "handled")
    return subject


def _ready(world: World, type_id: int, title: str, owner: Row) -> int:
    item = dossier.add_item(world, type_id, BACK_OFFICE)
    row: Row = {"SubjectId": item.subject, "SubjectTypeId": type_id, "Kind": dossier.TYPES[type_id].kind}
    row |= {"Subject": title, "SubmittedOn": world.now(), "WorkflowClosed": False, "ChangedOn": world.now()}
    world.tables.insert("Loonbrug_Documents", row | owner)
    dossier.attach(world, item.subject, f"{title}.pdf", small_pdf(title, [f"Dossieritem {item.subject}"]))
    dossier.move(world, item, DOCUMENT.first)
    return item.subject


def _owner(world: World, debtor: str, contact: int | None) -> Row:
    free = world.tables.select("Loonbrug_Contacts", {"DebtorId": debtor, "Blocked": False})
    first = free[0]["ContactId"] if free else None
    return {"DebtorId": debtor, "ContactId": contact or first}
