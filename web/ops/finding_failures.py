"""What the form of the failures page asks for."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from domain.failure import STATES, Wanted
from mappings.connectors import flows_reading, kinds_writing

Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
_SHOWN = ("state", "kind", "flow", "client", "week", "text", "connector", "age")


class Asked(BaseModel):
    """The fields of the form, all of them optional. ``age``: hours. ``after``: the id before this page."""

    state: Text = ""
    kind: Text = ""
    flow: Text = ""
    client: Text = ""
    week: Text = ""
    text: Text = ""
    connector: Text = ""
    age: Annotated[str, Field(pattern=r"^\s*[0-9]{0,5}\s*$")] = ""
    after: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0

    def wanted(self, cause: str | None = None) -> Wanted:
        """What to look for in the store."""
        states = (self.state,) if self.state in STATES else STATES
        return Wanted(
            states=states,
            kinds=self._kinds(),
            flows=self._flows(),
            client=self.client.strip() or None,
            week=self.week.strip().upper() or None,
            text=self.text.strip() or None,
            hours=float(self.age) if self.age.strip() else None,
            cause=cause,
        )

    @property
    def query(self) -> str:
        """The same as the query of an address, without the page."""
        return urlencode({name: value for name in _SHOWN if (value := getattr(self, name).strip())})

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The same as hidden fields of a form."""
        return [(name, value) for name in _SHOWN if (value := getattr(self, name).strip())]

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
