"""A sandbox that runs: made, filled, served, and closed again."""

import threading
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import TracebackType
from typing import cast

from sandbox.faults.faults import Faults
from sandbox.faults.latency import Latency
from sandbox.http.auth import AppConnector
from sandbox.http.calls import Calls
from sandbox.http.environment import Environment, Inside, Options, Updates
from sandbox.http.server import SandboxServer
from sandbox.profit.clock import ProfitClock
from sandbox.reading.tables import Tables


@dataclass(frozen=True)
class Running:
    """A sandbox being served in this process. A context manager: leaving it closes it."""

    environment: Environment
    server: SandboxServer

    @property
    def url(self) -> str:
        """The base address, ending in /ProfitRestServices."""
        return self.server.url

    @property
    def control_url(self) -> str:
        """The address of the side door, ending in /sandbox."""
        return f"http://127.0.0.1:{self.server.server_port}/sandbox"

    @property
    def token(self) -> str:
        """The classic token as the administrator sees it: an XML string, not yet base64."""
        return self.environment.app.token

    @property
    def app(self) -> AppConnector:
        """Who may call, with the client's id and secret."""
        return self.environment.app

    @property
    def world(self) -> Inside:
        """What is inside this Profit."""
        return self.environment.world

    @property
    def faults(self) -> Faults:
        """The fault switch."""
        return self.environment.faults

    @property
    def calls(self) -> Calls:
        """What was asked."""
        return self.environment.calls

    @property
    def clock(self) -> ProfitClock:
        """AFAS's clock."""
        return self.environment.world.clock

    def close(self) -> None:
        """Stop serving; everything in it is gone."""
        self.server.close()

    def __enter__(self) -> "Running":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def new_world(
    *, workers: int = 12, weeks: int = 3, seed: int = 1, start: datetime | None = None, frozen: bool = False
) -> Inside:
    """A world filled with Dutch companies and their workers; none with `workers` 0. `start`: naive
    Amsterdam."""
    world = cast(
        "Inside",
        import_module("sandbox.profit.world").World(Tables(), ProfitClock(start, frozen=frozen), seed),
    )
    if workers:
        import_module("sandbox.seed.seed").fill(world, workers=workers, weeks=weeks, seed=seed)
    return world


def start_sandbox(
    world: Inside | None = None,
    *,
    port: int = 0,
    updates: Updates | None = None,
    options: Options | None = None,
    latency: Latency | None = None,
    app: AppConnector | None = None,
) -> Running:
    """Serve a world from a thread of this process: a new, filled one when none is given. Port 0: a free one.
    `updates`: its UpdateConnectors, `sandbox.updates` when left out. Raises OSError when the port is
    taken."""
    environment = Environment(
        world or new_world(),
        updates or cast("Updates", import_module("sandbox.updates")),
        app=app or AppConnector(),
        latency=latency or Latency(),
        options=options or Options(),
    )
    server = SandboxServer(environment, port)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return Running(environment, server)
