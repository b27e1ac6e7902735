"""What a measure found: figures with their unit and their aim, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should be: at least (or at most) ``bound``."""

    bound: float
    at_least: bool = True

    def met(self, value: float) -> bool:
        """Whether the figure is good enough."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.bound:,g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that was measured."""

    name: str
    value: float
    unit: str
    aim: Aim | None = None

    def as_json(self) -> dict[str, object]:
        """For ``--json``; ``met`` only where there is an aim."""
        told: dict[str, object] = {"name": self.name, "value": self.value, "unit": self.unit}
        if self.aim:
            told |= {"aim": str(self.aim), "met": self.aim.met(self.value)}
        return told


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one measure, and in one line under which circumstances."""

    name: str
    about: str
    figures: Sequence[Figure]

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return {"about": self.about, "figures": [figure.as_json() for figure in self.figures]}

    def table(self) -> Table:
        """For the terminal."""
        table = Table(title=f"{self.name}: {self.about}", title_justify="left", title_style="bold")
        table.add_column("what")
        table.add_column("measured", justify="right")
        table.add_column("unit")
        table.add_column("aim")
        for figure in self.figures:
            table.add_row(figure.name, _number(figure.value), figure.unit, _aim(figure))
        return table


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * round(share * 100) // 100))
    return ordered[rank - 1]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.3g}"


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    return f"{figure.aim} - {'met' if figure.aim.met(figure.value) else '[bold red]missed[/]'}"
