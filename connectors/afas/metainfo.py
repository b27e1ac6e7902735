"""What AFAS tells about itself: connectors, columns, fields, and how long our token lives."""

from __future__ import annotations

from datetime import date, datetime

from connectors.afas.wire.decoding import object_from
from domain.errors import UnreadableAnswer
from domain.message import Message
from words.ours import ours

Offered = tuple[frozenset[str], frozenset[str], dict[str, str]]
_DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d")


def columns_from(body: bytes, connector: str) -> dict[str, str]:
    """Column name to data type, of ``/metainfo/get/{connector}``. Raises ``UnreadableAnswer``."""
    fields = _dicts(object_from(body, connector).get("fields"), connector)
    return {str(each["id"]): str(each.get("dataType", "")) for each in fields if "id" in each}


def fields_from(body: bytes, connector: str) -> tuple[str, ...]:
    """Field ids of the main record, of ``/metainfo/update/{connector}``. Raises ``UnreadableAnswer``."""
    fields = _dicts(object_from(body, connector).get("fields"), connector)
    return tuple(str(each["fieldId"]) for each in fields if "fieldId" in each)


def offered_from(body: bytes) -> Offered:
    """The Get- and UpdateConnectors we may use, and ``info``. Raises ``UnreadableAnswer``."""
    metainfo = object_from(body, "metainfo")
    info = metainfo.get("info")
    return (
        _ids(metainfo.get("getConnectors")),
        _ids(metainfo.get("updateConnectors")),
        {str(name): str(value) for name, value in info.items()} if isinstance(info, dict) else {},
    )


def days_until_expiry(info: dict[str, str], today: date) -> int | None:
    """Whole days that the token still lives; None when it has no end, or AFAS does not say in a known form.

    ``info`` is that of ``offered``. AFAS prints ``"0"`` for a token without end (AFAS: OpenAPI example).
    """
    expiry = _date(info.get("tokenExpiry", "").strip())
    return (expiry - today).days if expiry else None


def _date(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a date, no moment
        except ValueError:
            continue
    return None


def _ids(connectors: object) -> frozenset[str]:
    return frozenset(str(each["id"]) for each in _dicts(connectors or [], "metainfo") if "id" in each)


def _dicts(value: object, connector: str) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise UnreadableAnswer(**ours(Message("afas.no-list", {"connector": connector})))
    return [each for each in value if isinstance(each, dict)]
