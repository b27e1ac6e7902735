"""Examines our own side: settings, database, Redis."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

import redis

from connectors.notify.webhook import is_this_machine
from workers.compose.store import Store
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


def examine_database(store: Store) -> Iterator[CheckResult]:
    """Opening it has proved already that it forgets nothing (fsync, synchronous_commit)."""
    yield fine("database", "answers; fsync and synchronous_commit are on")
    applied, shipped = set(store.overview.migrations()), store.shipped_schema()
    if missing := sorted(shipped - applied):
        yield wrong("database schema", f"not applied: {', '.join(missing)}", "run: loonbrug migrate")
    else:
        yield fine("database schema", f"{len(applied)} files applied")


def examine_standbys(store: Store) -> Iterator[CheckResult]:
    """Whether a standby that takes over has everything that we acknowledged (G1)."""
    found = store.standbys()
    if found is None or not found.count:
        return
    if found.waited_for and found.waits != "local":
        yield fine("standbys", f"{found.count}; commits wait for {found.waited_for}")
    else:
        yield warning(
            "standbys",
            f"{found.count}, and no commit waits for one: a failover loses what was acknowledged last",
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
