"""Examines our lines to others: what goes over a network unencrypted can be read and changed on its way."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from connectors.notify.webhook import is_this_machine
from workers.doctor.examination import CheckResult, fine, warning
from workers.settings import Settings

_CHECKED, _ENCRYPTED = "verify-full", ("require", "verify-ca")


def examine_connections(settings: Settings, environ: Mapping[str, str] = os.environ) -> Iterator[CheckResult]:
    """One finding per line that leaves this machine and can be overheard; one when none does.

    ``environ`` may hold libpq's own variables (``PGHOST``, ``PGSSLMODE``), which count where the address is
    silent.
    """
    found = [*_database(settings, environ), *_redis(settings), *_plain_http(settings)]
    yield from found
    if not found:
        yield fine("connections", "none leaves this machine unencrypted")


def _database(settings: Settings, environ: Mapping[str, str]) -> Iterator[CheckResult]:
    if settings.database_url is None:
        return
    try:
        parts = conninfo_to_dict(settings.database_url.get_secret_value())
    except ProgrammingError:
        return  # opening it has told already
    hosts = str(parts.get("hostaddr") or parts.get("host") or environ.get("PGHOST") or "").split(",")
    if all(_stays_here(host) for host in hosts):
        return
    mode = str(parts.get("sslmode") or environ.get("PGSSLMODE") or "prefer")
    if mode in _ENCRYPTED:
        yield warning(
            "connections",
            f"DATABASE_URL: sslmode={mode} encrypts, and does not prove whose server it is",
            "use sslmode=verify-full with sslrootcert",
        )
    elif mode != _CHECKED:
        yield warning(
            "connections",
            f"DATABASE_URL: sslmode={mode} may go unencrypted to another machine",
            "use sslmode=verify-full with sslrootcert; hours and names go over this line",
        )


def _stays_here(host: str) -> bool:
    """No host, a folder of a socket, or this machine's own address."""
    return not host or host.startswith(("/", "@")) or is_this_machine(host)


def _redis(settings: Settings) -> Iterator[CheckResult]:
    if settings.redis_url is None:
        return
    address = urlsplit(settings.redis_url.get_secret_value())
    if address.scheme == "unix" or is_this_machine(address.hostname or "localhost"):
        return
    if address.scheme != "rediss":
        yield warning(
            "connections",
            "REDIS_URL: goes unencrypted to another machine, its password too",
            "use rediss://",
        )
    elif parse_qs(address.query).get("ssl_cert_reqs", ["required"])[-1].lower() in ("none", "optional"):
        yield warning(
            "connections",
            "REDIS_URL: encrypted, and whose server it is is not proved",
            "leave out ssl_cert_reqs",
        )


def _plain_http(settings: Settings) -> Iterator[CheckResult]:
    ping = settings.ping_url.get_secret_value() if settings.ping_url else None
    addresses = {
        "LOONBRUG_AFAS_URL": settings.afas_url,
        "LOONBRUG_WEBHOOK_URL": settings.webhook_url,
        "LOONBRUG_PING_URL": ping,
        "OTEL_EXPORTER_OTLP_ENDPOINT": settings.otel_exporter_otlp_endpoint,
    }
    for name, text in addresses.items():
        address = urlsplit(text or "")
        if address.scheme == "http" and not is_this_machine(address.hostname or ""):
            yield warning("connections", f"{name}: goes unencrypted to another machine", "use https://")
