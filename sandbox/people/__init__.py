"""The people around Profit who are not Loonbrug: workers with Pocket, the back office, clients' papers.

`act` is one door for all of them, so that a demo or a test can let them do things by name.
"""

from collections.abc import Callable
from typing import Any

from sandbox.people import backoffice, behind, client, invoices, leave, pocket, week
from sandbox.profit.world import World

ACTS: dict[str, Callable[..., Any]] = {
    "book": pocket.book,
    "book-kilometres": pocket.book_kilometres,
    "book-week": pocket.book_week,
    "change-line": pocket.change,
    "delete-line": pocket.delete,
    "submit": pocket.submit,
    "resubmit": pocket.resubmit,
    "send-data": pocket.send_data,
    "sign-contract": pocket.sign_contract,
    "take-leave": leave.take_leave,
    "new-worker": backoffice.new_worker,
    "hire": backoffice.hire,
    "send-contract": backoffice.send_contract,
    "stop-onboarding": backoffice.stop_onboarding,
    "approve-internally": backoffice.approve,
    "approve-all-internally": backoffice.approve_all,
    "reject-internally": backoffice.reject,
    "correct-claim": backoffice.correct,
    "process": backoffice.process,
    "pay": backoffice.pay,
    "invoice": invoices.invoice,
    "settle-invoice": invoices.settle,
    "change-quantity": backoffice.change_quantity,
    "block-contact": backoffice.block_contact,
    "change-placement": backoffice.change_placement,
    "change-worker": backoffice.change_worker,
    "lock": backoffice.lock,
    "unlock": backoffice.unlock,
    "edit-workflow": backoffice.edit_workflow,
    "fail-minimum-wage": backoffice.fail_minimum_wage,
    "reprice": backoffice.reprice,
    "file-document": backoffice.file_document,
    "put-document": client.put_document,
    "put-agreement": client.put_agreement,
    "put-confirmation": client.put_confirmation,
    "withdraw-document": client.withdraw_document,
    "approve-in-outsite": client.approve_in_outsite,
    "reject-in-outsite": client.reject_in_outsite,
    "change-row": behind.change_row,
    "delete-row": behind.delete_row,
    "copy-row": behind.copy_row,
    "switch": World.switch,
    "book-all": week.book_all,
    "book-day": week.book_day,
    "submit-all": week.submit_all,
    "close-week": week.close,
}


def act(world: World, do: str, **details: Any) -> dict[str, Any]:
    """Let somebody do something: one change, whole or not at all.

    Gives `{"did": do, "result": ...}` with what the function of that act gives; a dict is merged in instead.
    Raises LookupError for an unknown act or row, TypeError for wrong details, Refusal when Profit says no.
    """
    if do not in ACTS:
        raise LookupError(f"nobody can do {do!r}; known are {', '.join(sorted(ACTS))}")
    with world.change():
        result = ACTS[do](world, **details)
    return {"did": do} | (result if isinstance(result, dict) else {"result": result})
