"""What is wrong, in sentences for whoever works at a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from domain.watch.judge import Matter, Urgency
from words import Words


def problems_of(found: Sequence[Matter], words: Words) -> list[str]:
    """What needs a person, one sentence each, with the command to look further; empty when all is well."""
    return [_said(each, words) for each in found if not (each.settles and each.urgency is Urgency.LATER)]


def _said(matter: Matter, words: Words) -> str:
    never = matter.key == "flow-late" and matter.seconds is None
    return words(
        "wrong.flow-never" if never else f"wrong.{matter.key}",
        count=matter.count,
        writes=matter.writes,
        flow=matter.flow,
        kind=matter.kind,
        seconds=matter.seconds,
        days=matter.days,
        week=matter.week,
        about=matter.about,
        update=matter.update,
        why=words.said(matter.why) if matter.why else words("wrong.nobody-tried"),
    )
