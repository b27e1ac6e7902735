"""Who may connect to the embedded PostgreSQL, as which role: told by the kernel, so no password is needed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import psycopg

from connectors.embedded.account import Account, named

OWNER = "loonbrug"
"""Owns the tables: migrates and restores."""
APPLICATION = "loonbrug_app"
"""All else. It is no superuser, and can add to the audit trail but not change it (schema file 0004)."""

_MAP = "loonbrug"
_LOCK = 7_106_114_002
"""An advisory lock of our own: two processes that start together make the role one after the other."""


def write_rules(cluster: Path, account: Account | None) -> None:
    """Let in, over the socket only, whoever owns the data folder, and root. At every start: an older version
    let in everybody. Raises OSError."""
    owner = cluster.parent.stat().st_uid
    people = sorted({named(uid).name for uid in (0, owner)})
    rules = [f'{_MAP} "{person}" {role}' for person in people for role in (OWNER, APPLICATION)]
    _replace(cluster / "pg_ident.conf", rules, account)
    _replace(cluster / "pg_hba.conf", [f"local all {OWNER},{APPLICATION} peer map={_MAP}"], account)


def make_application_role(connection: psycopg.Connection) -> None:
    """See that the application can log in. As the owner, in autocommit."""
    connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
    found = connection.execute(
        "select rolcanlogin from pg_roles where rolname = %s", (APPLICATION,)
    ).fetchone()
    if found is None:
        connection.execute(f"create role {APPLICATION} login")
    elif not found[0]:  # made by a migration, before it was used
        connection.execute(f"alter role {APPLICATION} login")
    connection.execute("select pg_advisory_unlock(%s)", (_LOCK,))


def _replace(file: Path, lines: list[str], account: Account | None) -> None:
    """Put a file in the place of another. The folder may belong to another account: no link is followed."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(opened, "w") as written:
        written.writelines(f"{line}\n" for line in lines)
        if account is not None:
            os.fchown(opened, account.uid, account.gid)
    draft.replace(file)
