"""``loonbrug up``: PostgreSQL and Redis unless they are provided, web, workers and clock, all kept alive."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

import structlog
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from connectors.embedded.process import EmbeddedServerFailed
from workers.compose.afas import open_our_afas
from workers.compose.keeping.keyfile import key_ring
from workers.compose.servers import Server, kept_servers, migrate
from workers.compose.services import open_services
from workers.run.children import Child
from workers.run.serve import listen
from workers.settings import Settings

log = structlog.get_logger("loonbrug.up")

_SERVER_CHECK_SECONDS = 2.0


def run_up(settings: Settings, stop: threading.Event, tell: Callable[[str], None]) -> int:
    """Run everything until told to stop; the exit code. Raises what keeps it from starting.

    Raises OtherEnvironment, at the start or later, when AFAS is not the one that the database belongs to.
    """
    key_ring(settings)  # made before the children look for it
    listen(*settings.listen).close()  # told now, in one line, rather than by a web process that never starts
    with kept_servers(settings, tell) as (servers, urls, owner_url):
        for name in migrate(owner_url):
            tell(f"database: applied {name}")
        at_home = partial(_refuse_elsewhere, settings, urls)
        at_home()
        children = make_children(settings, _told(os.environ, urls))
        for child in children:
            child.start()
            tell(f"{child.name}: started (pid {child.pid})")
        tell(f"portal API on http://{settings.http}/v1 - stop with Ctrl-C")
        try:
            keep_alive(children, servers, stop, tell, at_home)
        finally:
            code = stop_all(children, settings.stop_seconds, tell)
        return code


def make_children(settings: Settings, environ: Mapping[str, str]) -> list[Child]:
    """The processes of one machine, not started yet."""
    workers = [Child(f"work {number}", ["work"], environ) for number in range(1, settings.workers + 1)]
    return [Child("web", ["web"], environ), *workers, Child("clock", ["clock"], environ)]


def _refuse_elsewhere(settings: Settings, urls: Mapping[str, str]) -> None:
    """Raises OtherEnvironment. An AFAS or a database that is away is waited for by the processes."""
    with (
        suppress(OperationalError, PoolTimeout),
        open_services(settings, urls["DATABASE_URL"], None, size=2) as services,
        open_our_afas(services),
    ):
        pass


def _told(environ: Mapping[str, str], urls: Mapping[str, str]) -> dict[str, str]:
    """The environment with the addresses in it, and without files that name them: both is refused."""
    files = {f"{name}_FILE" for name in urls}
    return {name: text for name, text in environ.items() if name not in files} | dict(urls)


def keep_alive(
    children: list[Child],
    servers: Mapping[str, Server],
    stop: threading.Event,
    tell: Callable[[str], None],
    at_home: Callable[[], None] = lambda: None,
) -> None:
    """Start again what ended, servers first, until told to stop.

    ``at_home`` is asked when a process refused to work: it raises when none of them ever may.
    """
    next_check = time.monotonic()
    while not stop.wait(0.2):
        if time.monotonic() >= next_check:
            next_check = time.monotonic() + _SERVER_CHECK_SECONDS
            _revive(servers, tell)
        for child in children:
            if happened := child.look():
                tell(f"{child.name}: {happened}")
                if child.refused:
                    at_home()


def stop_all(children: list[Child], seconds: float, tell: Callable[[str], None]) -> int:
    """Ask all to stop, wait, kill what stays. Returns 0, or 1 when something had to be killed."""
    tell("stopping")
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + seconds + 5
    stubborn = [child.name for child in children if not child.wait(until)]
    for name in stubborn:
        tell(f"{name}: did not stop in time and was killed")
    tell("stopped")
    return 1 if stubborn else 0


def _revive(servers: Mapping[str, Server], tell: Callable[[str], None]) -> None:
    for name, server in servers.items():
        if server.running():
            continue
        tell(f"{name}: does not answer, starting it")
        try:
            server.stop()
            server.start()
        except EmbeddedServerFailed as error:
            tell(f"{name}: {error}")
        else:
            tell(f"{name}: started again")
