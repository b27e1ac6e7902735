"""From a request to an answer: what each address does when nothing goes wrong."""

import base64
import json
from typing import Any

from sandbox.contract import Connector
from sandbox.errors import Refusal, get_connector_refused
from sandbox.faults.faults import Rule
from sandbox.faults.spoiling import spoiled
from sandbox.http import metainfo
from sandbox.http.answers import XML, Response
from sandbox.http.auth import unauthorized
from sandbox.http.environment import Environment
from sandbox.http.request import Request
from sandbox.reading import query

_NOT_FOUND = Response(404, content_type=XML)


def answer(environment: Environment, request: Request, *, number: int, rule: Rule | None = None) -> Response:
    """What AFAS answers. `number`: which call this is (it decides the order of unsorted rows); `rule`: the
    fault of this call, of which only those about rows matter here. Never raises Refusal: it becomes a 500."""
    if len(request.query_string) + 1 > query.QUERY_LIMIT:
        return _NOT_FOUND
    if request.kind == "oauth":
        return _token(environment, request)
    if not environment.app.admits(request.headers.get("authorization")):
        return unauthorized(request.headers, profit=environment.options.profit)
    try:
        return _reached(environment, request, number, rule)
    except Refusal as refusal:
        return Response(refusal.status, refusal.body(request.language))


def write(environment: Environment, request: Request) -> Response:
    """Carry out a POST, PUT or DELETE on an UpdateConnector. Raises Refusal."""
    known = metainfo.writable(environment, request.connector)
    body = _json(request.body) if request.verb != "DELETE" else {}
    if not isinstance(body, dict):
        return Response(400, {"message": "Invalid json"})
    path = [known, *request.path[2:]]
    done = environment.updates.dispatch(environment.world, request.verb, path, body, request.language)
    return Response(done.status, done.body)


def _reached(environment: Environment, request: Request, number: int, rule: Rule | None) -> Response:
    match request.verb, request.kind, *request.path[1:]:
        case "POST" | "PUT" | "DELETE", "connectors", _, *_:
            found = write(environment, request)
        case "GET", "connectors", _:
            found = _read(environment, request, number, rule)
        case "GET", "metainfo", *_:
            found = _metainfo(environment, request)
        case "GET", "profitversion":
            found = Response(200, {"version": environment.options.version})
        case "GET", "subjectconnector", subject, file_id:
            found = _file(environment, subject, file_id)
        case _:
            found = _NOT_FOUND
    return found


def _read(environment: Environment, request: Request, number: int, rule: Rule | None) -> Response:
    shape = metainfo.find(environment, request.path[1])
    stored = environment.world.tables.connector(shape.name)
    asked = query.parse(_filterable(shape, stored), request.parameters)
    options = environment.options
    shuffle = options.seed * 7_907 + number * 104_729 if options.unstable else None
    page = query.read(environment.world.tables, stored, asked, shuffle=shuffle, cells=options.cells)
    passing = [rule] if rule and not rule.lasting else []
    found = spoiled(page, shape.name, [*environment.faults.lasting(shape.name), *passing])
    head = f'{{"skip":{asked.skip},"take":{asked.take},"rows":['.encode()
    return Response(200, head + found.rows + b"]}", rows=found.count)


def _filterable(shape: Connector, stored: Connector) -> Connector:
    """Only columns that really are there: a renamed or new one exists on paper only."""
    real = {field.id for field in stored.fields}
    fields = tuple(field for field in shape.fields if field.id in real)
    return Connector(stored.name, stored.key, stored.changed, fields)


def _metainfo(environment: Environment, request: Request) -> Response:
    path = request.path
    if len(path) == 1:
        return Response(200, metainfo.overview(environment))
    if len(path) == 3 and path[1].lower() == "get":
        return Response(200, metainfo.get_connector(environment, path[2]))
    if len(path) == 3 and path[1].lower() == "update":
        return Response(200, metainfo.update_connector(environment, path[2], request.language))
    return _NOT_FOUND


def _file(environment: Environment, subject: str, file_id: str) -> Response:
    """A file of a dossier item; 404 with a text when it is not there (AFAS: howto-bijlage-dossier.md)."""
    if not environment.app.may_call("AppConnectorSubject"):
        raise get_connector_refused()
    found = environment.world.files.get((int(subject), file_id)) if subject.isdecimal() else None
    if found is None:
        return Response(404, b"Not Found:404", content_type="text/plain; charset=utf-8")
    name, mime, content = found
    return Response(200, {"filename": name, "mimetype": mime, "filedata": base64.b64encode(content).decode()})


def _token(environment: Environment, request: Request) -> Response:
    if [part.lower() for part in request.path] != ["oauth", "token"]:
        return _NOT_FOUND
    if request.verb != "POST":
        return Response(405, content_type=XML, headers={"Allow": "POST"})
    basic = request.headers.get("authorization") if environment.options.profit >= 9 else None
    return environment.app.grant(request.body, basic)


def _json(body: bytes) -> Any:
    """The body as JSON, or None. What is not UTF-8 becomes question marks (AFAS: App_Cnr_Rest_Update.htm)."""
    text = body.decode("utf-8-sig", "replace").replace("\ufffd", "?")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
