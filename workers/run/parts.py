"""One part of Loonbrug in this process: a worker, a clock or the web."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import structlog
from psycopg import OperationalError

from sync.ports import Afas
from workers.clock.clock import Clock, Parts
from workers.clock.keeper import Keeper
from workers.clock.side_threads import Watchman
from workers.compose.afas import open_afas
from workers.compose.belonging import keep_asking
from workers.compose.cutoff.cutoff import CutoffThread, cutoff_parts
from workers.compose.flows import make_flows
from workers.compose.jobs_of_flows import Flows
from workers.compose.keeping.keeping import keeping
from workers.compose.servers import both_urls
from workers.compose.services import Services, open_services
from workers.compose.watch.watch import open_duties
from workers.jobs.hints import redis_answers
from workers.jobs.jobs import Jobs
from workers.jobs.sweep import Sweep
from workers.jobs.work import Crew, WorkerProcess
from workers.logs.set_up import set_up_logging
from workers.run.serve import listen, serve
from workers.run.stopping import stop_on_signals
from workers.settings import Settings

log = structlog.get_logger("loonbrug.parts")

_SPARE_CONNECTIONS = 8


def run_part(part: str, settings: Settings) -> int:
    """Run ``work``, ``clock`` or ``web`` until SIGTERM or Ctrl-C. Returns the exit code.

    Raises OtherEnvironment as soon as AFAS turns out to be another one than the database belongs to.
    """
    set_up_logging(level=settings.log_level, form=settings.log, process=part)
    stop = stop_on_signals()
    size = settings.threads + _SPARE_CONNECTIONS if part == "work" else _SPARE_CONNECTIONS
    with (
        both_urls(settings) as (database_url, redis_url),
        open_services(settings, database_url, redis_url, size=size, process=part) as services,
    ):
        services.belonging.when_refused(stop.set)
        if services.put_back():
            log.error("the database was put back to an older state; nothing is sent until it is reconciled")
        return {"work": run_work, "clock": run_clock, "web": run_web}[part](services, stop)


def run_work(services: Services, stop: threading.Event) -> int:
    """A worker process. It takes nothing before AFAS let it into our own environment."""
    with open_afas(services) as afas:
        with _registered(services, "waiting"):
            let_in = services.belonging.wait(afas, stop)
        return _work(services, make_flows(services, afas), stop) if let_in else 0


def _work(services: Services, flows: Flows, stop: threading.Event) -> int:
    chosen = services.settings
    with _registered(services, "work") as alive:
        jobs = Jobs(flows, pulls=max(2, chosen.threads // 2), deliveries=max(2, chosen.threads // 2))
        sweep = Sweep(
            services.due,
            jobs,
            services.environment,
            lambda: redis_answers(services.broker),
            hands=chosen.threads,
        )

        def lay_down() -> None:
            jobs.close()
            services.stopping.set()

        crew = Crew(
            services.environment,
            jobs,
            sweep,
            services.broker,
            chosen.threads,
            chosen.stop_seconds,
            alive,
            lay_down,
        )
        return WorkerProcess(crew).run(stop)


def run_clock(services: Services, stop: threading.Event) -> int:
    """A clock."""
    services.schedule.prepare()
    keeper = Keeper(keeping(services.database, services.settings, services.outside))
    keeper.begin()
    with open_afas(services) as afas, _registered(services, "clock") as alive:
        keep_asking(services.belonging, afas, stop)
        parts = Parts(
            environment=services.environment,
            ticker=services.schedule,
            leader=services.leadership,
            due=services.due,
            wake=services.wake,
            probe=make_flows(services, afas).probe,
            tidy=keeper.tidy,
        )
        clock = Clock(parts)
        with open_duties(services.settings, services.database, afas, clock.leads) as duties:
            watchman, cutoffs = Watchman(duties), _cutoffs(services, afas, clock)
            watchman.start()
            cutoffs.start()
            clock.run(stop, lambda: _living(alive, keeper, clock))
            watchman.stop()
            cutoffs.stop()
    return 0


def _cutoffs(services: Services, afas: Afas, clock: Clock) -> CutoffThread:
    return CutoffThread(cutoff_parts(services.settings, services.database, afas).clock, clock.leads)


def _living(alive: Callable[[], None], keeper: Keeper, clock: Clock) -> None:
    alive()
    if clock.leads():
        keeper.beat()
        keeper.tell_counts()


def run_web(services: Services, stop: threading.Event) -> int:
    """The portal API."""
    from workers.compose.web import make_web  # noqa: PLC0415  # workers and clocks need no web framework

    listener = listen(*services.settings.listen)
    with open_afas(services) as afas, _registered(services, "web") as alive:
        app = make_web(services, afas.looking())  # a person waits for each read
        keep_asking(services.belonging, afas, stop)
        return serve(app, listener, stop, alive, stop_seconds=services.settings.stop_seconds)


@contextmanager
def _registered(services: Services, kind: str) -> Iterator[Callable[[], None]]:
    """Stand in the register of processes while the block runs; what it yields says that we live."""
    mine, watch = services.processes.join(kind), services.clock_jumps

    def alive() -> None:
        services.processes.alive(mine)
        if jump := watch.look():
            log.error("the clock of the database jumped", seconds=round(jump, 1))

    try:
        yield alive
    finally:
        with suppress(OperationalError):
            services.processes.leave(mine)
