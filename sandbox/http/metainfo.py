"""What the app connector may use, and the fields of each connector (AFAS: OpenAPI, /MetaInfo)."""

from typing import Any

from sandbox.contract import Connector, connectors
from sandbox.errors import get_connector_refused, update_connector_refused
from sandbox.http.environment import Environment
from sandbox.reading.standard import VIEWS

_CONTROL = {"string": 1, "boolean": 2, "date": 4, "int": 5, "decimal": 6}


def overview(environment: Environment) -> dict[str, Any]:
    """`GET /metainfo`: only what the app connector may call. `tokenExpiry` "0": none, as in AFAS's
    example."""
    app, updates = environment.app, environment.updates
    names = [*(one.name for one in connectors()), *VIEWS]
    return {
        "updateConnectors": [
            {"id": name, "description": updates.describe(name)}
            for name in updates.names()
            if app.may_call(name)
        ],
        "getConnectors": [{"id": name, "description": name} for name in names if app.may_call(name)],
        "customConnectors": [{"id": "AppConnectorSubject", "description": "Bijlage van een dossieritem"}],
        "info": {
            "envid": environment.options.identity,
            "appName": "Loonbrug sandbox",
            "group": "AuthorizationGroup 101 (12345.SANDBOX)",
            "tokenExpiry": "0",
        },
    }


def get_connector(environment: Environment, name: str) -> dict[str, Any]:
    """`GET /metainfo/get/{id}`. Raises Refusal when it does not exist or may not be called."""
    shape = find(environment, name)
    return {"name": shape.name, "description": shape.name, "fields": _fields(shape)}


def update_connector(environment: Environment, name: str, language: str) -> dict[str, Any]:
    """`GET /metainfo/update/{id}`. Raises Refusal when it does not exist or may not be called."""
    known, updates = writable(environment, name), environment.updates
    return {
        "id": known,
        "name": known,
        "description": updates.describe(known),
        "fields": updates.fields(known, language),
        "objects": updates.objects(known, language),
    }


def writable(environment: Environment, name: str) -> str:
    """The UpdateConnector of that name, as AFAS writes it. Raises Refusal when it does not exist or is not in
    the app connector."""
    known = {one.lower(): one for one in environment.updates.names()}.get(name.lower())
    if known is None or not environment.app.may_call(known):
        raise update_connector_refused()
    return known


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
