"""The people of the console of one environment. Passwords come here as hashes only."""

# ruff: noqa: S608 - the texts of the queries are our own; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.audit.tally import count
from connectors.store.database import Database, one_row
from connectors.store.sealed.cipher import Place, seal_text, unseal_text
from connectors.store.sealed.keyring import keys_of
from domain.access.person import Person, Role
from domain.audit.entry import Entry
from domain.errors import NotFound, Refused
from domain.message import Message

PERSON = "id, name, role, email, language, external, password_due, disabled_at, created_at, signed_in_at"
_ADD = (
    "insert into console_person (environment, name, email, role, password, password_due)"
    f" values (%s, %s, %s, %s, %s, %s) returning {PERSON}"
)
_EXTERNAL = f"""
    insert into console_person (environment, name, role, external)
    values (%(environment)s, %(name)s, %(role)s, true)
    on conflict (environment, lower(name)) do update set role = excluded.role, external = true
    returning {PERSON}
"""
_KNOWN_OUTSIDE = f"""
    select {PERSON} from console_person where environment = %(environment)s
    and lower(name) = lower(%(name)s) and role = %(role)s and external
"""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is compared with. ``password`` is a hash, None for a person of the company's sign-on."""

    person: Person
    password: str | None = field(repr=False)
    code_secret: str | None = field(repr=False)


