"""The week board out of the store: a few statements that read one moment of the database."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.store.cutoff.week_statements import BOARD, BY_INDEX, CLIENTS, SIZE
from connectors.store.database import Database, one_row
from connectors.store.messages import message_of
from domain.calendar import days_of
from domain.cutoff.reason import STUCK, Reason, held_up, not_offered
from domain.cutoff.week import (
    STAGES,
    ReasonCount,
    Stages,
    WeekBoard,
    WeekException,
    WeekRow,
    WeekSums,
)
from domain.message import Message
from domain.outbox.update import UpdateState
from domain.watch.waiting import Lateness

MOST_EXCEPTIONS = 200
_URGENCY = {reason: place for place, reason in enumerate(Reason)}


class Weeks:
    """Weeks of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def board(
        self,
        week: str,
        *,
        lateness: Lateness,
        client: str | None = None,
        reason: Reason | None = None,
        deep: bool = True,
        most: int = MOST_EXCEPTIONS,
    ) -> WeekBoard:
        """The board of a week, all of one moment. ``deep``: a row per placement, else per client.

        ``lateness``: from when on a decision that AFAS does not show names a person. ``client`` narrows
        everything; ``reason`` and ``most`` narrow the exceptions that are listed.

        Raises ValueError when there is no such week.
        """
        monday, sunday = days_of(week)
        values = self._values(week, monday, sunday, client) | {"deep": deep, "most": most}
        values |= {"order": [each.value for each in Reason], "reason": reason, **_late(lateness)}
        with self._database.transaction() as connection:
            connection.execute(BY_INDEX)
            found = one_row(connection, BOARD, values)
        exceptions = sorted((_exception(each) for each in found["listed"]), key=_place)
        return WeekBoard(
            week,
            client,
            tuple(sorted((_row(row) for row in found["rows"]), key=_name)),
            tuple(exceptions),
            _counts(found["counts"]),
            WeekSums(**{each.name: found[each.name] for each in fields(WeekSums)}),
        )

    def size(self, week: str) -> int:
        """How many declarations a week has."""
        with self._database.connection() as connection:
            return int(one_row(connection, SIZE, {"environment": self._environment, "week": week})["count"])

    def clients(self, week: str) -> list[tuple[str, str]]:
        """Number and name of the clients that have hours in a week."""
        with self._database.connection() as connection:
            rows = connection.execute(CLIENTS, {"environment": self._environment, "week": week}).fetchall()
        return [(row["client"], row["name"]) for row in rows]

    def _values(self, week: str, monday: date, sunday: date, client: str | None) -> dict[str, Any]:
        values = {"environment": self._environment, "week": week, "monday": monday, "sunday": sunday}
        return values | {"client": client}


def _row(row: dict[str, Any]) -> WeekRow:
    stages = Stages(**{name: Decimal(row[name]) for name in STAGES})
    names = ("client", "client_name", "placement", "employee", "worker", "declarations")
    return WeekRow(stages=stages, **{name: row[name] for name in names})


def _exception(row: dict[str, Any]) -> WeekException:
    names = ("number", "client", "client_name", "placement", "employee", "worker", "update")
    return WeekException(
        reason=Reason(row["reason"]),
        hours=Decimal(row["hours"]),
        detail=_detail(row),
        **{name: row[name] for name in names},
    )


def _detail(row: dict[str, Any]) -> Message | None:
    """What more is known: what differs, what lacks, or why an update is no further."""
    stuck = message_of(row["stuck"])
    match Reason(row["reason"]):
        case Reason.NOT_ADDING_UP:
            return Message("week.lines-and-claim", {"lines": row["lines"], "claim": row["total"]})
        case Reason.HELD_BACK:
            return not_offered(row["missing"])[1]
        case Reason.REJECTION_NOT_IN_AFAS:
            return held_up(UpdateState(row["state"]), stuck)
        case reason:
            return stuck if reason in _TOLD_BY_UPDATE else None


_TOLD_BY_UPDATE = STUCK | {Reason.FELL_AWAY, Reason.REJECTION_ON_ITS_WAY}


def _late(lateness: Lateness) -> dict[str, float]:
    return {
        "late_approve": lateness.approve,
        "late_reject": lateness.reject,
        "late_unclear": lateness.unclear,
    }


def _name(row: WeekRow) -> tuple[str, ...]:
    """Clients by name, those without one last; workers by name."""
    return (row.client_name or "\uffff", row.client or "", row.worker or "", row.placement or "")


def _place(each: WeekException) -> tuple[int, str, str, str]:
    """What blocks pay first, then by name."""
    return (_URGENCY[each.reason], each.client_name or "\uffff", each.worker or "", each.number)


def _counts(rows: list[dict[str, Any]]) -> tuple[ReasonCount, ...]:
    found = {row["reason"]: row for row in rows}
    return tuple(
        ReasonCount(reason, found[reason]["count"], Decimal(found[reason]["hours"]))
        for reason in Reason
        if reason in found
    )
