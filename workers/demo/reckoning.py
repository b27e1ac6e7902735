"""The reckoning: the same numbers from AFAS's side and from the portal's side, and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workers.demo.portal_side import Item

Numbers = dict[str, int | float]


@dataclass(frozen=True, slots=True)
class DemoReckoning:
    """``numbers`` as the portal has them; ``differences``: one line for each on which AFAS disagrees."""

    numbers: Numbers
    differences: list[str]


def reckon(
    state: dict[str, Any], effects: dict[str, dict[str, int]], items: list[Item], signed: int
) -> DemoReckoning:
    """Compare AFAS's ``state`` and ``effects`` with the portal's declarations of the same week."""
    afas, portal = _of_afas(state, effects, items), _of_portal(items, signed)
    unaccounted = _unaccounted(effects, items)
    numbers: Numbers = {
        **portal,
        "unaccounted": len(unaccounted),
        "duplicate_effects": int(state["duplicate_effects"]),
    }
    differences = [
        f"{name}: AFAS {afas[name]}, portal {portal[name]}" for name in afas if afas[name] != portal[name]
    ]
    differences += [f"approved in the portal, not in AFAS: {number}" for number in unaccounted]
    differences += [f"happened more than once in AFAS: {what}" for what in _doubles(effects)]
    return DemoReckoning(numbers, differences)


def _of_afas(state: dict[str, Any], effects: dict[str, dict[str, int]], items: list[Item]) -> Numbers:
    ours = {str(item["number"]) for item in items}
    return {
        "declarations": state["declarations"],
        "verified_in_afas": state["approved_externally"],
        "rejected": len(_claims(effects, "rejections") & ours),
        "resubmitted": len(_claims(effects, "resubmissions") & ours),
        "documents_signed": state["documents_signed"],
        "hours_approved": state["hours_approved"],
        "hours_paid": state["hours_paid"],
    }


def _of_portal(items: list[Item], signed: int) -> Numbers:
    submitted = [item for item in items if "@" not in item["number"]]
    approved = [item for item in submitted if item["status"] in {"approved", "processed", "paid"}]
    verified = [item for item in approved if item["delivery"] and item["delivery"]["state"] == "done"]
    return {
        "declarations": len(submitted),
        "approved": len(approved),
        "verified_in_afas": len(verified),
        "rejected": sum("rejected" in _events(item) for item in submitted),
        "resubmitted": sum(_offered_again(item) for item in submitted),
        "documents_signed": signed,
        "hours_approved": _hours(approved),
        "hours_paid": _hours([item for item in submitted if item["status"] == "paid"]),
    }


def _events(item: Item) -> list[str]:
    return [str(each["event"]) for each in item["history"]]


def _offered_again(item: Item) -> bool:
    events = _events(item)
    return "rejected" in events and "to-approve" in events[events.index("rejected") :]


def _hours(items: list[Item]) -> float:
    return float(sum((Decimal(item["hours"]) for item in items), Decimal(0)))


def _claims(effects: dict[str, dict[str, int]], kind: str) -> set[str]:
    """Keys are ``claim`` or ``claim#round``."""
    return {key.split("#")[0] for key in effects.get(kind, {})}


def _unaccounted(effects: dict[str, dict[str, int]], items: list[Item]) -> list[str]:
    approved = {str(item["number"]) for item in items if _approved_here(item)}
    return sorted(approved - _claims(effects, "approvals"))


def _approved_here(item: Item) -> bool:
    return item["status"] in {"approved", "processed", "paid"} and bool(item["delivery"])


def _doubles(effects: dict[str, dict[str, int]]) -> list[str]:
    return [f"{kind} {key}" for kind, keys in effects.items() for key, times in keys.items() if times > 1]
