"""Reasons as the store keeps them, for tests that write rows by hand."""

from __future__ import annotations

import json

from domain.message import verbatim


def kept(text: str) -> str:
    """Somebody else's words as the JSON of a message."""
    return json.dumps(verbatim(text).to_json())
