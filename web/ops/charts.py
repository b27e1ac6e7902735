"""Small charts, drawn here as SVG: bars over 24 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 288, 72, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the units of the drawing; its value and its label for whoever points at it."""

    x: float
    y: float
    width: float
    height: float
    value: int
    label: str


def bars(values: Sequence[int], labels: Sequence[str]) -> list[Bar]:
    """Bars side by side over the whole width, the largest as high as the drawing."""
    most, step = max(values, default=0) or 1, WIDTH / max(1, len(values))
    drawn = []
    for place, (value, label) in enumerate(zip(values, labels, strict=True)):
        height = max(1.5, value / most * HEIGHT) if value else 0.0
        drawn.append(
            Bar(
                round(place * step, 2),
                round(HEIGHT - height, 2),
                round(step - GAP, 2),
                round(height, 2),
                value,
                label,
            )
        )
    return drawn
