"""Somebody signs in, as a browser does; and what is written down of it."""

from __future__ import annotations

import time

import pyotp

from tests.web.ops.conftest import PASSWORD


def audited(database):
    with database.connection() as connection:
        rows = connection.execute("select action, actor from audit order by number").fetchall()
    return [(row["action"], row["actor"]) for row in rows]


def give_password(visitor, name="anna", password=PASSWORD, back="/ops/flows"):
    assert visitor.get("/ops/sign-in").status_code < 500
    return visitor.submit("/ops/sign-in", name=name, password=password, next=back)


def give_code(visitor, secret, back="/ops/flows", at=None):
    return visitor.submit("/ops/code", code=pyotp.TOTP(secret).at(at or time.time()), next=back)
