"""What a fault does to one call: the answer instead of the real one, or the write that goes another way."""

import threading
from collections.abc import Callable

from sandbox.errors import Refusal, locked, out_of_memory, unexpected
from sandbox.faults.faults import Rule
from sandbox.http import routes
from sandbox.http.answers import XML, Response
from sandbox.http.auth import unauthorized
from sandbox.http.environment import Environment
from sandbox.http.request import Request

CUT = Response(0)
"""No answer at all: the connection is cut."""
_MAINTENANCE = (
    "Service temporarily unavailable due to scheduled maintenance. Please check afasstatus.nl for details."
)
_PAGE = (
    b"<!DOCTYPE html><html><head><title>AFAS Online</title></head><body><h1>Even geduld</h1></body></html>"
)


def behave(environment: Environment, request: Request, number: int, rule: Rule | None) -> Response:
    """The answer to one call, with its fault, if it has one. `CUT` means none."""
    real = Real(environment, request, number, rule)
    if rule is None or rule.kind not in _INSTEAD:
        return real()
    return _INSTEAD[rule.kind](real, rule)


class Real:
    """The call as it would go without its fault; calling it carries it out."""

    def __init__(self, environment: Environment, request: Request, number: int, rule: Rule | None) -> None:
        self.environment = environment
        self.request = request
        self._number = number
        self._rule = rule

    def __call__(self) -> Response:
        """Carry it out. Raises nothing: refusals are answers."""
        return routes.answer(self.environment, self.request, number=self._number, rule=self._rule)

    def refused(self, refusal: Refusal) -> Response:
        """A refusal in the caller's language."""
        return Response(refusal.status, refusal.body(self.request.language))


def _unavailable(_real: Real, rule: Rule) -> Response:
    wait = rule.settings.get("retry_after", 7_200)
    body = {"error": {"code": "503", "message": _MAINTENANCE}, "retry_after": wait}
    headers = {"Retry-After": str(wait)} if rule.settings.get("header") else {}
    return Response(503, body if rule.settings.get("body", True) else None, headers=headers)


def _unauthorized(real: Real, _rule: Rule) -> Response:
    return unauthorized(real.request.headers, profit=real.environment.options.profit)


def _refuse(real: Real, rule: Rule) -> Response:
    dutch = rule.settings.get("text", "De ingevulde waarde bij 'Medewerker' bestaat niet.")
    return real.refused(
        Refusal(dutch, rule.settings.get("english", dutch), rule.settings.get("number", -2147220469))
    )


def _garbage(real: Real, rule: Rule) -> Response:
    done = real()
    text = str(rule.settings.get("text", '{"results":{"\x00\x00'))
    return Response(done.status, text.encode()) if done.status < 300 else done


def _error_after_applying(real: Real, _rule: Rule) -> Response:
    done = real()
    return real.refused(unexpected()) if done.status < 300 else done


def _drop_answer(real: Real, _rule: Rule) -> Response:
    real()
    return CUT


def _apply_late(real: Real, rule: Rule) -> Response:
    """Cut now and carry out `seconds` later; with `hold`, carry out and answer only then. What would take
    longer than AFAS's own limit is given up there and not carried out."""
    seconds, limit = float(rule.settings.get("seconds", 1.0)), real.environment.options.time_limit
    if rule.settings.get("hold"):
        real.environment.closing.wait(min(seconds, limit))
        return real() if seconds <= limit else real.refused(_given_up())
    if seconds <= limit:
        later = threading.Timer(seconds, real)
        later.daemon = True
        later.start()
    return CUT


def _given_up() -> Refusal:
    return Refusal(
        "De maximale tijdsduur voor het uitvoeren van de opdracht is verstreken.",
        "The maximum duration for performing the assignment has been exceeded.",
    )


_INSTEAD: dict[str, Callable[[Real, Rule], Response]] = {
    "unavailable": _unavailable,
    "unauthorized": _unauthorized,
    "forbidden": lambda _real, _rule: Response(403, content_type=XML),
    "too-large": lambda _real, _rule: Response(413, content_type=XML),
    "locked": lambda real, rule: real.refused(locked(str(rule.settings.get("user", "12345.JANSEN")))),
    "refuse": _refuse,
    "out-of-memory": lambda real, _rule: real.refused(out_of_memory()),
    "redirect": lambda _real, rule: Response(
        302, headers={"Location": str(rule.settings.get("to", "https://login.example.invalid/"))}
    ),
    "html": lambda _real, _rule: Response(200, _PAGE, content_type="text/html; charset=utf-8"),
    "reset": lambda _real, _rule: CUT,
    "not-applied": lambda real, _rule: Response(201, {"results": {real.request.connector: {}}}),
    "apply-late": _apply_late,
    "garbage": _garbage,
    "error-after-applying": _error_after_applying,
    "drop-answer": _drop_answer,
}
