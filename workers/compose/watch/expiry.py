"""On which day the token or secret for AFAS expires, by what AFAS tells and what the settings note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from connectors.afas.metainfo import days_until_expiry
from workers.settings import Settings

CLASSIC_TOKENS_STOP = date(2027, 8, 31)
"""After this day no classic token works any more (AFAS: authentication.md of 2026-09-30)."""


def expiry(info: Mapping[str, str], settings: Settings, today: date) -> date | None:
    """The day; None when nobody names one. ``info`` is that of AFAS's metainfo.

    The secret of an OAuth client: as noted by the administrator, since AFAS does not tell it.
    """
    if settings.afas_secret_expires:
        return settings.afas_secret_expires
    days = days_until_expiry(dict(info), today)
    told = None if days is None else today + timedelta(days=days)
    if settings.afas_client_id is not None:
        return told
    return min(told or CLASSIC_TOKENS_STOP, CLASSIC_TOKENS_STOP)
