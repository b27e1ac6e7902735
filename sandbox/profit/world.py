"""What happens in the sandbox's Profit: one change at a time, whole or not at all.

The GetConnector tables are the stored truth; what has no column there (who executes a task, workflow history,
reactions, files) is kept here, in plain dicts that are only changed through `put` and `drop`.
"""

import threading
from collections.abc import Callable, Hashable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sandbox.contract import Row
from sandbox.errors import locked
from sandbox.profit.clock import ProfitClock
from sandbox.profit.workflow import Workflows
from sandbox.reading.tables import Tables

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
File = tuple[str, str, bytes]

FIRST_NUMBERS = {
    "employee": 1001,
    "person": 100001,
    "organisation": 500001,
    "debtor": 10001,
    "contact": 22801,
    "agreement": 3001,
    "placement": 2001,
    "subject": 50001,
    "line": 700001,
    "attachment": 20001,
    "claim": 1,
    "invoice": 26000001,
    "leave": 301,
    "reaction": 80001,
    "manager": 101,
}


@dataclass(frozen=True)
class Switches:
    """How the sandbox behaves where AFAS's documents are silent; see README-updates.md.

    `connector_user`: the user behind the app connector. `connector_is_executor`: that user may execute the
    tasks that a client executes (route B needs it). `lines_follow_claim`: approving a claim moves the
    changed-on of its lines. `approver`: who may stand in `ExUs`: any contact of the client ('client'), only
    the contact of the placement ('placement'), or any contact at all ('any').
    """

    connector_user: str = "41000.LOONBRUG"
    connector_is_executor: bool = True
    lines_follow_claim: bool = True
    approver: str = "client"


@dataclass(frozen=True)
class Item:
    """A dossier item. `round` counts how often it entered its first task: each asks a new approval."""

    subject: int
    type_id: int
    workflow: str | None
    task: str | None
    submitter: str
    claim: str | None = None
    round: int = 1


@dataclass(frozen=True)
class Step:
    """One line of a dossier item's history. `at`: naive Amsterdam ISO text."""

    at: str
    user: str
    action: str
    comment: str | None = None


@dataclass(frozen=True)
class Event:
    """What a webhook would tell, after the change was committed (AFAS: webhooks.md)."""

    type: str
    data: dict[str, Any]


