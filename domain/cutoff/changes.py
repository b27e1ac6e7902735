"""What became different since a report was made: one that does not hold any more is not signed off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.cutoff.content import canonical
from domain.cutoff.first_format import as_now, is_first
from domain.cutoff.reason import told
from domain.cutoff.report import Content, Line, lines_of
from domain.errors import Refused
from domain.message import Message, verbatim


@dataclass(frozen=True, slots=True)
class ReportChange:
    """What became different since a report was made; None: was not, or is not, there.

    ``number``: the declaration that it is about, if it is about one.
    """

    what: Message
    before: Message | None
    after: Message | None
    number: str | None = None

    @property
    def told(self) -> Message:
        """All of it, in a line."""
        gone = Message("cutoff.not-there")
        values = {"what": self.what, "before": self.before or gone, "after": self.after or gone}
        return Message("cutoff.change", values)


class StaleReport(Refused):
    """The report does not hold any more. ``changes``: what differs now."""

    def __init__(self, changes: Sequence[ReportChange]) -> None:
        super().__init__(Message("refused.stale-report"))
        self.changes = tuple(changes)


def facts_of(content: Mapping[str, Any]) -> str:
    """What may become stale. That AFAS goes on to process what is verified is none of it, nor how far
    approvals of other weeks are: those come and go while clients approve."""
    weighty = ("number", "standing", "hours", "employee", "reason", "detail")
    rows = [{name: each[name] for name in weighty} for each in content["declarations"]]
    names = ("environment", "week", "cutoff_at", "hours", "counts", "sums", "agrees", "findings")
    return canonical({name: content[name] for name in names} | {"declarations": rows})


def changes_between(before: Content, after: Content) -> list[ReportChange]:
    """What differs between two contents of a week, sums first. ``after`` has today's format.

    Against one of the first format details are left out: that kept other words for the same.
    """
    bare = is_first(before)
    found = [*_of_hours(before, after), *_of_sums(as_now(before), after)]
    found += _of_lines(_told(before, bare=bare), _told(after, bare=bare))
    found = [change for change in found if change.before != change.after]
    if not found and _others(before) != _others(after):
        shown, different = Message("cutoff.change.shown"), Message("cutoff.change.different")
        found.append(ReportChange(Message("cutoff.change.others"), shown, different))
    return found


def _of_hours(before: Content, after: Content) -> list[ReportChange]:
    names = sorted(before["hours"].keys() | after["hours"].keys())
    return [
        ReportChange(
            Message("cutoff.change.hours", {"class": Message(f"cutoff.{name}")}),
            _amount(before["hours"].get(name)),
            _amount(after["hours"].get(name)),
        )
        for name in names
    ]


def _amount(hours: str | None) -> Message | None:
    return None if hours is None else Message("cutoff.change.amount", {"hours": hours})


def _of_sums(before: Mapping[str, Any], after: Content) -> list[ReportChange]:
    now = {each["name"]: each["agrees"] for each in after["sums"]}
    return [
        ReportChange(
            Message(f"week-sum.{each['name']}"), _verdict(each["agrees"]), _verdict(now[each["name"]])
        )
        for each in before["sums"]
        if each["name"] in now
    ]


def _verdict(agrees: object) -> Message:
    return Message("week.agrees" if agrees else "week.differs")


def _of_lines(old: Mapping[str, Message], new: Mapping[str, Message]) -> list[ReportChange]:
    return [
        ReportChange(verbatim(number), old.get(number), new.get(number), number)
        for number in sorted(old.keys() | new.keys())
    ]


def _told(content: Content, *, bare: bool) -> dict[str, Message]:
    found = {each.number: _line(replace(each, detail=None) if bare else each) for each in lines_of(content)}
    kinds: dict[str, tuple[Message, ...]] = {}
    for each in content["findings"]:
        kinds[each["subject"]] = (*kinds.get(each["subject"], ()), Message(f"finding.{each['kind']}"))
    return found | {subject: Message("cutoff.change.findings", {"all": of}) for subject, of in kinds.items()}


def _line(line: Line) -> Message:
    values: dict[str, object] = {"class": Message(f"standing.{line.standing}"), "hours": line.hours}
    if line.reason is None:
        return Message("cutoff.change.line", values)
    return Message("cutoff.change.line-because", values | {"why": told(line.reason, line.detail)})


def _others(content: Content) -> object:
    """The cut-off, and whose hours they are."""
    workers = [(each["number"], each["employee"]) for each in content["declarations"]]
    return content["environment"], content["week"], content["cutoff_at"], sorted(workers)
