"""The people of the console of one environment. Passwords come here as hashes only."""

# ruff: noqa: S608 - the texts of the queries are our own; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from connectors.store.database import Database
from domain.console import Person, Role
from domain.errors import NotFound, Refused

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

    def add(self, *, name: str, email: str, role: Role, password: str, password_due: bool = False) -> Person:
        """Somebody new. Raises Refused when there is somebody of that name."""
        values = (self._environment, name, email, role, password, password_due)
        try:
            with self._database.transaction() as connection:
                return to_person(_one(connection, _ADD, values))
        except UniqueViolation:
            raise Refused(f"there is somebody called {name} already") from None

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
        if row is None:
            return None
        password, secret = row.pop("password"), row.pop("code_secret")
        return Credentials(to_person(row), password, secret)

    def known_outside(self, name: str, role: Role) -> Person:
        """Somebody whom the company's sign-on vouches for, with the role that it gives. Raises Refused."""
        values = {"environment": self._environment, "name": name, "role": role}
        with self._database.transaction() as connection:
            person = to_person(_one(connection, _EXTERNAL, values))
        if person.disabled_at is not None:
            raise Refused(f"{person.name} may not sign in any more")
        return person

    def change(self, name: str, *, role: Role | None = None, email: str | None = None) -> Person:
        """Another role or address. Raises NotFound."""
        return self._update(name, "role = coalesce(%s, role), email = coalesce(%s, email)", role, email)

    def disable(self, name: str) -> Person:
        """From now on this person is nobody here; open sessions end. Raises NotFound."""
        return self._update(name, "disabled_at = coalesce(disabled_at, now())")

    def reset(self, name: str, password: str) -> Person:
        """A new password, and a new one-time code at the next sign-in; sessions end. Raises NotFound."""
        return self._update(
            name,
            "password = %s, code_secret = null, code_step = 0, disabled_at = null, external = false",
            password,
        )

    def set_password(self, person: int, password: str) -> None:
        """The person chose another password, or its hash was made anew."""
        self._set(person, "password = %s, password_due = false", password)

    def set_language(self, person: int, language: str | None) -> None:
        """``en``, ``nl``, or None: as the browser says."""
        self._set(person, "language = %s", language)

    def enrol(self, person: int, secret: str, step: int) -> None:
        """The person proved to have the secret, with the code of this step."""
        self._set(person, "code_secret = %s, code_step = %s", secret, step)

    def use_code(self, person: int, step: int) -> bool:
        """Take the code of this 30-second step. False when it, or a later one, was used before."""
        with self._database.connection() as connection:
            return bool(
                connection.execute(
                    "update console_person set code_step = %(step)s"
                    " where id = %(person)s and environment = %(environment)s and code_step < %(step)s",
                    {"step": step, "person": person, "environment": self._environment},
                ).rowcount
            )

    def _set(self, person: int, what: str, *values: object) -> None:
        with self._database.connection() as connection:
            connection.execute(
                f"update console_person set {what} where id = %s and environment = %s",
                (*values, person, self._environment),
            )

    def _update(self, name: str, what: str, *values: object) -> Person:
        """Change somebody by name, and end the sessions under the old terms."""
        with self._database.transaction() as connection:
            row = connection.execute(
                f"update console_person set {what} where environment = %s and lower(name) = lower(%s)"
                f" returning {PERSON}",
                (*values, self._environment, name),
            ).fetchone()
            if row is None:
                raise NotFound(f"there is nobody called {name}")
            connection.execute("delete from console_session where person = %s", (row["id"],))
        return to_person(row)


def to_person(row: dict[str, Any]) -> Person:
    """A row with the columns of ``PERSON`` as what it means."""
    return Person(**(row | {"role": Role(row["role"])}))


def _one(connection: Connection[DictRow], query: str, values: Any) -> dict[str, Any]:
    row = connection.execute(query, values).fetchone()
    assert row  # noqa: S101 - an insert that returns its row
    return row
