"""What the portal reads. A caller that is bound to one client sees nothing of any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from connectors.store.database import Database
from connectors.store.decisions.listings import (
    CONTACTS,
    DECLARATIONS,
    DOCUMENTS,
    LISTS,
    ONBOARDING,
    Listing,
)
from connectors.store.sealed.keyring import KeyRing
from connectors.store.sealed.personal import history_place, open_document, open_reason, open_row, update_place
from domain.decisions.decision import Caller
from domain.declarations.declaration import is_submitted
from domain.message import Message
from domain.records.clients import Contact

PortalRow = dict[str, Any]
"""A row in the shape of an answer of the API: the models in ``web/api`` say which, and check every answer.

Dataclasses here would say it a second time, for each list that is added.
"""
ReadPage = Callable[[Caller, Mapping[str, object], str | None, int], list[PortalRow]]

_LINES = """
    select line, date, item, item_description, hour_type, trim_scale(quantity)::text as quantity, unit,
    start_time, end_time, break_time, description from hour_line
    where environment = %(environment)s and withdrawn_at is null
"""
_LINES_OF_CLAIM = f"{_LINES} and claim = %(number)s order by date, line"
_LINES_NOT_SUBMITTED = f"""{_LINES} and claim is null and placement = %(placement)s
    and date between %(period_start)s and %(period_end)s order by date, line"""
_HISTORY = """
    select at, event, detail from declaration_history
    where environment = %(environment)s and number = %(number)s order by id
"""
_AVAILABLE = "select from flow where environment = %s and flow = %s and last_success is not null"
_ANSWERED = "select from idempotency where environment = %s and api_key = %s and key = %s"


class Portal:
    """Reads for the portal: one query per page, in the order of the key, beginning behind ``after``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def declarations(
        self, caller: Caller, wanted: Mapping[str, object], after: str | None, limit: int
    ) -> list[PortalRow]:
        """Declarations by ``status``, ``client``, ``week``, ``contact``."""
        return self._page(DECLARATIONS, caller, wanted, after, limit)

    def declaration(self, caller: Caller, number: str) -> PortalRow | None:
        """One declaration with its ``lines`` and ``history``."""
        row = self._one(DECLARATIONS, caller, number)
        if row is None:
            return None
        values = row | {
            "environment": caller.environment,
            "placement": (row["placement"] or {}).get("placement"),
        }
        lines = _LINES_OF_CLAIM if is_submitted(number) else _LINES_NOT_SUBMITTED
        with self._database.connection() as connection:
            row["lines"] = connection.execute(lines, _plain(values)).fetchall()
            history = connection.execute(_HISTORY, _plain(values)).fetchall()
        place = history_place(caller.environment, number)
        keys = self._database.keys
        row["history"] = [
            each | {"detail": open_reason(keys, place, Message.from_json(each["detail"]))} for each in history
        ]
        return row

    def onboardings(
        self, caller: Caller, wanted: Mapping[str, object], after: str | None, limit: int
    ) -> list[PortalRow]:
        """Onboarding states by ``state``; to a client without the evidence."""
        return [_for(caller, row) for row in self._page(ONBOARDING, caller, wanted, after, limit)]

    def onboarding(self, caller: Caller, person: str) -> PortalRow | None:
        """One person's onboarding state, with its evidence; to a client without."""
        row = self._one(ONBOARDING, caller, person)
        return _for(caller, row) if row else None

    def documents(
        self, caller: Caller, wanted: Mapping[str, object], after: str | None, limit: int
    ) -> list[PortalRow]:
        """Documents with their files, by ``status``, ``client``, ``contact`` (who signs)."""
        return self._page(DOCUMENTS, caller, wanted, after, limit)

    def document(self, caller: Caller, subject: int) -> PortalRow | None:
        """One document with its files."""
        return self._one(DOCUMENTS, caller, subject)

    def listed(self, name: str) -> ReadPage:
        """A list that needs no more than its query. Raises KeyError when there is none of that name."""
        return partial(self._page, LISTS[name])

    def available(self, caller: Caller, flow: str) -> bool:
        """Whether AFAS showed us once what a flow brings."""
        with self._database.connection() as connection:
            return connection.execute(_AVAILABLE, (caller.environment, flow)).fetchone() is not None

    def contacts(
        self, caller: Caller, wanted: Mapping[str, object], after: str | None, limit: int
    ) -> list[PortalRow]:
        """Contacts by ``client``."""
        rows = self._page(CONTACTS, caller, wanted, after, limit)
        return [_opened(self._database.keys, caller.environment, row) for row in rows]

    def contact(self, caller: Caller, contact: int) -> PortalRow | None:
        """One contact's own details."""
        row = self._one(CONTACTS, caller, contact)
        return _opened(self._database.keys, caller.environment, row) if row else None

    def answered(self, caller: Caller, key: str) -> bool:
        """Whether a request of the caller's with this Idempotency-Key was answered."""
        with self._database.connection() as connection:
            found = connection.execute(_ANSWERED, (caller.environment, caller.api_key, key))
            return found.fetchone() is not None

    def _page(
        self, listing: Listing, caller: Caller, wanted: Mapping[str, object], after: str | None, limit: int
    ) -> list[PortalRow]:
        values = dict(wanted) | {"environment": caller.environment, "bound": caller.client}
        values |= {"after": after, "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(listing.page(frozenset(wanted)), values).fetchall()
        return [_shown(self._database.keys, caller, listing, row) for row in rows]

    def _one(self, listing: Listing, caller: Caller, key: str | int) -> PortalRow | None:
        values = {"environment": caller.environment, "bound": caller.client, "key": key}
        with self._database.connection() as connection:
            return connection.execute(listing.one(), values).fetchone()


def _shown(keys: KeyRing | None, caller: Caller, listing: Listing, row: PortalRow) -> PortalRow:
    """With what is encrypted readable; to a client without what is none of a client's matter."""
    if listing.record is not None:
        row = open_row(keys, caller.environment, listing.record, row)
    return row if caller.client is None else row | dict.fromkeys(listing.withheld)


def _for(caller: Caller, row: PortalRow) -> PortalRow:
    """An onboarding state. Dates of contracts and employment are no client's matter."""
    return row if caller.client is None else row | {"evidence": {}}


def _plain(row: PortalRow) -> PortalRow:
    """Without the nested parts, which psycopg would not know how to send."""
    return {name: value for name, value in row.items() if not isinstance(value, dict | list)}


def _opened(keys: KeyRing | None, environment: str, row: PortalRow) -> PortalRow:
    """A contact with what is personal readable, and the number that is on its way to AFAS."""
    row = open_row(keys, environment, Contact, row)
    if asked := row["mobile_requested"]:
        payload = open_document(keys, update_place(environment, asked["id"]), asked["payload"])
        row["mobile_requested"] = payload.get("mobile")
    return row
