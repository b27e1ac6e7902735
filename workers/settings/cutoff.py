"""Settings of the pay run's cut-off: when it is, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from workers.settings.subject import Addresses, Listed, Seconds, Subject, TimeOfDay, Weekday
from workers.settings.telling import needs_mail_server


class CutoffSettings(Subject):
    """When the cut-off is, and who hears of it."""

    heading: ClassVar[str] = "Cut-off"

    cutoff_day: Weekday = Field(
        "thursday", description="Weekday on which the pay run of last week's hours closes"
    )
    cutoff_time: TimeOfDay = Field("12:00", description="Amsterdam time of that cut-off")
    payday: Weekday = Field(
        "friday", description="Weekday on which wages are paid; the cut-off stays ahead of it"
    )
    cutoff_holidays: Literal["NL", "none"] = Field(
        "NL", description="Country whose public holidays move the cut-off to an earlier day"
    )
    cutoff_closed: Annotated[tuple[date, ...], Listed] = Field(
        (), description="Other days on which nobody works or no bank pays: `2026-05-01,2026-12-24`"
    )
    cutoff_reports: Annotated[tuple[Seconds, ...], Listed] = Field(
        (24.0, 4.0, 1.0), description="Hours before the cut-off at which its report is made"
    )
    remind_clients: Annotated[tuple[Seconds, ...], Listed] = Field(
        (48.0, 24.0), description="Hours before it at which contacts are reminded of what waits for approval"
    )
    remind_office: Annotated[tuple[Seconds, ...], Listed] = Field(
        (72.0,), description="Hours before it at which the back office is told of weeks not submitted"
    )
    remind_by_mail: bool = Field(
        default=False, description="Mail contacts ourselves, beside the webhook: `true` or `false`"
    )
    payroll_mail: Addresses = Field(
        (), description="Who is mailed the cut-off report: `payroll@example.nl,...`"
    )
    payroll_mail_holds: Literal["report", "link"] = Field(
        "report",
        description="What it holds: the names and the report as PDF and CSV, or sums and a `link` only",
    )
    office_mail: Addresses = Field((), description="Who is mailed of weeks that were not submitted")
    mail_language: Literal["nl", "en"] = Field("nl", description="Language of mails, those of alerts too")

    @classmethod
    def at_odds(cls, values: Mapping[str, Any]) -> list[str]:
        """Mail needs a server."""
        reminds = str(values.get("remind_by_mail", "")).lower() in ("true", "1", "yes", "on", "t", "y")
        ours = ("payroll_mail", "office_mail", *(["remind_by_mail"] if reminds else []))
        return needs_mail_server(values, *ours)
