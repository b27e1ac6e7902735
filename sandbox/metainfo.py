"""What the app connector may use, and the fields of each connector (AFAS: OpenAPI, /MetaInfo)."""

from typing import Any

from sandbox.contract import Connector, connectors
from sandbox.environment import Environment
from sandbox.errors import get_connector_refused, update_connector_refused
from sandbox.standard import VIEWS

UPDATE_CONNECTORS = {
    "KnContact": "Contact",
    "KnPerson": "Persoon",
    "KnSubject": "Dossieritem",
    "KnSubjectReaction": "Reactie op dossieritem",
    "KnSubjectWorkflowReaction": "Workflowreactie",
    "PtDeclaration": "Declaratie nacalculatie",
    "PtDeclarationCorrection": "Correctiedeclaratie",
    "PtRealization": "Nacalculatie",
}
_CONTROL = {"string": 1, "boolean": 2, "date": 4, "int": 5, "decimal": 6}


def overview(environment: Environment) -> dict[str, Any]:
    """`GET /metainfo`: only what the app connector may call. `tokenExpiry` "0": none, as in AFAS's
    example."""
    app = environment.app
    names = [*(one.name for one in connectors()), *VIEWS]
    return {
        "updateConnectors": [
            {"id": name, "description": text}
            for name, text in UPDATE_CONNECTORS.items()
            if app.may_call(name)
        ],
        "getConnectors": [{"id": name, "description": name} for name in names if app.may_call(name)],
        "customConnectors": [{"id": "AppConnectorSubject", "description": "Bijlage van een dossieritem"}],
        "info": {
            "envid": "T12345AA",
            "appName": "Loonbrug sandbox",
            "group": "AuthorizationGroup 101 (12345.SANDBOX)",
            "tokenExpiry": "0",
        },
    }


def get_connector(environment: Environment, name: str) -> dict[str, Any]:
    """`GET /metainfo/get/{id}`. Raises Refusal when it does not exist or may not be called."""
    shape = find(environment, name)
    return {"name": shape.name, "description": shape.name, "fields": _fields(shape)}


def update_connector(environment: Environment, name: str) -> dict[str, Any]:
    """`GET /metainfo/update/{id}`. Raises Refusal when it does not exist or may not be called."""
    known = {one.lower(): one for one in UPDATE_CONNECTORS}.get(name.lower())
    if known is None or not environment.app.may_call(known):
        raise update_connector_refused()
    fields = environment.updates.fields(known)
    return {"id": known, "name": known, "description": UPDATE_CONNECTORS[known], "fields": fields}


def find(environment: Environment, name: str) -> Connector:
    """The GetConnector of that name as the administrator sees it now, column faults included.
    Raises Refusal when it does not exist or is not in the app connector."""
    known = {one.lower(): one for one in (*(each.name for each in connectors()), *VIEWS)}.get(name.lower())
    if known is None or not environment.app.may_call(known):
        raise get_connector_refused()
    return environment.faults.described(environment.world.tables.connector(known))


def _fields(shape: Connector) -> list[dict[str, Any]]:
    return [
        {
            "id": field.id,
            "fieldId": f"U{place:03d}",
            "dataType": field.data_type,
            "label": field.label,
            "length": field.length,
            "controlType": _CONTROL[field.data_type],
            "decimals": field.decimals,
            "decimalsFieldId": "",
        }
        for place, field in enumerate(shape.fields, start=1)
    ]
