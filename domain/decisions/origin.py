"""Where something began: the one id from the portal's request to AFAS's answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """A request. ``correlation``: its X-Request-Id; ``trace_parent``: its span (W3C), when traced."""

    correlation: str
    trace_parent: str | None = None