class World:
    """The state of one AFAS environment. Safe to share by threads: every change takes one lock."""

    def __init__(self, tables: Tables, clock: ProfitClock, seed: int = 1) -> None:
        self.tables = tables
        self.clock = clock
        self.seed = seed
        self.switches = Switches()
        self.workflows = Workflows(seed)
        self.files: dict[tuple[int, str], File] = {}
        self.items: dict[int, Item] = {}
        self.history: dict[int, tuple[Step, ...]] = {}
        self.reactions: dict[int, tuple[int, str, str]] = {}
        self.external_keys: dict[int, str] = {}
        self.below_minimum_wage: set[str] = set()
        self.locks: dict[str, str] = {}
        self.counts: dict[tuple[str, str], int] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self._numbers = dict(FIRST_NUMBERS)
        self._lock = threading.RLock()
        self._depth = 0
        self._undo: list[Callable[[], object]] = []
        self._events: list[Event] = []
        with self.change():
            self.tables.insert_many("Loonbrug_Actions", self.workflows.action_rows())

    @contextmanager
    def change(self) -> Iterator[None]:
        """One change: everything inside is undone when an error leaves it. May be nested."""
        with self._lock:
            undo_mark, event_mark = len(self._undo), len(self._events)
            self._depth += 1
            try:
                with self.tables.transaction():
                    yield
            except BaseException:
                self._take_back(undo_mark, event_mark)
                raise
            finally:
                self._depth -= 1
            told = self._settle() if self._depth == 0 else []
        for event in told:
            for listener in self.listeners:
                listener(event)

    def _take_back(self, undo_mark: int, event_mark: int) -> None:
        while len(self._undo) > undo_mark:
            self._undo.pop()()
        del self._events[event_mark:]

    def _settle(self) -> list[Event]:
        told = self._events
        self._undo, self._events = [], []
        return told

    def put(self, mapping: MutableMapping[K, V], key: K, value: V) -> None:
        """Set a value that is taken back when the change fails."""
        if key in mapping:
            before = mapping[key]
            self._undo.append(lambda: mapping.__setitem__(key, before))
        else:
            self._undo.append(lambda: mapping.pop(key, None))
        mapping[key] = value

    def drop(self, mapping: MutableMapping[K, V], key: K) -> None:
        """Remove a value, until the change fails. Nothing happens when it is not there."""
        if key in mapping:
            before = mapping.pop(key)
            self._undo.append(lambda: mapping.__setitem__(key, before))

    def tell(self, type_: str, **data: Any) -> None:
        """Tell the listeners, once the change is committed."""
        self._events.append(Event(type_, data))

    def count(self, effect: str, key: str) -> None:
        """Note that a write had its effect once more."""
        self.put(self.counts, (effect, key), self.counts.get((effect, key), 0) + 1)

    def now(self) -> str:
        """The moment as AFAS stores it: naive Amsterdam ISO text, whole seconds."""
        return self.clock.now().isoformat()

    def next(self, what: str) -> int:
        """The next free number of a kind."""
        return self.reserve(what, 1)

    def reserve(self, what: str, many: int) -> int:
        """Take `many` numbers at once; the first is given. Numbers of a failed change stay unused."""
        with self._lock:
            first = self._numbers[what]
            self._numbers[what] = first + many
            return first

    def switch(self, **changes: Any) -> None:
        """Change some switches. Raises TypeError for an unknown one."""
        self.switches = replace(self.switches, **changes)

    def lock(self, record: str, user: str = "JANSEN") -> None:
        """Somebody opens a record in Profit: `claim:<n>`, or item, contact, person, line."""
        self.locks[record] = user

    def unlock(self, record: str) -> None:
        """The record is closed again; nothing happens when it was not open."""
        self.locks.pop(record, None)

    def refuse_locked(self, record: str) -> None:
        """Raises Refusal when somebody has the record open."""
        if record in self.locks:
            raise locked(self.locks[record])

    def get(self, connector: str, *key: Any) -> Row:
        """A row that must exist. Raises KeyError."""
        row = self.tables.get(connector, key)
        if row is None:
            raise KeyError(f"{connector}: no row {key}")
        return row

    def edit_workflow(self, key: str) -> None:
        """The administrator edits a workflow: its GUIDs change, and open items move along with them."""
        with self.change():
            for row in self.workflows.action_rows(key):
                self.tables.delete("Loonbrug_Actions", (row["ActionName"],))
            renamed = self.workflows.edit(key)
            self.tables.insert_many("Loonbrug_Actions", self.workflows.action_rows(key))
            for old_task, new_task in renamed.items():
                for row in self.tables.select("Loonbrug_Tasks", {"TaskName": old_task}):
                    key_of_row = (row["SubjectId"], row["TaskName"], row["User"])
                    names = {"WorkflowName": self.workflows.guid(key), "TaskName": new_task}
                    self.tables.update("Loonbrug_Tasks", key_of_row, names)

    def effects(self) -> dict[str, dict[str, int]]:
        """Every write that had an effect, and how often: kind -> subject -> times. More than 1 is a double.

        Approvals and rejections are keyed by claim and round, so that a second approval after the first fell
        away is no double; attachments by item and name; a mobile number by contact and value in force.
        """
        with self._lock:
            found: dict[str, dict[str, int]] = {}
            for (effect, key), times in self.counts.items():
                found.setdefault(effect, {})[key] = times
            return found

    def duplicates(self) -> int:
        """How many effects happened once too often, over all kinds."""
        return sum(times - 1 for kind in self.effects().values() for times in kind.values())
