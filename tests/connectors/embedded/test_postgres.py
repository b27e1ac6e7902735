"""The embedded PostgreSQL: durable, private, shared by who comes later, refused in words."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import pytest

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.process import EmbeddedServerFailed
from tests.connectors.embedded.conftest import ODD_NAMES, Eventually

pytestmark = pytest.mark.slow


def test_an_empty_folder_becomes_a_durable_database(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert _ask(postgres, f"SHOW {setting}") == "on"
    assert _ask(postgres, "SELECT current_database()") == "loonbrug"
    assert _ask(postgres, "SHOW server_version_num") >= "180000"


def test_nothing_listens_on_the_network_and_the_socket_is_closed_to_others(
    postgres: EmbeddedPostgres, data_folder: Path
) -> None:
    postgres.start()
    assert _ask(postgres, "SHOW listen_addresses") == ""
    assert (data_folder / "postgres").stat().st_mode & 0o077 == 0


def test_starting_twice_keeps_the_same_server(postgres: EmbeddedPostgres) -> None:
    first = postgres.start()
    assert first is not None
    assert postgres.start() is first


def test_a_second_owner_attaches_and_its_stop_stops_nothing(
    postgres: EmbeddedPostgres, data_folder: Path
) -> None:
    postgres.start()
    second = EmbeddedPostgres(data_folder)
    assert second.start() is None
    assert second.url == postgres.url
    second.stop()
    assert postgres.running()


def test_data_survive_a_stop_and_a_start(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    _keep_one_row(postgres)
    postgres.stop()
    assert not postgres.running()
    postgres.start()
    assert _ask(postgres, "SELECT count(*) FROM kept") == 1


def test_committed_rows_survive_kill_9_of_the_server(postgres: EmbeddedPostgres) -> None:
    process = postgres.start()
    assert process is not None
    _keep_one_row(postgres)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    again = postgres.start()
    assert again is not None
    assert again.pid != process.pid
    assert _ask(postgres, "SELECT count(*) FROM kept") == 1


def test_a_pid_file_that_now_names_another_program_is_survived(
    postgres: EmbeddedPostgres, data_folder: Path
) -> None:
    postgres.start()
    postgres.stop()
    pid_file = data_folder / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{data_folder / 'postgres'}\n1\n5432\n\n\n0 0\nready\n")
    postgres.start()
    assert postgres.running()


def test_a_half_made_cluster_is_made_anew(postgres: EmbeddedPostgres, data_folder: Path) -> None:
    unfinished = data_folder / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert postgres.running()
    assert not unfinished.exists()


def test_a_path_too_long_for_a_socket_works_all_the_same(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("long" * 30))
    try:
        server.start()
        assert _ask(server, "SELECT 1") == 1
    finally:
        server.stop()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_folder_with_an_odd_name_works_all_the_same(short_folder: Path, name: str) -> None:
    server = EmbeddedPostgres(short_folder / name)
    try:
        server.start()
        assert _ask(server, "SELECT 1") == 1
    finally:
        server.stop()


def test_a_cluster_of_another_version_is_refused_in_words(
    postgres: EmbeddedPostgres, data_folder: Path
) -> None:
    (data_folder / "postgres").mkdir(parents=True)
    (data_folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedServerFailed, match="was made by PostgreSQL 16, and here is"):
        postgres.start()


def test_a_data_folder_that_is_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(EmbeddedServerFailed, match="cannot be used"):
        EmbeddedPostgres(tmp_path / "data").start()


def test_a_server_that_cannot_start_says_why(postgres: EmbeddedPostgres, data_folder: Path) -> None:
    postgres.start()
    postgres.stop()
    (data_folder / "postgres" / "postgresql.conf").write_text("no_such_setting = on\n")
    with pytest.raises(EmbeddedServerFailed, match="no_such_setting"):
        postgres.start()


def test_row_values_stay_out_of_the_log(
    postgres: EmbeddedPostgres, data_folder: Path, eventually: Eventually
) -> None:
    postgres.start()
    _keep_one_row(postgres)
    with psycopg.connect(postgres.owner_url) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("INSERT INTO kept VALUES (%s)", ("Jansen",))
    eventually(lambda: "duplicate key" in (data_folder / "postgres.log").read_text())
    assert "Jansen" not in (data_folder / "postgres.log").read_text()


def test_the_application_logs_in_as_a_role_that_is_no_superuser(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url) as connection:
        rights = connection.execute(
            "select current_user, rolsuper or rolcreaterole or rolcreatedb from pg_roles"
            " where rolname = current_user"
        ).fetchone()
    assert rights == ("loonbrug_app", False)
    with psycopg.connect(postgres.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("copy (select 1) to program 'cat'")


def test_who_is_let_in_is_told_by_the_kernel(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    assert _rules(postgres) == [("local", ["loonbrug", "loonbrug_app"], "peer")]


def test_an_older_cluster_lets_in_no_more_than_a_new_one_and_keeps_its_rows(
    postgres: EmbeddedPostgres, data_folder: Path
) -> None:
    postgres.start()
    _keep_one_row(postgres)
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute("drop role loonbrug_app")  # as a migration of then made it: without a login
        connection.execute("create role loonbrug_app nologin")
        connection.execute("grant select on kept to loonbrug_app")
    postgres.stop()
    (data_folder / "postgres" / "pg_hba.conf").write_text("local all all trust\nhost all all all reject\n")
    (data_folder / "postgres" / "pg_ident.conf").write_text("")
    postgres.start()
    assert _rules(postgres) == [("local", ["loonbrug", "loonbrug_app"], "peer")]
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("select name from kept").fetchall() == [("Jansen",)]


def test_the_data_folder_is_closed_to_others_whatever_it_was(
    postgres: EmbeddedPostgres, data_folder: Path
) -> None:
    data_folder.mkdir()
    data_folder.chmod(0o755)
    postgres.start()
    assert data_folder.stat().st_mode & 0o777 == 0o700


def _rules(server: EmbeddedPostgres) -> list[tuple[str, list[str], str]]:
    with psycopg.connect(server.owner_url) as connection:
        return connection.execute("select type, user_name, auth_method from pg_hba_file_rules").fetchall()


def _keep_one_row(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept (name text PRIMARY KEY)")
        connection.execute("INSERT INTO kept VALUES ('Jansen')")


def _ask(server: EmbeddedPostgres, question: str):
    with psycopg.connect(server.owner_url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]
