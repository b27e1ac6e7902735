"""Loonbrug itself in the demo: ``up`` in a process of its own, set up for the sandbox and for short waits."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from connectors.embedded.process import last_words
from mappings.flows import FLOWS
from workers.demo.afas_side import AfasSide
from workers.demo.portal_side import wait_for
from workers.demo.processes import start_python, stop
from workers.demo.trouble import DemoFailed

SERVER_LIMIT = 4.0
"""Seconds after which the demo's AFAS gives a call up; 900 in reality."""


@dataclass(slots=True)
class Product:
    """A running Loonbrug. ``address`` is that of its web process; ``key`` opens its portal API."""

    environ: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes]
    key: str = ""

    @property
    def address(self) -> str:
        """Where its web process listens."""
        return f"http://{self.environ['LOONBRUG_HTTP']}"

    def let_in(self, name: str) -> str:
        """Add an administrator of the console. Returns the password. Raises DemoFailed."""
        password = secrets.token_urlsafe(12)
        person = ("user", "add", name, "--role", "administrator", "--own", "--password-stdin")
        _command(self.environ, *person, typed=password)
        return password

    def start_again(self) -> None:
        """Start it on the same data folder and the same port, after its supervisor was killed."""
        self.process = _launch(self.environ, self.log)

    def wait_until_ready(self) -> None:
        """Return when flows, workers and the connection to AFAS are up. Raises DemoFailed."""
        try:
            wait_for("Loonbrug to be ready", self._ready)
        except DemoFailed as error:
            raise DemoFailed(f"{error}; its log ends with: {last_words(self.log)}") from error

    def close(self) -> None:
        """Stop it as an operator would."""
        stop(self.process)

    def _ready(self) -> bool:
        if (code := self.process.poll()) is not None:
            raise DemoFailed(f"Loonbrug ended with exit code {code}")
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def start_product(
    afas: AfasSide, data: Path, log: Path, port: int | None = None, settings: Mapping[str, str] | None = None
) -> Product:
    """Start everything, wait until it is ready, and make a key for the portal.

    ``settings`` as in the environment, for others than the demo's short waits.
    """
    chosen = _SHORT_WAITS if settings is None else settings
    environ = {**os.environ, **_where(afas, data, port or _free_port()), **chosen}
    product = Product(environ, log, _launch(environ, log))
    try:
        product.wait_until_ready()
        product.key = _make_key(environ)
    except BaseException:
        product.close()
        raise
    return product


def _launch(environ: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return start_python("workers", "up", environ=environ, output=output)


def _where(afas: AfasSide, data: Path, port: int) -> Mapping[str, str]:
    return {
        "LOONBRUG_AFAS_URL": afas.address,
        "LOONBRUG_AFAS_CLIENT_ID": afas.client_id,
        "LOONBRUG_AFAS_CLIENT_SECRET": afas.client_secret,
        "LOONBRUG_DATA": str(data),
        "LOONBRUG_HTTP": f"127.0.0.1:{port}",
        "LOONBRUG_LOG": "json",
    }


_INTERVALS = dict.fromkeys(FLOWS, 1) | {"actions": 5, "invoices": 2}
_SHORT_WAITS = {
    "LOONBRUG_INTERVALS": ",".join(f"{flow}={seconds}" for flow, seconds in _INTERVALS.items()),
    "LOONBRUG_SERVER_LIMIT": str(SERVER_LIMIT),
    "LOONBRUG_LOOK_MARGIN": "1",
    "LOONBRUG_LOOK_GAP": "1",
    "LOONBRUG_WRITE_DEADLINE": "3",
    "LOONBRUG_LEASE": "10",
    "LOONBRUG_READ_DEADLINE": "10",
}


def _make_key(environ: Mapping[str, str]) -> str:
    made = _command(environ, "key", "create", "--name", "demo", "--scope", "portal", "--json")
    key: str = json.loads(made)["key"]
    return key


def _command(environ: Mapping[str, str], *words: str, typed: str | None = None) -> str:
    """What a command of Loonbrug prints. Raises DemoFailed when it fails."""
    done = subprocess.run(  # noqa: S603  # our own program, no shell
        [sys.executable, "-m", "workers", *words],
        env=environ,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoFailed(f"loonbrug {' '.join(words[:2])} failed: {done.stderr.strip()}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
