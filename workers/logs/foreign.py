"""What others than we say of themselves: where in their code they said it is logged, never their words (G13).

A library may quote whatever it reads: a PDF, an address with its filter, a row. No list of such libraries is
ever complete, so the list is of those who may speak: we. With the place, what was said is found there.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

from structlog.types import EventDict

HOUSE = frozenset({"loonbrug", "connectors", "domain", "mappings", "sync", "web", "words", "workers"})
"""Whose loggers are ours: the first part of the name."""
SAID = "a library said something"
_KEPT = ("exc_info", "_record", "_from_structlog")
log = logging.getLogger("loonbrug.foreign")


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """What others than we say is worth a line when it is a warning or worse."""
    return _is_ours(record) or record.levelno >= logging.WARNING


def without_foreign_words(logger: object, method: str, event: EventDict) -> EventDict:  # noqa: ARG001
    """Of a record of somebody else keep where it was said, and the kind of its exception, shown elsewhere."""
    record = event.get("_record")
    if not isinstance(record, logging.LogRecord) or _is_ours(record):
        return event
    kept = {key: event[key] for key in _KEPT if key in event}
    return {"event": SAID, "place": _place(record.pathname, record.lineno), **kept}


class WordlessHandler(logging.StreamHandler[TextIO]):
    """A handler that repeats neither message nor values when a record cannot be written."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Tell where the record came from; the original prints all that was to be said."""
        place = _place(record.pathname, record.lineno)
        with suppress(OSError, ValueError):  # a log that is closed or full stops nobody
            self.stream.write(f"a line of the log could not be written: {place}\n")


def hear() -> None:
    """Warnings, and exceptions that nobody caught, go to the log, instead of to stderr with their words."""
    warnings.showwarning = _warned
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _warned(  # noqa: PLR0917 - as the warnings module calls it
    message: Warning | str,  # noqa: ARG001 - its words may quote anything
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    log.warning("a warning", extra={"error_type": category.__name__, "place": _place(filename, lineno)})


def _uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("nobody caught an exception", exc_info=(kind, error, traceback))


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
        _uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _unraisable(arguments: sys.UnraisableHookArgs) -> None:
    if arguments.exc_value is not None:
        _uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in HOUSE


def _place(path: str, line: int) -> str:
    return f"{'/'.join(Path(path).parts[-4:])}:{line}"
