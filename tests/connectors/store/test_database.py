"""The database door and the migrations."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from connectors.store.database import Database, ForgetfulDatabase
from connectors.store.migrate import SchemaDiffers, migrate, refuse_other_schema


def test_a_transaction_commits_when_it_ends(database):
    with database.transaction() as connection:
        connection.execute("insert into environment (environment) values ('main')")
    with database.connection() as connection:
        assert connection.execute("select environment from environment").fetchall() == [
            {"environment": "main"}
        ]


def insert_and_fail(database):
    with database.transaction() as connection:
        connection.execute("insert into environment (environment) values ('main')")
        connection.execute("select 1 / 0")


def test_a_transaction_that_fails_leaves_nothing(database):
    with pytest.raises(psycopg.errors.DivisionByZero):
        insert_and_fail(database)
    with database.connection() as connection:
        assert connection.execute("select * from environment").fetchall() == []


@pytest.mark.parametrize("setting", ["synchronous_commit"])
def test_a_database_that_may_forget_is_refused(database_url, setting):
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'alter database "{connection.info.dbname}" set {setting} = off')
    with pytest.raises(ForgetfulDatabase, match=setting):
        Database(database_url)


def test_migrating_twice_applies_nothing_the_second_time(empty_database_url):
    assert migrate(empty_database_url)[:2] == ["0001_first.sql", "0002_stale.sql"]
    assert migrate(empty_database_url) == []


def test_the_role_of_the_application_may_ask_whether_there_is_anything_to_migrate(database_url):
    assert migrate(f"{database_url}&options=-c%20role%3Dloonbrug_app") == []


def test_a_schema_file_that_changed_after_it_was_applied_is_refused(empty_database_url, tmp_path: Path):
    file = tmp_path / "0001.sql"
    file.write_text("create table one (id int)")
    migrate(empty_database_url, tmp_path)
    file.write_text("create table two (id int)")
    with pytest.raises(SchemaDiffers, match=r"0001\.sql"):
        migrate(empty_database_url, tmp_path)


def test_an_older_program_refuses_a_newer_database(empty_database_url, tmp_path: Path):
    (tmp_path / "0001.sql").write_text("create table one (id int)")
    migrate(empty_database_url, tmp_path)
    (tmp_path / "0001.sql").unlink()
    with pytest.raises(SchemaDiffers, match="newer version"):
        migrate(empty_database_url, tmp_path)


def test_a_connection_that_is_lost_before_the_commit_is_told(database):
    with (
        pytest.raises(psycopg.OperationalError, match="nothing was committed"),
        database.transaction() as connection,
    ):
        connection.close()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "delete from schema_file where name = '0002_stale.sql'",
            "lacks 0002_stale.sql; run: loonbrug migrate",
        ),
        ("insert into schema_file values ('9999_newer.sql', '')", "use a newer version"),
    ],
)
def test_a_part_does_not_start_on_the_schema_of_another_version(database, database_url, statement, told):
    refuse_other_schema(f"{database_url}&options=-c%20role%3Dloonbrug_app")
    with database.connection() as connection:
        connection.execute(statement)
    with pytest.raises(SchemaDiffers, match=re.escape(told)):
        refuse_other_schema(database_url)
