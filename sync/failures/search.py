"""From what a person asks for, at the console or on the command line, to what is looked for in the store."""

from __future__ import annotations

from dataclasses import dataclass

from domain.calendar import is_week
from domain.errors import Incomplete
from domain.failures.failure import STATES, FailureQuery
from domain.message import Message
from mappings.connectors import flows_reading, kinds_writing
from words.catalogue import ids_saying


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for; an empty text asks for nothing in particular.

    ``connector``: one of AFAS, to which updates write or out of which rows come. ``hours``: at least so old.
    """

    state: str = ""
    kind: str = ""
    flow: str = ""
    client: str = ""
    week: str = ""
    text: str = ""
    connector: str = ""
    hours: float | None = None

    def wanted(self, cause: str | None = None) -> FailureQuery:
        """The same for the store. Raises Incomplete for a state in which nothing fails, or no week."""
        if self.state and self.state not in STATES:
            raise Incomplete(
                "state",
                Message("incomplete.one-of", {"all": tuple(Message(f"state.{each}") for each in STATES)}),
            )
        week = self.week.strip().upper() or None
        if week and not is_week(week):
            raise Incomplete("week", Message("incomplete.week"))
        return FailureQuery(
            states=(self.state,) if self.state else STATES,
            kinds=self._kinds(),
            flows=self._flows(),
            client=self.client.strip() or None,
            week=week,
            text=self.text.strip() or None,
            said=ids_saying(self.text.strip()),
            hours=self.hours,
            cause=cause,
        )

    def _kinds(self) -> list[str] | None:
        """Kinds of update; an empty list when only rows are asked for."""
        chosen = [self.kind] if self.kind else [] if self.flow else None
        if not self.connector.strip():
            return chosen
        writing = kinds_writing(self.connector.strip())
        return writing if chosen is None else [kind for kind in chosen if kind in writing]

    def _flows(self) -> list[str] | None:
        """Flows of rows; an empty list when only updates are asked for."""
        chosen = [self.flow] if self.flow else [] if self.kind else None
        if not self.connector.strip():
            return chosen
        reading = flows_reading(self.connector.strip())
        return reading if chosen is None else [flow for flow in chosen if flow in reading]
