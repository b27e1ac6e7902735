"""What ends a demo early."""

from __future__ import annotations

from domain.errors import LoonbrugError


class DemoFailed(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """Something that the demo waited for did not come; the message says what."""
