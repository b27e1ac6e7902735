"""Settings of the traffic with AFAS: how often we read, and how long we wait when we write."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from domain.outbox.policy import Patience
from mappings.flows import FLOWS
from workers.settings.subject import Listed, Pairs, Seconds, Subject, TimeOfDay

INTERVALS = {name: flow.every for name, flow in FLOWS.items()}
"""Seconds between two polls. A poll without changes costs AFAS one small request."""

_PATIENCE = Patience()


class ReadingSettings(Subject):
    """When which flow reads, and how far back."""

    heading: ClassVar[str] = "Reading"

    intervals: Annotated[dict[str, Seconds], Pairs] = Field(
        {}, description="Seconds between polls, for the flows that differ: `hours=15,invoices=600`"
    )
    overlap_poll: Seconds = Field(300.0, description="Seconds that a poll reads back")
    overlap_wide: Seconds = Field(10800.0, ge=5400, description="Seconds that a wide poll reads back")
    wide_every: Seconds = Field(3600.0, description="Seconds between two wide polls")
    full_at: TimeOfDay = Field("02:30", description="Amsterdam time of the nightly sweep")
    light_every: Seconds = Field(3600.0, description="Seconds between two light reconciliations")
    whole_at: TimeOfDay = Field("04:00", description="Amsterdam time of the whole reconciliation")

    @field_validator("intervals", mode="after")
    @classmethod
    def _known_flows(cls, value: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(set(value) - set(FLOWS)):
            raise ValueError(f"no such flow: {', '.join(unknown)}; the flows are {', '.join(FLOWS)}")
        return value

    @property
    def poll_seconds(self) -> dict[str, float]:
        """Seconds between two polls of every flow."""
        return INTERVALS | self.intervals


class WritingSettings(Subject):
    """How long to wait for what, when writing."""

    heading: ClassVar[str] = "Writing"

    server_limit: Seconds = Field(
        _PATIENCE.server_limit, description="Seconds that AFAS goes on after we hung up"
    )
    look_margin: Seconds = Field(_PATIENCE.margin, description="Seconds beyond that before a second send")
    look_holds: Seconds = Field(
        _PATIENCE.look_holds, description="Seconds that a look holds for what is sent on it"
    )
    look_gap: Seconds = Field(
        _PATIENCE.look_gap, description="Seconds between the two looks that must find nothing"
    )
    first_look: Seconds = Field(
        _PATIENCE.first_look, description="Seconds from sending to the first look whether it arrived"
    )
    longest_look: Seconds = Field(
        _PATIENCE.longest_look, description="Longest pause between two looks, in seconds"
    )
    retries: Annotated[tuple[Seconds, ...], Listed] = Field(
        _PATIENCE.retries, min_length=1, description="Growing pauses after a failure, in seconds"
    )
    access_retries: Annotated[tuple[Seconds, ...], Listed] = Field(
        _PATIENCE.access_retries,
        min_length=1,
        description="Growing rests of everything while AFAS does not let us in, in seconds",
    )
    configuration_retries: Annotated[tuple[Seconds, ...], Listed] = Field(
        _PATIENCE.configuration_retries,
        min_length=1,
        description="Growing rests of a kind of update that AFAS closes to us, in seconds",
    )
    lease: Seconds = Field(
        _PATIENCE.lease, description="Seconds after which work of a dead worker is taken over"
    )
    second_person_from: int = Field(
        0,
        ge=0,
        description="Replays of so many updates on which pay depends need a second person (100); 0: none do",
    )
