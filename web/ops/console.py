"""What the console is given, and how a page gets at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, Protocol, TypeVar

from fastapi import Depends, Request

from connectors.store.database import Database
from domain.access.person import Role
from domain.watch.facts import Limits
from domain.watch.waiting import Budgets
from sync.cutoff.reports import CutoffPlan, CutoffReports
from sync.ports import Wake
from sync.reconcile.cure import Curer
from web.requests.limits import DoorLimits

PROXY_HEADER: Final = "x-loonbrug-proxy"
"""The header in which the company's own proxy proves that it is the one."""


class OfEnvironment(Protocol):
    """A class of the store: made of a database and the name of an environment."""

    def __init__(self, database: Database, environment: str) -> None: ...


Part = TypeVar("Part", bound=OfEnvironment)


@dataclass(frozen=True, slots=True)
class TrustedHeader:
    """Sign-on by the company's own proxy: whom it names in ``person`` is signed in.

    ``proxies``: addresses or networks from which the headers count, and ``secret``: what the proxy says in
    ``PROXY_HEADER``, since others may share an address. ``roles``: a group that the proxy names (several,
    separated by commas) -> role; a group that is called like a role needs no entry, but for administrators.
    ``sign_out``: where the proxy ends its own session; empty: there is no signing out here.
    """

    person: str
    role: str
    proxies: tuple[str, ...]
    secret: str = field(repr=False)
    roles: Mapping[str, Role] = field(default_factory=dict)
    sign_out: str = ""


@dataclass(frozen=True, slots=True)
class SignInRules:
    """How people sign in. ``url``: where they reach the console; seconds for the limits of a session.

    ``secure``: cookies go over https only (always, except on a machine of one's own).
    """

    url: str | None = None
    idle: float = 30 * 60
    longest: float = 12 * 3600
    lock_after: int = 5
    lock_for: float = 15 * 60
    trusted: TrustedHeader | None = None

    @property
    def secure(self) -> bool:
        """Whether the console is reached by https."""
        return (self.url or "").startswith("https:")


@dataclass(frozen=True, slots=True)
class Console:
    """Everything that the console works with.

    ``flows``: the names of the flows in. ``wrong_from``: when something is wrong; ``overlaps``:
    seconds that a poll and a wide poll read back. ``second_person_from``: updates of a replay from which a
    second person must agree; 0: none. What concerns the cut-off and the curer is None where there is none.
    ``limits``: how much strangers may ask. ``store_errors``: what the store raises when it is away.
    """

    environment: str
    database: Database
    wake: Wake
    flows: tuple[str, ...]
    wrong_from: Limits = field(default_factory=lambda: Limits({}))
    overlaps: tuple[float, float] = (0.0, 0.0)
    door: SignInRules = SignInRules()
    secret_expires: date | None = None
    budgets: Budgets = field(default_factory=Budgets)
    second_person_from: int = 0
    cutoff_plan: CutoffPlan | None = None
    cutoff_reports: CutoffReports | None = None
    curer: Curer | None = None
    limits: DoorLimits = field(default_factory=DoorLimits)
    store_errors: tuple[type[Exception], ...] = ()

    @property
    def intervals(self) -> Mapping[str, float]:
        """Seconds between two polls of each flow."""
        return self.wrong_from.intervals

    def of(self, kind: type[Part]) -> Part:
        """A class of the store, for this environment: ``console.of(Overview).flows(...)``."""
        return kind(self.database, self.environment)


def console_of(request: Request) -> Console:
    """The console that answers this request."""
    console = request.app.state.console
    assert isinstance(console, Console)  # noqa: S101 - create_console put it there
    return console


async def _here(request: Request) -> Console:
    return console_of(request)  # a plain function would take one of the API's threads for it


Ops = Annotated[Console, Depends(_here)]
"""The console, for a handler."""
