"""Examines what proves and keeps: the keys, the right to change the trail, a restore that is not over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from domain.access.api_key import ApiKey
from domain.watch.facts import KEY_STAGES
from words import Words
from workers.compose.keeping.keyfile import key_file, key_ring
from workers.compose.store import Store
from workers.doctor.examination import CheckResult, fine, warning, wrong
from workers.settings import Settings


def examine_keeping(store: Store, settings: Settings) -> Iterator[CheckResult]:
    """Opening the services has proved already that the key file can be read."""
    file = key_file(settings)
    if file.stat().st_mode & 0o077 and settings.keys_file is None:
        yield warning("keys", f"{file} may be read by others", f"chmod 600 {file}")
    else:
        count = len(key_ring(settings).keys)
        yield fine("keys", f"{count} in {file}; keep a copy of it apart from the backups")
    yield _audit(store, settings)
    yield from _api_keys(store.api_keys.list(store.environment), datetime.now(UTC))
    if held := store.control.state().held:
        why = Words("en").said(held)
        yield wrong("restore", f"nothing is written to AFAS: {why}", "do: loonbrug resume --after-restore")


def _api_keys(keys: Sequence[ApiKey], now: datetime) -> Iterator[CheckResult]:
    """Keys that never end, and those that end soon."""
    used = [key for key in keys if key.revoked_at is None]
    if endless := [key.id for key in used if key.expires_at is None]:
        yield warning(
            "API keys",
            f"no end: {', '.join(endless)}; who finds one may use it for ever",
            "make others with: loonbrug key create --expires",
        )
    for key in used:
        days = (key.expires_at - now).days if key.expires_at else KEY_STAGES[-1] + 1
        if 0 <= days <= KEY_STAGES[-1]:
            yield warning("API keys", f"{key.id} expires in {days} day(s)", "see runbook key-expiring")
    if used and not endless:
        yield fine("API keys", f"{len(used)} in use, each with an end")


def _audit(store: Store, settings: Settings) -> CheckResult:
    if not store.audit_may_be_changed():
        return fine("audit trail", "the database role can add to it, and not change it")
    if settings.database_url is None:
        return fine("audit trail", "of our own database; guarded by triggers, a seal and anchors")
    return warning(
        "audit trail",
        "the database role is allowed to change it; only triggers refuse",
        "log in as loonbrug_app, and migrate as the owner: see docker-compose.yml",
    )
