"""The fault switch: what goes wrong, on which connector and verb, at which call. README.md tells the
faults."""

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.contract import Column, Connector

BEFORE = (
    "unavailable",
    "unauthorized",
    "forbidden",
    "too-large",
    "locked",
    "refuse",
    "out-of-memory",
    "redirect",
)
"""Answered without doing anything."""
WRITING = ("not-applied", "apply-late", "garbage", "error-after-applying", "drop-answer")
"""About whether a write happens and what is said of it."""
WIRE = ("reset", "html", "truncate", "endless", "drip")
"""About the bytes on the line."""
ROWS = ("empty", "reorder", "poison", "missing-column", "renamed-column", "retyped-column", "new-column")
"""About the rows of a read."""
_COLUMNS = ROWS[3:]
KINDS = BEFORE + WRITING + WIRE + ROWS


@dataclass(frozen=True)
class Rule:
    """One switch. `connector` and `verb`: '*' is any, without regard to case.

    Fires at every matching call, or only at the `nth` (from 1), or at the first `times`, or with
    `probability` (0..1, by `seed`). `settings`: what the kind needs, such as seconds, text, column.
    """

    kind: str
    connector: str = "*"
    verb: str = "*"
    nth: int | None = None
    times: int | None = None
    probability: float | None = None
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}; there are: {', '.join(KINDS)}")

    @property
    def lasting(self) -> bool:
        """Whether it changes the definition of a GetConnector for good."""
        return self.kind in _COLUMNS and self.nth is None and self.times is None and self.probability is None

    def about(self, connector: str, verb: str) -> bool:
        """Whether a call of this connector and verb is meant."""
        return _meant(self.connector, connector) and _meant(self.verb, verb)


class Faults:
    """The switchboard. Thread-safe; every fault that fires is counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._seen: list[int] = []
        self._chances: list[random.Random] = []
        self._injected: Counter[tuple[str, str, str]] = Counter()

    def add(self, kind: str, connector: str = "*", verb: str = "*", **when: Any) -> None:
        """Switch a fault on: `nth`, `times`, `probability`, `seed` as in Rule, anything else is its setting.
        Raises ValueError for an unknown kind."""
        timing = {name: when.pop(name) for name in ("nth", "times", "probability", "seed") if name in when}
        rule = Rule(kind, connector, verb, settings=when, **timing)
        with self._lock:
            self._rules.append(rule)
            self._seen.append(0)
            self._chances.append(random.Random(rule.seed))  # noqa: S311

    def clear(self) -> None:
        """Switch all faults off; what was counted stays."""
        with self._lock:
            self._rules, self._seen, self._chances = [], [], []

    def choose(self, connector: str, verb: str) -> Rule | None:
        """The fault for this call, if any: the first switch that fires (a column that changed for good comes
        after all others, and holds anyway). Every matching switch counts the call."""
        with self._lock:
            fired = [
                self._fires(index) for index, rule in enumerate(self._rules) if rule.about(connector, verb)
            ]
            chosen = next((rule for rule in fired if rule), None)
            if chosen:
                self._injected[chosen.kind, connector, verb] += 1
            return chosen

    def injected(self) -> dict[tuple[str, str, str], int]:
        """How often each fault fired, by (kind, connector, verb)."""
        with self._lock:
            return dict(self._injected)

    def rules(self) -> tuple[Rule, ...]:
        """The switches that are on."""
        with self._lock:
            return tuple(self._rules)

    def lasting(self, connector: str) -> list[Rule]:
        """The column faults of a GetConnector that are always on: its definition was changed."""
        return [rule for rule in self.rules() if rule.lasting and rule.about(connector, "GET")]

    def described(self, connector: Connector) -> Connector:
        """The connector's description with its lasting column faults, as metainfo shows it."""
        for rule in self.lasting(connector.name):
            connector = altered(connector, rule)
        return connector

    def _fires(self, index: int) -> Rule | None:
        rule = self._rules[index]
        self._seen[index] += 1
        if rule.nth is not None:
            fires = self._seen[index] == rule.nth
        elif rule.probability is not None:
            fires = self._chances[index].random() < rule.probability
        else:
            fires = rule.times is None or self._seen[index] <= rule.times
        return rule if fires else None


def altered(connector: Connector, rule: Rule) -> Connector:
    """The connector's description with one column fault in it."""
    column, settings = rule.settings["column"], rule.settings
    fields = [one for one in connector.fields if one.id != column or rule.kind == "new-column"]
    found = connector.field(column)
    if rule.kind == "new-column":
        fields.append(Column(column, "string", 80, column, nullable=True))
    elif found and rule.kind == "renamed-column":
        fields.append(
            Column(settings["to"], found.data_type, found.length, found.label, found.nullable, found.decimals)
        )
    elif found and rule.kind == "retyped-column":
        fields.append(Column(column, "string", 80, found.label, nullable=True))
    return Connector(connector.name, connector.key, connector.changed, tuple(fields))


def _meant(pattern: str, name: str) -> bool:
    return pattern == "*" or pattern.lower() == name.lower()
