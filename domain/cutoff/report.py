"""The cut-off report: every approved hour is verified in AFAS or on a list of named exceptions (G15).

Its content is plain JSON in one way of writing, so that its hash can be worked out again by anybody. It names
people by AFAS's numbers only: names are put beside it when it is shown, and the hash outlives their erasure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.cutoff.reckoning import Reckoned, Reckoning, Standing3
from domain.errors import Refused
from domain.reconcile.finding import KnownFinding

FORMAT = 1
ASKED = "asked"
"""The moment of a report that a person asked for."""

Content = dict[str, Any]


class StaleReport(Refused):
    """The report does not hold any more. ``changes``: what differs now."""

    def __init__(self, changes: Sequence[ReportChange]) -> None:
        shown = "; ".join(str(change) for change in changes[:5])
        more = f"; and {len(changes) - 5} more" if len(changes) > 5 else ""
        super().__init__(f"the report is out of date: {shown}{more}. Make a new one")
        self.changes = tuple(changes)


@dataclass(frozen=True, slots=True)
class ReportChange:
    """What became different since a report was made; None: was not, or is not, there."""

    subject: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """In words."""
        return f"{self.subject}: {self.before or 'not there'} -> {self.after or 'not there'}"


@dataclass(frozen=True, slots=True)
class Made:
    """How a report came about. Times are aware UTC. ``moment``: ``report-4h``, or asked for."""

    environment: str
    by: str
    at: datetime
    cutoff_at: datetime
    moment: str = ASKED


@dataclass(frozen=True, slots=True)
class Line:
    """One declaration on the report. Hours: the portal's, and those that store and AFAS show."""

    number: str
    standing: Standing3
    hours: Decimal
    kept_hours: Decimal | None
    afas_hours: Decimal | None
    status: str
    afas_status: str | None
    client: str | None
    contact: int | None
    employee: str | None
    placement: str | None
    update: int | None
    reason: str | None
    solver: str | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An approval of another week that is not seen in AFAS yet: late hours and corrections are paid too."""

    number: str
    week: str
    hours: Decimal
    employee: str | None
    client: str | None
    state: str
    reason: str | None
    update: int


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """A report in a list: hours (exact decimal texts) and counts per class, without its declarations."""

    id: int
    week: str
    cutoff_at: datetime
    moment: str
    made_at: datetime
    made_by: str
    sha256: str
    agrees: bool
    signed_at: datetime | None
    signed_by: str | None
    hours: Mapping[str, str]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is kept; signed off by one person, once."""

    id: int
    environment: str
    week: str
    content: Content
    sha256: str
    agrees: bool
    made: Made
    signed_at: datetime | None = None
    signed_by: str | None = None
    signed_note: str | None = None

    def lines(self, standing: Standing3) -> list[Line]:
        """The declarations of a class."""
        return [_line(each) for each in self.content["declarations"] if each["standing"] == standing]

    @property
    def exceptions(self) -> list[Line]:
        """Approved, and not verified in AFAS."""
        return self.lines(Standing3.EXCEPTION)

    @property
    def hours(self) -> dict[str, Decimal]:
        """Hours per class, and ``approved``: verified and exceptions together."""
        return {name: Decimal(text) for name, text in self.content["hours"].items()}

    @property
    def sums(self) -> list[dict[str, Any]]:
        """``name``, ``left``, ``right`` (exact texts), ``agrees``."""
        return list(self.content["sums"])


def content_of(
    made: Made,
    reckoning: Reckoning,
    findings: Sequence[KnownFinding] = (),
    elsewhere: Sequence[Elsewhere] = (),
) -> Content:
    """The content of a report: the week itself, findings that pay depends on, what is stuck elsewhere."""
    rows = sorted(reckoning.rows, key=lambda row: (row.standing, row.number))
    hours = {
        standing.value: sum((row.hours for row in reckoning.of(standing)), Decimal(0))
        for standing in Standing3
    }
    hours["approved"] = reckoning.approved_hours
    return {
        "format": FORMAT,
        "environment": made.environment,
        "week": reckoning.week,
        "cutoff_at": _time(made.cutoff_at),
        "moment": made.moment,
        "made_at": _time(made.at),
        "made_by": made.by,
        "read_at": _time(reckoning.read_at),
        "hours": {name: plain(value) for name, value in hours.items()},
        "counts": {standing.value: len(reckoning.of(standing)) for standing in Standing3},
        "sums": [
            {"name": each.name, "left": plain(each.left), "right": plain(each.right), "agrees": each.agrees}
            for each in reckoning.sums
        ],
        "agrees": reckoning.agrees,
        "declarations": [_row(row) for row in rows],
        "elsewhere": [_elsewhere(each) for each in sorted(elsewhere, key=lambda each: each.number)],
        "findings": sorted(
            [{"kind": known.finding.kind.value, "subject": known.finding.subject} for known in findings],
            key=lambda each: (each["subject"], each["kind"]),
        ),
    }


