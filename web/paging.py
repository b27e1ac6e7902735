"""Pages: a list goes on behind a cursor that means nothing to the caller."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from domain.decisions.decision import Caller
from domain.errors import Incomplete
from domain.message import Message
from web.ports import ReadPage, Shown

Item = TypeVar("Item", bound=BaseModel)

_BIGGEST_KEY = 2**63 - 1


class Paged(BaseModel):
    """The parameters of every list; parameters that a list does not know are refused."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str | None, Field(max_length=400, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Items per page")] = 50

    def wanted(self) -> dict[str, object]:
        """The filters that were given."""
        return self.model_dump(exclude={"cursor", "limit"}, exclude_none=True, mode="json")


class Items(BaseModel, Generic[Item]):
    """A page. ``next`` is the cursor of the page behind it; null on the last one."""

    items: list[Item]
    next: str | None = None


def read_page(page: ReadPage, caller: Caller, query: Paged, key: str, kind: type[str] | type[int]) -> Shown:
    """One page as plain values; ``key`` names the member that the list is ordered by."""
    rows = page(caller, query.wanted(), _opened(query.cursor, key, kind), query.limit + 1)
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return {"items": shown, "next": _closed(key, shown[-1][key]) if more else None}


def _closed(key: str, value: str | int) -> str:
    text = json.dumps([key, str(value)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(cursor: str | None, key: str, kind: type[str] | type[int]) -> str | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, value = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        usable = name == key and isinstance(value, str) and "\x00" not in value
        if not usable or (kind is int and not 0 <= int(value) <= _BIGGEST_KEY):
            raise ValueError("another list's cursor")  # noqa: TRY301 - one answer to all that is wrong
        return str(value)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Incomplete("cursor", Message("incomplete.cursor")) from error


__all__ = ["Items", "Paged", "Query", "read_page"]
