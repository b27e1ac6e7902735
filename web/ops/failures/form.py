"""What the form of the failures page asks for."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from domain.failures.failure import FailureQuery
from sync.failures.search import Search

Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
_SHOWN = ("state", "kind", "flow", "client", "week", "text", "connector", "age")


class FailuresForm(BaseModel):
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

    def wanted(self, cause: str | None = None) -> FailureQuery:
        """What to look for in the store. Raises Incomplete."""
        values = {name: getattr(self, name) for name in _SHOWN if name != "age"}
        return Search(**values, hours=float(self.age) if self.age.strip() else None).wanted(cause)

    @property
    def query(self) -> str:
        """The same as the query of an address, without the page."""
        return urlencode({name: value for name in _SHOWN if (value := getattr(self, name).strip())})