def canonical(content: Mapping[str, Any]) -> str:
    """The one way in which a content is written: sorted, compact, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(text: str) -> bytes:
    """The hash of a canonical content."""
    return hashlib.sha256(text.encode()).digest()


def facts_of(content: Mapping[str, Any]) -> str:
    """What may become stale. That AFAS goes on to process what is verified is none of it, nor how far
    approvals of other weeks are: those come and go while clients approve."""
    weighty = ("number", "standing", "hours", "employee", "reason")
    rows = [{name: each[name] for name in weighty} for each in content["declarations"]]
    names = ("environment", "week", "cutoff_at", "hours", "counts", "sums", "agrees", "findings")
    return canonical({name: content[name] for name in names} | {"declarations": rows})


def changes_between(before: Content, after: Content) -> list[ReportChange]:
    """What differs between two contents of a week, sums first."""
    found = [
        ReportChange(f"hours {name.replace('-', ' ')}", before["hours"].get(name), after["hours"].get(name))
        for name in sorted(before["hours"].keys() | after["hours"].keys())
    ]
    found += [
        ReportChange(name, "agreed" if was else "differed", "agrees" if now else "differs")
        for name, was, now in _sums(before, after)
    ]
    old, new = _told(before), _told(after)
    found += [
        ReportChange(number, old.get(number), new.get(number)) for number in sorted(old.keys() | new.keys())
    ]
    found = [change for change in found if change.before != change.after]
    if not found and facts_of(before) != facts_of(after):
        found.append(ReportChange("the cut-off or a worker", "as shown", "different"))
    return found


def plain(hours: Decimal) -> str:
    """The exact number without trailing zeros: 8 for 8.0000."""
    return format(hours.normalize(), "f") if hours else "0"


def _sums(before: Content, after: Content) -> list[tuple[str, bool, bool]]:
    now = {each["name"]: each["agrees"] for each in after["sums"]}
    return [
        (each["name"], each["agrees"], now.get(each["name"], each["agrees"]))
        for each in before["sums"]
        if now.get(each["name"], each["agrees"]) != each["agrees"]
    ]


def _told(content: Content) -> dict[str, str]:
    told = {}
    for each in content["declarations"]:
        reason = f" ({each['reason']})" if each["reason"] else ""
        told[each["number"]] = f"{each['standing']} {each['hours']}{reason}"
    for each in content["findings"]:
        told[each["subject"]] = each["kind"]
    return told


def _row(row: Reckoned) -> dict[str, Any]:
    return {
        "number": row.number,
        "standing": row.standing.value,
        "hours": plain(row.hours),
        "kept_hours": None if row.kept_hours is None else plain(row.kept_hours),
        "afas_hours": None if row.afas_hours is None else plain(row.afas_hours),
        "status": row.status,
        "afas_status": row.afas_status,
        "client": row.client,
        "contact": row.contact,
        "employee": row.employee,
        "placement": row.placement,
        "update": row.update,
        "reason": row.reason,
        "solver": row.solver.value if row.solver else None,
    }


def _elsewhere(each: Elsewhere) -> dict[str, Any]:
    return asdict(each) | {"hours": plain(each.hours)}


def _line(each: Mapping[str, Any]) -> Line:
    hours = {
        name: None if each[name] is None else Decimal(each[name]) for name in ("kept_hours", "afas_hours")
    }
    return Line(
        **(dict(each) | hours | {"standing": Standing3(each["standing"]), "hours": Decimal(each["hours"])})
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
