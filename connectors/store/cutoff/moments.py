"""What the clock did at which moment before a cut-off, and what reminders tell of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import uuid4

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database
from connectors.store.sealed.keyring import keys_of
from connectors.store.sealed.personal import open_row
from connectors.store.watch.notices import owe_mail, owe_webhook
from domain.cutoff.when import Moment
from domain.cutoff.work import LostMoment, Owed, OwedMail, TakenMoment, WaitingContact, WaitingDeclaration
from domain.records.clients import Contact

_KNOW = """
    insert into cutoff_moment (environment, week, name, due_at, state, ended_at)
    values (%(environment)s, %(week)s, %(name)s, %(at)s, %(state)s,
        case when %(state)s <> 'due' then now() end)
    on conflict do nothing
"""
_CLAIM = """
    update cutoff_moment set token = %(token)s, attempts = attempts + 1,
        leased_until = now() + make_interval(secs => %(lease)s)
    where environment = %(environment)s and week = %(week)s and name = %(name)s and state = 'due'
        and (leased_until is null or leased_until <= now())
        and not exists (select from restored where restored.environment = %(environment)s)
    returning attempts
"""
_END = """
    update cutoff_moment set state = 'done', ended_at = now(), token = null, leased_until = null,
        reason = null
    where environment = %s and week = %s and name = %s and state = 'due' and token = %s
"""
_SKIP = """
    update cutoff_moment set state = 'skipped', ended_at = now() where environment = %(environment)s
        and week = %(week)s and name = %(name)s and state = 'due'
        and (leased_until is null or leased_until <= now())
"""
_LATER = """
    update cutoff_moment set reason = %s where environment = %s and week = %s and name = %s and token = %s
"""
_WAITING = """
    select k.contact, k.client, k.name, k.email, d.number, d.hours, d.client as of_client,
        coalesce(c.name, d.client) as client_name,
        coalesce(worker_name(e), '') as worker
    from declaration d
    join contact k on k.environment = d.environment and k.contact = d.contact
        and not k.blocked and k.withdrawn_at is null
    left join client c on c.environment = d.environment and c.client = d.client
    left join employee e on e.environment = d.environment and e.employee = d.employee
    where d.environment = %s and d.week = %s and d.status = 'to-approve'
    order by k.contact, worker, d.number
"""
_NOT_SUBMITTED = """
    select d.number, d.hours, d.client as of_client, coalesce(c.name, d.client) as client_name,
        coalesce(worker_name(e), '') as worker
    from declaration d
    left join client c on c.environment = d.environment and c.client = d.client
    left join employee e on e.environment = d.environment and e.employee = d.employee
    where d.environment = %s and d.week = %s and d.status = 'open' and not is_submitted(d.number)
        and d.lines > 0
    order by worker, d.number
"""
_DONE = """
    select name, state from cutoff_moment where environment = %s and week = %s
"""


class CutoffMoments:
    """The moments and reminders of one environment (``sync.cutoff.ports.Moments`` and ``WaitingWork``)."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def take(self, moment: Moment, lease: float) -> TakenMoment | None:
        """Ours for so many seconds, or None; nobody's while a restored database was not reconciled (G12)."""
        token = uuid4()
        values = self._values(moment) | {"state": "due", "token": token, "lease": lease}
        with self._database.transaction() as connection:
            connection.execute(_KNOW, values)
            row = connection.execute(_CLAIM, values).fetchone()
        return TakenMoment(moment, token, row["attempts"]) if row else None

    def skip(self, moments: Sequence[Moment]) -> None:
        """They were overtaken; what is done or in hand stays so."""
        if not moments:
            return
        with self._database.transaction() as connection:
            for moment in moments:
                values = self._values(moment) | {"state": "skipped"}
                connection.execute(_KNOW, values)
                connection.execute(_SKIP, values)

    def finish(self, taken: TakenMoment, owed: Sequence[Owed]) -> None:
        """Owe what is to be told and end the moment."""
        with self._database.transaction() as connection:
            end_moment(connection, self._environment, taken)
            owe(connection, self._environment, owed)

    def later(self, taken: TakenMoment, why: str) -> None:
        """It did not work this time."""
        cutoff = taken.moment.cutoff
        with self._database.connection() as connection:
            connection.execute(_LATER, (why, self._environment, cutoff.week, taken.moment.name, taken.token))

    def done(self, week: str) -> dict[str, str]:
        """The state of each moment of a week so far, by its name."""
        with self._database.connection() as connection:
            rows = connection.execute(_DONE, (self._environment, week)).fetchall()
        return {row["name"]: row["state"] for row in rows}

    def waiting(self, week: str) -> list[WaitingContact]:
        """What of a week waits for approval, per contact."""
        with self._database.connection() as connection:
            keys = keys_of(connection)
            rows = connection.execute(_WAITING, (self._environment, week)).fetchall()
        found = []
        for contact, group in groupby(rows, key=lambda row: row["contact"]):
            members = list(group)
            first = open_row(keys, self._environment, Contact, members[0])
            declarations = tuple(_waiting(row) for row in members)
            found.append(
                WaitingContact(contact, first["client"], first["name"], first["email"], declarations)
            )
        return found

    def not_submitted(self, week: str) -> list[WaitingDeclaration]:
        """Hours of a week that were booked and not submitted."""
        with self._database.connection() as connection:
            rows = connection.execute(_NOT_SUBMITTED, (self._environment, week)).fetchall()
        return [_waiting(row) for row in rows]

    def _values(self, moment: Moment) -> dict[str, object]:
        return {
            "environment": self._environment,
            "week": moment.cutoff.week,
            "name": moment.name,
            "at": moment.at,
        }


def end_moment(connection: Connection[DictRow], environment: str, taken: TakenMoment) -> None:
    """End a moment in the caller's transaction. Raises LostMoment."""
    moment = taken.moment
    values = (environment, moment.cutoff.week, moment.name, taken.token)
    if connection.execute(_END, values).rowcount == 0:
        raise LostMoment


def owe(connection: Connection[DictRow], environment: str, owed: Sequence[Owed]) -> None:
    """Owe mails and webhooks in the caller's transaction."""
    for each in owed:
        if isinstance(each, OwedMail):
            owe_mail(connection, environment, each.to, each.subject, each.text, report=each.report)
        else:
            owe_webhook(connection, environment, each.event, each.data)


def _waiting(row: DictRow) -> WaitingDeclaration:
    return WaitingDeclaration(
        row["number"], row["hours"], row["worker"], row["of_client"] or "", row["client_name"] or ""
    )
