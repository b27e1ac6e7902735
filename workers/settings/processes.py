"""Settings of our own processes: the servers they use, how many there are, and what they log."""

from __future__ import annotations

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from connectors.store.keeping.retention import Keep
from workers.settings.subject import Listed, Pairs, Seconds, Subject, starting_with


class StoreSettings(Subject):
    """Where PostgreSQL and Redis are, and what is kept how long."""

    heading: ClassVar[str] = "PostgreSQL and Redis"

    database_url: Annotated[SecretStr | None, starting_with("postgresql://", "postgres://")] = Field(
        None, description="PostgreSQL; started in the data folder if not set"
    )
    redis_url: Annotated[SecretStr | None, starting_with("redis://", "rediss://", "unix://")] = Field(
        None, description="Redis; started in the data folder if not set"
    )
    data: Path = Field(Path(".loonbrug"), description="Folder of the started PostgreSQL and Redis")
    keys_file: Path | None = Field(
        None,
        description="File with the keys that encrypt; needed with `DATABASE_URL`, else made in the folder",
    )
    keep: Annotated[dict[str, int], Pairs] = Field(
        {},
        description="Days to keep, where not the default: `parked=30,files=90`; see `ops/keeping.md`",
    )

    @field_validator("keep", mode="after")
    @classmethod
    def _known_kinds(cls, value: dict[str, int]) -> dict[str, int]:
        known = [each.name for each in fields(Keep)]
        if unknown := sorted(set(value) - set(known)):
            raise ValueError(f"nothing is kept as {', '.join(unknown)}; the kinds are {', '.join(known)}")
        if any(days < 1 for days in value.values()):
            raise ValueError("keep everything for a day at least")
        return value


class ProcessSettings(Subject):
    """How many processes there are, how they stop, what they log."""

    heading: ClassVar[str] = "Processes"

    http: str = Field("127.0.0.1:8080", description="Address and port of the portal API")
    http_proxies: Annotated[tuple[str, ...], Listed] = Field(
        ("127.0.0.0/8", "::1"),
        description="Addresses or networks of proxies whose `X-Forwarded-For` tells who calls, for limits",
    )
    key_rate: float = Field(100.0, gt=0, description="Requests a second that one API key may go on with")
    key_burst: int = Field(1000, ge=1, description="Requests that it may send at once before that")
    key_at_once: int = Field(32, ge=1, description="Requests of one API key under way at once (40 threads)")
    workers: int = Field(2, ge=1, le=64, description="Worker processes of `up`")
    threads: int = Field(8, ge=1, le=64, description="Threads of one worker process")
    stop_seconds: Seconds = Field(20.0, description="Seconds to finish what is in hand at a stop")
    log: Literal["json", "console", "auto"] = Field(
        "auto", description="Form of the log; auto looks for a terminal"
    )
    log_level: Literal["debug", "info", "warning"] = Field(
        "info", description="Least important line that is shown"
    )

    @field_validator("http_proxies", mode="after")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @field_validator("http", mode="after")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("write an address and a port, such as 127.0.0.1:8080")
        return value

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port of the portal API."""
        host, _, port = self.http.rpartition(":")
        return host.strip("[]"), int(port)
