"""``loonbrug user ...``: who may sign in at the console."""

from __future__ import annotations

import io
import json

import pytest

from connectors.store.access.people import ConsolePeople
from connectors.store.audit.reads import AuditReads
from connectors.store.database import Database
from connectors.store.sealed.keyring import load_or_make
from domain.access.person import Role
from workers.cli import run

PASSWORD = "correct horse battery staple"


@pytest.fixture
def user(database_url, tmp_path, monkeypatch):
    """Runs ``loonbrug user``; what stands on stdin comes first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("LOONBRUG_KEYS_FILE", str(tmp_path / "keys.json"))
    load_or_make(tmp_path / "keys.json")

    def call(*words, stdin=PASSWORD + "\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        return run(["user", *words])

    return call


@pytest.fixture
def people(database_url):
    database = Database(database_url, size=1)
    yield ConsolePeople(database, "main")
    database.close()


def test_somebody_is_let_in_with_a_password_that_must_be_changed(user, people, capsys):
    assert user("add", "anna", "--role", "operator", "--email", "a@b.test", "--password-stdin") == 0
    [anna] = people.list()
    assert (anna.name, anna.role, anna.email, anna.password_due) == ("anna", Role.OPERATOR, "a@b.test", True)
    assert PASSWORD not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (("add", "anna", "--role", "king", "--password-stdin"), PASSWORD),
        (("add", "<anna>", "--role", "viewer", "--password-stdin"), PASSWORD),
        (("add", "anna", "--role", "viewer", "--password-stdin"), "short"),
        (("add", "anna", "--role", "viewer"), PASSWORD),
        (("disable", "nobody"), ""),
        (("change", "nobody", "--role", "viewer"), ""),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(user, people, words, stdin):
    assert user(*words, stdin=stdin) == 2
    assert not people.list()


def test_a_name_is_given_once_however_it_is_written(user, people):
    user("add", "anna", "--role", "viewer", "--password-stdin")
    assert user("add", "Anna", "--role", "administrator", "--password-stdin") == 2
    assert [person.role for person in people.list()] == [Role.VIEWER]


def test_a_reset_lets_somebody_in_again_who_was_disabled(user, people, capsys):
    user("add", "anna", "--role", "viewer", "--password-stdin", "--own")
    assert user("disable", "ANNA") == 0
    assert people.credentials("anna") is None
    assert user("reset", "anna", "--password-stdin") == 0
    assert people.credentials("anna").person.password_due
    capsys.readouterr()
    assert user("list", "--json") == 0
    [shown] = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["role"], shown["disabled_at"]) == ("anna", "viewer", None)


def test_an_unlocked_name_is_told_and_nobody_is_nobody(user, people, database_url):
    user("add", "anna", "--role", "viewer", "--password-stdin")
    assert user("unlock", "ANNA") == 0
    assert user("unlock", "nobody") == 2
    database = Database(database_url, size=1)
    told = [(each.action, each.subject) for each in AuditReads(database, "main").all()]
    database.close()
    assert told == [("user.add", "user:anna"), ("user.unlock", "user:anna")]
