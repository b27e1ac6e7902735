"""Passwords, codes, secrets and cookies reach no log and no audit record."""

from __future__ import annotations

import logging

from connectors.store.access.people import ConsolePeople
from tests.web.ops.access.signing import give_code, give_password
from tests.web.ops.conftest import PASSWORD


def test_what_opens_the_console_is_written_down_nowhere(visitor, anna, ops, database, caplog):
    caplog.set_level(logging.DEBUG)
    give_password(visitor, "a-password-in-the-wrong-field", "wrong-password-typed")
    give_password(visitor)
    secret = visitor.get("/ops/code").text.split("secret=")[1].split("&")[0]
    give_code(visitor, secret)
    visitor.get("/ops/")
    cookie = visitor.cookies["loonbrug-session"]
    with database.connection() as connection:
        kept = str(connection.execute("select * from audit").fetchall())
        sessions = str(connection.execute("select * from console_session").fetchall())
    said = caplog.text + kept
    for canary in (PASSWORD, "wrong-password-typed", "a-password-in-the-wrong-field", secret, cookie):
        assert canary not in said
    assert cookie not in sessions
    known = ops.of(ConsolePeople).credentials("anna")
    assert known is not None
    assert secret not in repr(known)
