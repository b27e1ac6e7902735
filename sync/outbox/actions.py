"""The workflow actions of an environment, kept for a while and fetched anew when they may be stale."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from domain.outbox.afas_call import Call
from domain.pull.query import EVERYTHING, Row
from mappings.outbox.steps import ACTIONS
from sync.outbox.looks import refuse_closed
from sync.ports import Afas

TAKE = 1000


class ActionCache:
    """All rows of the actions connector. Thread-safe; one call to AFAS until somebody forgets."""

    def __init__(self, afas: Afas) -> None:
        self._afas = afas
        self._rows: tuple[Row, ...] | None = None
        self._one_reader = threading.Lock()

    def rows(self) -> Sequence[Row]:
        """The actions. Raises AfasError when they must be fetched and cannot, or hide what we need."""
        with self._one_reader:
            if self._rows is None:
                pages = self._afas.pages(ACTIONS.connector, ACTIONS.key, EVERYTHING, TAKE)
                rows = tuple(row for page in pages for row in page)
                refuse_closed(self._afas, ACTIONS, rows)
                self._rows = rows
            return self._rows

    def forget(self) -> None:
        """Fetch them anew next time: AFAS refused, or shows a task we do not know."""
        with self._one_reader:
            self._rows = None

    def still_has(self, call: Call) -> bool:
        """Whether AFAS still knows the action that a call names; asks AFAS anew. Raises AfasError."""
        self.forget()
        return any(str(row.get("ActionName")) in str(call.body) for row in self.rows())
