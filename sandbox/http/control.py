"""The side door: what a demo or a test may see and do behind AFAS's back. Not part of AFAS."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from sandbox.errors import Refusal
from sandbox.http.answers import Response
from sandbox.http.environment import Environment
from sandbox.http.request import Request
from sandbox.profit.summary import summarise


def answer(environment: Environment, request: Request) -> Response:
    """Answer a request on /sandbox/...; 404 for what is not there, 400 with the reason for what cannot be."""
    path = request.target.partition("?")[0].rstrip("/").removeprefix("/sandbox/")
    do = _DOORS.get((request.verb, path))
    if do is None:
        return Response(404, {"error": f"no such door: {request.verb} {path}"})
    try:
        return Response(200, do(environment, json.loads(request.body or b"{}")))
    except (Refusal, ValueError, LookupError, TypeError, AttributeError) as error:
        return Response(400, {"error": f"{type(error).__name__}: {error}"})


def _state(environment: Environment, body: Any) -> Any:
    """Counts of all time, or of one week: `{"year": 2026, "period": 47}`."""
    return {"now": environment.world.clock.now().isoformat(), **summarise(environment.world, **body)}


def _calls(environment: Environment, _body: Any) -> Any:
    injected: list[dict[str, Any]] = [
        {"fault": kind, "connector": connector, "verb": verb, "count": count}
        for (kind, connector, verb), count in sorted(environment.faults.injected().items())
    ]
    total = sum(entry["count"] for entry in injected)
    return {**environment.calls.report(), "faults": injected, "faults_injected": total}


def _effects(environment: Environment, _body: Any) -> Any:
    return environment.world.effects()


def _clock(environment: Environment, body: Any) -> Any:
    """`{"to": naive Amsterdam time}` or `{"advance_seconds": n}`, or nothing to read it."""
    clock = environment.world.clock
    if "to" in body:
        clock.move_to(datetime.fromisoformat(body["to"]))
    if "advance_seconds" in body:
        clock.advance(timedelta(seconds=body["advance_seconds"]))
    return {"now": clock.now().isoformat()}


def _faults(environment: Environment, _body: Any) -> Any:
    return {"faults": [asdict(rule) for rule in environment.faults.rules()]}


def _add_fault(environment: Environment, body: Any) -> Any:
    for entry in body if isinstance(body, list) else [body]:
        environment.faults.add(entry.pop("fault"), **entry)
    return _faults(environment, body)


def _clear_faults(environment: Environment, _body: Any) -> Any:
    environment.faults.clear()
    return _faults(environment, _body)


def _people(environment: Environment, body: Any) -> Any:
    """`{"do": name, ...}`: a worker in Pocket, the back office, a contact in OutSite."""
    return import_module("sandbox.people").act(environment.world, body.pop("do"), **body)


def _allow(environment: Environment, body: Any) -> Any:
    """`{"connectors": [...]}`: what the app connector may call; an empty list is all."""
    environment.app.allow_only(*body["connectors"])
    return {"allowed": sorted(environment.app.allowed or ())}


def _sessions(environment: Environment, _body: Any) -> Any:
    environment.app.end_sessions()
    return {"ended": True}


def _webhook(environment: Environment, _body: Any) -> Any:
    return environment.webhooks.counts()


def _subscribe(environment: Environment, body: Any) -> Any:
    """`{"url", "password"}`: deliver webhooks there."""
    environment.webhooks.subscribe(body["url"], body["password"])
    return environment.webhooks.counts()


def _unsubscribe(environment: Environment, _body: Any) -> Any:
    environment.webhooks.unsubscribe()
    return environment.webhooks.counts()


_DOORS: dict[tuple[str, str], Callable[[Environment, Any], Any]] = {
    ("GET", "state"): _state,
    ("GET", "calls"): _calls,
    ("GET", "effects"): _effects,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "people"): _people,
    ("POST", "allow"): _allow,
    ("DELETE", "sessions"): _sessions,
    ("GET", "webhook"): _webhook,
    ("POST", "webhook"): _subscribe,
    ("DELETE", "webhook"): _unsubscribe,
}
