"""What every process has: settings, store, broker and traces."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from connectors.store.database import Database
from connectors.store.outbox.beat import compare
from connectors.store.pooler import refuse_shared_sessions
from connectors.store.running.clock_jumps import ClockJumps
from connectors.store.running.control import Control
from connectors.store.running.due import Due
from connectors.store.running.leadership import Leadership
from connectors.store.running.processes import Processes
from connectors.store.running.schedule import Schedule, Timetable
from sync.ports import Wake
from sync.ports_trace import NO_SPANS, Spans
from workers.compose.belonging import Belonging
from workers.compose.keeping.keyfile import key_ring
from workers.compose.keeping.outside import Outside
from workers.compose.store import Store
from workers.compose.watch.tracing import open_spans
from workers.jobs.hints import HintBroker, Hints, NoHints, redis_broker, redis_client
from workers.settings import Settings


@dataclass(frozen=True)
class Services:
    """Everything of one process, joined. Made by ``open_services``, closed when its block ends."""

    settings: Settings
    database: Database
    database_url: str
    broker: HintBroker | None
    wake: Wake
    belonging: Belonging
    outside: Outside
    spans: Spans = NO_SPANS
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def environment(self) -> str:
        """The AFAS environment that this process serves."""
        return self.settings.name

    @property
    def store(self) -> Store:
        """The store of this environment."""
        return Store(self.database, self.environment)

    @property
    def due(self) -> Due:
        """What waits for a worker."""
        return Due(self.database, self.environment)

    @property
    def leadership(self) -> Leadership:
        """A clock's wish to lead."""
        return Leadership(self.database_url, self.environment)

    @property
    def clock_jumps(self) -> ClockJumps:
        """A look at the database's clock, for this process."""
        return ClockJumps(self.database)

    def put_back(self) -> bool:
        """Whether the database is behind what is remembered outside; then everything is held back (G12)."""
        behind = [compare(self.database, each, self.environment) for each in self.outside.load()]
        return any(behind)

    @property
    def processes(self) -> Processes:
        """The register of processes."""
        return Processes(self.database, self.environment)

    @property
    def schedule(self) -> Schedule:
        """When which flow is due."""
        chosen = self.settings
        timetable = Timetable(
            chosen.poll_seconds, chosen.wide_every, chosen.full_at, chosen.light_every, chosen.whole_at
        )
        return Schedule(self.database, self.environment, timetable)


@contextmanager
def open_services(
    settings: Settings, database_url: str, redis_url: str | None, *, size: int = 8, process: str = "command"
) -> Iterator[Services]:
    """Join everything. ``size``: connections to PostgreSQL, one for each thread that works, and a few.

    Raises SharedSessions when the address of the database leads to a pooler that breaks locks of sessions.
    """
    with ExitStack() as stack:
        database = Database(database_url, size=size, keys=key_ring(settings))
        stack.callback(database.close)
        refuse_shared_sessions(database_url)
        broker = None
        wake: Wake = NoHints()
        if redis_url is not None:
            client = redis_client(redis_url)
            stack.callback(client.close)
            broker = redis_broker(client)
            wake = Hints(broker, settings.name)
        spans = stack.enter_context(open_spans(settings, process))
        belonging = Belonging(Control(database, settings.name), settings.name)
        outside = Outside(settings.data / "life.json", broker.client if broker else None)
        yield Services(settings, database, database_url, broker, wake, belonging, outside, spans)
