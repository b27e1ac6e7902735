"""Traces, as a Protocol: spans around what takes time. No attribute may hold personal data."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Attribute = str | int | float | bool


class Span(Protocol):
    """A span that is open."""

    def rename(self, name: str) -> None:
        """Give it a better name, known later."""

    def add(self, **attributes: Attribute | None) -> None:
        """Add what became known. None is left out."""


class Spans(Protocol):
    """Makes spans. A failure inside is noted by the name of the exception alone: its text may name people."""

    def span(
        self, name: str, *, parent: str | None = None, links: Sequence[str] = (), **about: Attribute | None
    ) -> AbstractContextManager[Span]:
        """A span around the block, within the current one, or within ``parent`` (W3C traceparent)."""

    def past(self, name: str, seconds: float, *, failed: bool = False, **about: Attribute | None) -> None:
        """A span that ends now, and began so many seconds ago."""

    def current(self) -> str | None:
        """The current span as W3C traceparent; None when there is none."""


class NoSpan:
    """Tells nobody."""

    def rename(self, name: str) -> None:
        """Nothing."""

    def add(self, **attributes: Attribute | None) -> None:
        """Nothing."""


class NoSpans:
    """``Spans`` where no traces are made."""

    def span(
        self,
        name: str,  # noqa: ARG002 - the Protocol's arguments, here and below
        *,
        parent: str | None = None,  # noqa: ARG002
        links: Sequence[str] = (),  # noqa: ARG002
        **about: Attribute | None,  # noqa: ARG002
    ) -> AbstractContextManager[Span]:
        """Nothing around the block."""
        return nullcontext(NoSpan())

    def past(self, name: str, seconds: float, *, failed: bool = False, **about: Attribute | None) -> None:
        """Nothing."""

    def current(self) -> str | None:
        """None."""
        return None


NO_SPANS = NoSpans()
