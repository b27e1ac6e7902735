"""Examines our own side: settings, database, Redis."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import redis

from connectors.notify.webhook import is_this_machine
from connectors.store.database import Database
from connectors.store.migrate import SCHEMA
from connectors.store.running.overview import Overview
from workers.doctor.examination import CheckResult, fine, warning, wrong
from workers.jobs.hints import redis_client
from workers.settings import Settings, missing_for_afas


def examine_settings(settings: Settings) -> Iterator[CheckResult]:
    """Whether AFAS is named at all; wrong values never come this far."""
    missing = missing_for_afas(settings)
    for line in missing:
        name, _, what = line.partition(": ")
        yield wrong("settings", f"{name} is missing", what)
    if not missing:
        yield fine("settings", f"{settings.afas_address}, route {settings.approval_route}")


def examine_console(settings: Settings) -> Iterator[CheckResult]:
    """Whether passwords and sessions can be overheard, or a sign-on be made up."""
    url = settings.ops_url or ""
    host = urlsplit(url).hostname or settings.listen[0]
    if url.startswith("https:"):
        yield fine("console", f"reached by https: {url}")
    elif is_this_machine(host):
        yield fine("console", f"for this machine only: {url or host}")
    else:
        yield warning(
            "console",
            f"reached without https ({url or host}): passwords and sessions can be overheard",
            "put a proxy with TLS before it, and set LOONBRUG_OPS_URL to its https address",
        )
    if any(ip_network(each, strict=False).prefixlen == 0 for each in settings.ops_proxies):
        yield wrong(
            "console",
            "LOONBRUG_OPS_PROXIES lets every address write who signs in",
            "name the address of the proxy only",
        )


def examine_database(database: Database, environment: str) -> Iterator[CheckResult]:
    """Opening it has proved already that it forgets nothing (fsync, synchronous_commit)."""
    yield fine("database", "answers; fsync and synchronous_commit are on")
    applied = set(Overview(database, environment).migrations())
    shipped = {file.name for file in Path(SCHEMA).glob("*.sql")}
    if missing := sorted(shipped - applied):
        yield wrong("database schema", f"not applied: {', '.join(missing)}", "run: loonbrug migrate")
    else:
        yield fine("database schema", f"{len(applied)} files applied")


def examine_standbys(database: Database) -> Iterator[CheckResult]:
    """Whether a standby that takes over has everything that we acknowledged (G1)."""
    with database.connection() as connection:
        row = connection.execute(
            "select (select count(*) from pg_stat_replication) as standbys,"
            " current_setting('synchronous_standby_names') as waited_for,"
            " current_setting('synchronous_commit') as waits"
        ).fetchone()
    if row is None or not row["standbys"]:
        return
    if row["waited_for"] and row["waits"] != "local":
        yield fine("standbys", f"{row['standbys']}; commits wait for {row['waited_for']}")
    else:
        yield warning(
            "standbys",
            f"{row['standbys']}, and no commit waits for one: a failover loses what was acknowledged last",
            "set synchronous_standby_names (docs/ops/standbys.md); Loonbrug notices sends that are missing,"
            " and holds everything back then",
        )


def examine_redis(url: str | None) -> Iterator[CheckResult]:
    """Redis holds hints only: without one everything works, a little slower."""
    if url is None:
        yield warning("redis", "there is none", "set REDIS_URL, or install redis-server: work goes faster")
        return
    client = redis_client(url)
    try:
        client.ping()
        policy = str(client.config_get("maxmemory-policy").get("maxmemory-policy", "unknown"))
    except (redis.RedisError, OSError) as error:
        yield warning(
            "redis", f"does not answer ({type(error).__name__})", "look at REDIS_URL; work goes on slower"
        )
        return
    finally:
        client.close()
    if policy == "noeviction":
        yield fine("redis", "answers, and evicts nothing")
    else:
        yield warning(
            "redis", f"answers, with maxmemory-policy {policy}", "set maxmemory-policy to noeviction"
        )
