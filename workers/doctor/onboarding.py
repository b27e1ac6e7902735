"""Examines to what state every onboarding task and status leads that AFAS shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.declarations.onboarding_words import ItemsSeen, Named, TaskWords, recognised
from workers.doctor.examination import CheckResult, fine, warning

_REMEDY = {
    "task": "add a part of its name to LOONBRUG_ONBOARDING_AWAITING_DATA, _SIGN or _CHECKED",
    "status": "add a part of its name to LOONBRUG_ONBOARDING_STOPPED or _GOING_ON",
}


def examine_onboarding(seen: Sequence[ItemsSeen], words: TaskWords) -> Iterator[CheckResult]:
    """One finding for each name, the unknown ones first."""
    yield from map(_examined, recognised(seen, words))


def _examined(named: Named) -> CheckResult:
    subject, told = f"onboarding {named.what}", f"'{named.name}' of {named.count} item(s)"
    if named.leads_to is None:
        return warning(subject, f"{told}: no word that was set knows it", _REMEDY[named.what])
    return fine(subject, f"{told} -> {named.leads_to}")
