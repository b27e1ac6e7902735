"""Examines AFAS's side, point by point of ``docs/afas-setup.md``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from domain.errors import AccessDenied, AfasError, NotAllowed
from mappings.flows import FLOWS
from mappings.pull.flow import Flow
from sync.outbox.actions import ActionCache
from sync.ports import Afas
from workers.compose.store import Control
from workers.compose.watch.expiry import expiry
from workers.doctor.examination import CheckResult, fine, warning, wrong
from workers.settings import Settings

UPDATE_CONNECTORS: Mapping[str, tuple[str, ...]] = {
    "PtDeclaration": ("DcCo", "ExUs", "ApprovWorkflow"),
    "KnSubjectWorkflowReaction": ("SbId", "WfNm", "TkNm", "AcNm"),
    "KnSubject": ("StId", "Ds"),
    "KnContact": ("CdId", "MbNr"),
    "KnPerson": ("BcCo", "MbN2"),
}
"""UpdateConnector to the fields that we write."""

_SOON = 30
_APP_CONNECTOR = "tick it in the App connector (docs/afas-setup.md, section 3)"


def examine_afas(afas: Afas, settings: Settings, control: Control, today: date) -> Iterator[CheckResult]:
    """Everything that needs AFAS, one finding after the other. Stops after the first when AFAS is closed."""
    try:
        yield fine("AFAS", f"answers, version {afas.version()}")
        gets, updates, info = afas.offered()
    except AccessDenied as error:
        yield wrong(
            "AFAS", f"refuses us: {error.message}", "make a new token or secret, and check the IP rule"
        )
        return
    except AfasError as error:
        yield wrong("AFAS", error.message, "check LOONBRUG_AFAS_URL, the network, and AFAS's own status page")
        return
    yield from _examine_identity(info, control)
    yield from _examine_expiry(info, settings, today)
    for flow in FLOWS.values():
        yield _examine_get(
            afas, flow, settings.renamed.get(flow.connector, {}), offered=flow.connector in gets
        )
    for connector, fields in UPDATE_CONNECTORS.items():
        yield _examine_update(afas, connector, fields, offered=connector in updates)
    yield from _examine_actions(afas, settings)


def _examine_identity(info: Mapping[str, str], control: Control) -> Iterator[CheckResult]:
    """A token of the test environment on the database of production would pay the wrong people."""
    identity = info.get("envid", "").strip()
    if not identity:
        yield wrong("environment", "AFAS does not say which one it is", "nothing is taken up; ask AFAS why")
        return
    known = control.identity(identity)
    if known == identity:
        yield fine("environment", identity)
    else:
        remedy = (
            "use another LOONBRUG_NAME or another database for another AFAS environment;"
            " on purpose: loonbrug environment"
        )
        yield wrong("environment", f"this database belongs to {known}, the token to {identity}", remedy)


def _examine_expiry(info: Mapping[str, str], settings: Settings, today: date) -> Iterator[CheckResult]:
    ends = expiry(info, settings, today)
    if ends is None:
        yield fine("token", "AFAS names no end; note it yourself in LOONBRUG_AFAS_SECRET_EXPIRES")
        return
    days = (ends - today).days
    if days < 0:
        yield wrong("token", f"expired {-days} days ago", "make a new one in the App connector")
    elif days <= _SOON:
        yield warning("token", f"expires in {days} days", "make a new one in the App connector, and set it")
    else:
        yield fine("token", f"{days} days left")


def _examine_get(afas: Afas, flow: Flow, names: Mapping[str, str], *, offered: bool) -> CheckResult:
    if not offered and flow.optional:
        told = f"is not offered to us; it is optional: without it there is no {flow.name}, and all else works"
        return fine(flow.connector, told)
    if not offered:
        return wrong(flow.connector, "is not offered to us", f"make it and {_APP_CONNECTOR}")
    try:
        found = afas.columns(flow.connector)
    except AfasError as error:
        return wrong(flow.connector, error.message, _APP_CONNECTOR)
    needed = flow.mapping.types
    if missing := [names.get(column, column) for column in needed if column not in found]:
        return wrong(flow.connector, f"lacks {', '.join(missing)}", "add the columns to the GetConnector")
    if odd := [f"{column} is {found[column]}, not {kind}" for column, kind in needed.items()
               if found[column] and found[column] != kind]:  # fmt: skip
        return wrong(flow.connector, "; ".join(odd), "choose the fields as in docs/afas-setup.md, section 6")
    return fine(flow.connector, f"{len(needed)} columns as agreed")


def _examine_update(afas: Afas, connector: str, fields: tuple[str, ...], *, offered: bool) -> CheckResult:
    if not offered:
        return wrong(connector, "is not offered to us", _APP_CONNECTOR)
    try:
        found = afas.fields(connector)
    except NotAllowed as error:
        return wrong(connector, error.message, _APP_CONNECTOR)
    except AfasError as error:
        return warning(connector, f"does not tell its fields: {error.message}", "look again later")
    if missing := [field for field in fields if field not in found]:
        return wrong(connector, f"lacks {', '.join(missing)}", "give the user group rights on these fields")
    return fine(connector, "may be used")


def _examine_actions(afas: Afas, settings: Settings) -> Iterator[CheckResult]:
    """The workflow actions, by the descriptions that were set."""
    wanted = {"LOONBRUG_ACTION_REJECT": settings.action_reject, "LOONBRUG_ACTION_SIGN": settings.action_sign}
    if settings.approval_route == "B":
        wanted["LOONBRUG_ACTION_APPROVE"] = settings.action_approve
    try:
        known = {str(row.get("ActionDescription", "")).strip().casefold() for row in ActionCache(afas).rows()}
    except AfasError as error:
        yield wrong("workflow actions", error.message, "see the finding on Loonbrug_Actions")
        return
    for name, description in wanted.items():
        if description.casefold() in known:
            yield fine("workflow action", description)
        else:
            yield wrong(
                "workflow action", f"'{description}' is in no workflow", f"correct the workflow, or {name}"
            )
