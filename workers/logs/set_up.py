"""One set-up of the log for every process: which lines, which keys, in which form."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.types import EventDict, ExcInfo, Processor

from workers.logs.foreign import WordlessHandler, hear, is_worth_a_line, without_foreign_words
from workers.logs.redaction import redact

KEYS = frozenset(
    {
        "event", "level", "timestamp", "logger", "exception",
        "process", "pid", "job", "correlation", "environment",
        "flow", "run", "kind", "update", "subject_kind", "state", "outcome", "attempts", "sends", "step",
        "read", "new", "changed", "unchanged", "parked", "withdrawn", "calls", "rows", "count", "seconds",
        "connector", "columns", "status", "number", "trace", "log_reference", "reason", "error", "error_type",
        "schedule", "due", "part", "exit_code", "pause", "address", "method", "route", "request_id",
        "milliseconds", "place", "key", "anchor", "moment",
    }
)  # fmt: skip
"""The keys that may be logged. Any other key loses its value: a new key is a decision, not an accident."""


def set_up_logging(*, level: str = "info", form: str = "auto", process: str = "") -> None:
    """Send all logging of this process to stderr, one line per event; of what others say, the place only.

    ``form``: ``json``, ``console``, or ``auto`` (console on a terminal). Times are UTC.
    """
    shared: list[Processor] = [
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.PositionalArgumentsFormatter(),
        without_foreign_words,
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(without_words),
        _named(process),
        only_allowed,
        redacted,
    ]
    hear()
    handler = WordlessHandler(sys.stderr)
    handler.addFilter(is_worth_a_line)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form)],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # an absent database is told once, by its user
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def begin_job(job: str, correlation: object) -> None:
    """From here on every line of this thread tells which job it belongs to."""
    clear_contextvars()
    bind_contextvars(job=job, correlation=str(correlation))


def only_allowed(logger: object, method: str, event: EventDict) -> EventDict:  # noqa: ARG001
    """Keep the value of allowed keys only; ``_record`` and the like belong to structlog itself."""
    return {key: value if key in KEYS or key.startswith("_") else "[hidden]" for key, value in event.items()}


def redacted(logger: object, method: str, event: EventDict) -> EventDict:  # noqa: ARG001
    """Strike out what looks personal or secret in every value."""
    return {
        key: value if key in _OURS or key.startswith("_") else _clean(value) for key, value in event.items()
    }


def without_words(exc_info: ExcInfo) -> str:
    """Where exceptions happened and of what kind, never what they say: their texts quote values (G13)."""
    shown: list[str] = []
    seen: set[int] = set()
    error: BaseException | None = exc_info[1]
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        state = getattr(error, "sqlstate", None)
        named = type(error).__name__ + (f" (SQLSTATE {state})" if state else "")
        shown.append(
            "\n".join([f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames] + [named])
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nduring or because of\n".join(shown)


_OURS = frozenset({"level", "timestamp", "logger", "anchor"})


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))


def _named(process: str) -> Processor:
    def name(logger: object, method: str, event: EventDict) -> EventDict:  # noqa: ARG001
        if process:
            event["process"] = process
        return event

    return name


def _renderer(form: str) -> Callable[..., Any]:
    if form == "console" or (form == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()