class ConsolePeople:
    """The people who may sign in."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def add(
        self, *, name: str, email: str, role: Role, password: str, actor: str, password_due: bool = False
    ) -> Person:
        """Somebody new. Raises Refused when there is somebody of that name."""
        values = (self._environment, name, email, role, password, password_due)
        try:
            with self._database.transaction() as connection:
                person = to_person(one_row(connection, _ADD, values))
                self._note(connection, actor, "user.add", name, role=role.value)
                return person
        except UniqueViolation:
            raise Refused(Message("refused.name-taken", {"name": name})) from None

    def list(self) -> list[Person]:
        """Everybody, those who were disabled too, by name."""
        with self._database.connection() as connection:
            rows = connection.execute(
                f"select {PERSON} from console_person where environment = %s order by lower(name)",
                (self._environment,),
            ).fetchall()
        return [to_person(row) for row in rows]

    def credentials(self, name: str) -> Credentials | None:
        """What to compare a sign-in with; None for a name that nobody bears, and for people disabled."""
        with self._database.connection() as connection:
            row = connection.execute(
                f"select {PERSON}, password, code_secret from console_person"
                " where environment = %s and lower(name) = lower(%s) and disabled_at is null",
                (self._environment, name),
            ).fetchone()
            keys = keys_of(connection)
        if row is None:
            return None
        password, secret = row.pop("password"), row.pop("code_secret")
        place = secret_place(self._environment, row["id"])
        return Credentials(to_person(row), password, unseal_text(keys, place, secret))

    def known_outside(self, name: str, role: Role) -> Person:
        """Somebody whom the company's sign-on vouches for, with the role that it gives. Raises Refused."""
        values = {"environment": self._environment, "name": name, "role": role}
        with self._database.transaction() as connection:
            known = connection.execute(_KNOWN_OUTSIDE, values).fetchone()
            if known is not None:
                person = to_person(known)
            else:
                person = to_person(one_row(connection, _EXTERNAL, values))
                self._note(connection, f"user:{person.name}", "user.vouched", name, role=role.value)
        if person.disabled_at is not None:
            raise Refused(Message("refused.signs-in-no-more", {"name": person.name}))
        return person

    def seen_outside(self, name: str, role: Role) -> Person | None:
        """Such a somebody who was here before with this role, and may sign in; nothing is written."""
        values = {"environment": self._environment, "name": name, "role": role}
        with self._database.connection() as connection:
            row = connection.execute(_KNOWN_OUTSIDE, values).fetchone()
        return to_person(row) if row and row["disabled_at"] is None else None

    def change(self, name: str, *, actor: str, role: Role | None = None, email: str | None = None) -> Person:
        """Another role or address. Raises NotFound."""
        values = (role, email)
        return self._update(
            name, "role = coalesce(%s, role), email = coalesce(%s, email)", values, actor, "user.change"
        )

    def disable(self, name: str, *, actor: str) -> Person:
        """From now on this person is nobody here; open sessions end. Raises NotFound."""
        return self._update(name, "disabled_at = coalesce(disabled_at, now())", (), actor, "user.disable")

    def reset(self, name: str, password: str, *, actor: str, password_due: bool = False) -> Person:
        """A new password, and new one-time codes from the next sign-in on; sessions end. Raises NotFound."""
        what = (
            "password = %s, password_due = %s, code_secret = null, code_step = 0, disabled_at = null,"
            " external = false"
        )
        return self._update(name, what, (password, password_due), actor, "user.reset")

    def set_password(self, person: Person, password: str) -> None:
        """The person chose another password."""
        self._set(person, "password = %s, password_due = false", password, action="user.password")

    def renew_hash(self, person: Person, password: str) -> None:
        """The same password, hashed with today's parameters."""
        self._set(person, "password = %s", password)

    def set_language(self, person: Person, language: str | None) -> None:
        """``en``, ``nl``, or None: as the browser says."""
        self._set(person, "language = %s", language)

    def enrol(self, person: Person, secret: str, step: int) -> None:
        """The person proved to have the secret, with the code of this step. It is kept encrypted."""
        with self._database.connection() as connection:
            sealed = seal_text(keys_of(connection), secret_place(self._environment, person.id), secret)
        self._set(person, "code_secret = %s, code_step = %s", sealed, step, action="user.enrol")

    def use_code(self, person: Person, step: int) -> bool:
        """Take the code of this 30-second step. False when it, or a later one, was used before."""
        with self._database.connection() as connection:
            return bool(
                connection.execute(
                    "update console_person set code_step = %(step)s"
                    " where id = %(person)s and environment = %(environment)s and code_step < %(step)s",
                    {"step": step, "person": person.id, "environment": self._environment},
                ).rowcount
            )

    def failed(self, name: str, known: Person | None, what: str, *, locked: bool) -> None:
        """Note a sign-in that failed (``what``: password, code or current password), and that it locked.

        A name that nobody bears is not written down, since people type passwords there; all of them are
        counted together. However many fail, the audit trail hears of them once a minute.
        """
        bears = known is not None and known.name.lower() == name.lower()
        actor = f"user:{known.name}" if known and bears else "user:unknown"
        action = "user.locked" if locked and bears else "user.failed-sign-in"
        with self._database.transaction() as connection:
            count(connection, self._environment, Entry(actor, action, actor, {"what": what}))

    def _set(self, person: Person, what: str, *values: object, action: str | None = None) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                f"update console_person set {what} where id = %s and environment = %s",
                (*values, person.id, self._environment),
            )
            if action:
                self._note(connection, f"user:{person.name}", action, person.name)

    def _update(self, name: str, what: str, values: tuple[object, ...], actor: str, action: str) -> Person:
        """Change somebody by name; sessions under the old terms end, and browsers become strangers."""
        with self._database.transaction() as connection:
            row = connection.execute(
                f"update console_person set {what} where environment = %s and lower(name) = lower(%s)"
                f" returning {PERSON}",
                (*values, self._environment, name),
            ).fetchone()
            if row is None:
                raise NotFound(Message("no-such.person-called", {"name": name}))
            for table in ("console_session", "console_device"):
                connection.execute(f"delete from {table} where person = %s", (row["id"],))
            self._note(connection, actor, action, row["name"], role=row["role"])
        return to_person(row)

    def _note(
        self, connection: Connection[DictRow], actor: str, action: str, name: str, **detail: object
    ) -> None:
        append(connection, self._environment, Entry(actor, action, f"user:{name}", detail))


def secret_place(environment: str, person: int) -> Place:
    """Where the secret of somebody's one-time codes lives: it opens nowhere else."""
    return Place(environment, "console_person", str(person), "code_secret")


def to_person(row: DictRow) -> Person:
    """A row with the columns of ``PERSON`` as what it means."""
    return Person(**(row | {"role": Role(row["role"])}))
