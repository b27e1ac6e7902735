"""Replay what failed: the plan first, the deed with --yes. The same rows as at the console."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.door import FAILED, FINE, PARTLY, USAGE, Json, operator, say, settings, show_json
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.failures.replay import Replay
    from sync.failures.steps import ReplaySteps
    from workers.compose.services import Services
    from workers.compose.store import ReplayItem, ReplayRepository

_PAUSE = 0.2
_SHOWN_REQUESTS = 3
"""Requests that a plan shows on a terminal; --json has all of them."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Do")(replay)


def replay(
    updates: Annotated[list[int] | None, typer.Argument(metavar="ID...")] = None,
    *,
    all_like: Annotated[
        str | None, typer.Option(metavar="ID|REASON", help="All parked like this one, or with such a reason.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(metavar="CAUSE", help="All that failed for this cause; see: failures.")
    ] = None,
    plan: Annotated[int | None, typer.Option(metavar="REPLAY", help="A plan that was made before.")] = None,
    agree: Annotated[
        int | None, typer.Option(metavar="REPLAY", help="Agree, as the second person, to a large replay.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only the plan is shown.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the update.")] = "",
    as_json: Json = False,
) -> None:
    """Try parked or unclear updates again. Shows what would happen, by looking into AFAS; --yes does it.

    Exit code 3 when some of them cannot be replayed or a second person must agree first, 1 when none can.
    """
    with open_session() as session:
        if agree is not None:
            known = session.agreed(agree)
        else:
            known = session.planned(plan or session.asked(updates or [], all_like, group))
            known = session.done(known, reason) if yes else known
        items = session.items(known.id)
    show(known, items, as_json=as_json)
    raise typer.Exit(code_of(known, items))


@dataclass(frozen=True)
class ReplaySession:
    """What a command does with replays: the flow of ``sync.failures.steps``, in this process."""

    services: Services
    steps: ReplaySteps
    book: ReplayRepository

    def asked(self, updates: list[int], all_like: str | None, group: str | None) -> int:
        """Want a plan. Returns the id of the replay."""
        wanted = list(dict.fromkeys([*updates, *self._alike(all_like), *self._of_cause(group)]))
        if not wanted:
            say(phrase("cli-failures.which"))
            raise typer.Exit(USAGE)
        return self.book.ask(wanted, operator(), group)

    def planned(self, replay: int) -> Replay:
        """Plan it, or wait for the worker that is planning it."""
        return self._worked(replay)

    def done(self, known: Replay, reason: str) -> Replay:
        """Begin it and do it; a large one waits for a second person. Raises Refused."""
        begun = self.book.begin(known.id, known.plan_hash or "", operator(), reason)
        return self._worked(begun.id)

    def agreed(self, replay: int) -> Replay:
        """Agree to it and do it. Raises Refused."""
        known = self.book.show(replay)
        self.book.agree(replay, known.plan_hash or "", operator())
        return self._worked(replay)

    def items(self, replay: int) -> list[ReplayItem]:
        """All of its updates with plan and result."""

        from workers.compose.store import MOST_AT_ONCE

        return self.services.store.replay_reads.items(replay, limit=MOST_AT_ONCE)

    def _worked(self, replay: int) -> Replay:
        from sync.failures.steps import is_over

        while not is_over(self.book.show(replay)):
            if self.steps.work(replay) is None:
                time.sleep(_PAUSE)  # a worker is at it
        return self.book.show(replay)

    def _alike(self, wanted: str | None) -> list[int]:
        """Ids of parked updates like that one, or whose reason holds those words."""
        from domain.failures.cause import fingerprint
        from domain.failures.failure import FailureQuery
        from words.catalogue import ids_saying

        if not wanted:
            return []
        failures = self.services.store.failures
        if not wanted.isdigit():
            return failures.update_ids(
                FailureQuery(states=("parked",), reason=wanted, said=ids_saying(wanted))
            )
        known = self.services.store.operations.show(int(wanted))
        cause = known and fingerprint(known.update.kind, known.reason)
        return failures.update_ids(FailureQuery(states=("parked",), cause=cause)) if cause else []

    def _of_cause(self, cause: str | None) -> list[int]:
        from domain.failures.failure import FailureQuery

        failures = self.services.store.failures
        return failures.update_ids(FailureQuery(cause=cause)) if cause else []


@contextmanager
def open_session() -> Iterator[ReplaySession]:
    """A session for one command. Raises SettingsWrong when AFAS was not set."""
    from workers.compose.afas import open_our_afas
    from workers.compose.flows import replay_steps

    with open_services() as services, open_our_afas(services) as afas:
        book = services.store.replays(services.settings.second_person_from)
        yield ReplaySession(services, replay_steps(services, afas.looking()), book)


@contextmanager
def open_services() -> Iterator[Services]:
    """The store, and hints to workers where there is Redis."""
    from workers.compose import services
    from workers.compose.servers import database_url, redis_url
    from workers.settings import SettingsWrong, missing_for_afas

    chosen = settings()
    if missing := missing_for_afas(chosen):
        raise SettingsWrong(missing)
    with (
        database_url(chosen) as url,
        services.open_services(chosen, url, redis_url(chosen), size=4) as opened,
    ):
        yield opened


def code_of(known: Replay, items: list[ReplayItem]) -> int:
    """The exit code: refused or changed are failures, what is left as it was too; waiting is half done."""
    from domain.failures.replay import ReplayState

    if known.state is ReplayState.WAITING:
        return PARTLY
    wrong = ("refused", "changed", "left")
    bad = sum(item.outcome in wrong or item.prospect == "refused" for item in items)
    if not bad:
        return FINE
    return FAILED if bad == len(items) else PARTLY


def show(known: Replay, items: list[ReplayItem], *, as_json: bool) -> None:
    """The plan or the result."""
    from domain.failures.replay import ReplayState
    from workers.cli import tables

    columns = ("update", "prospect", "why", "request", "outcome", "told", "state", "behind", "also_in")
    if as_json:
        plan = [{column: getattr(item, column) for column in columns} for item in items]
        done = known.state is ReplayState.DONE
        show_json({"replay": known.id, "state": known.state, "done": done, "plan": plan})
        return
    if known.state is ReplayState.DONE:
        rows = [(item.update, item.outcome, item.told, item.state) for item in items]
        tables.table(phrase("cli-failures.done", replay=known.id), ("id", "result", "why", "state now"), rows)
        return
    planned = [(item.update, item.prospect, item.why, item.behind) for item in items]
    tables.table(
        phrase("cli-failures.plan", replay=known.id),
        ("id", "what", "what AFAS shows now", "waits behind"),
        planned,
    )
    sent = [(item.update, item.request) for item in items if item.request]
    for update, request in sent[:_SHOWN_REQUESTS]:
        tables.line(f"  {update}: {request['verb']} {request['path']} {request['body']}")
    say(_next(known, items))


def _next(known: Replay, items: list[ReplayItem]) -> str:
    """What to do with a plan."""
    from domain.failures.replay import Prospect, ReplayState

    if known.state is ReplayState.WAITING:
        return phrase("cli-failures.agree", replay=known.id)
    if known.state is not ReplayState.PLANNED:
        return phrase("cli-failures.replay-is", state=known.state)
    if all(item.prospect in (Prospect.REFUSED, Prospect.PARK) for item in items):
        return phrase("cli-failures.nothing")
    return phrase("cli-failures.do-it", replay=known.id)
