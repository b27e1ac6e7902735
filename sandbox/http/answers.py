"""What the sandbox says back, before faults and compression get at it."""

import json
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=utf-8"
XML = "application/xml"


@dataclass(frozen=True)
class Response:
    """One answer. `body`: anything JSON can hold, bytes that are JSON already, or None for an empty body.

    `rows` is how many rows a read returned (for the latency model); `headers` are extra ones.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON
    rows: int = 0

    def payload(self) -> bytes:
        """The body as it travels: JSON on one line (Profit 7 and later), UTF-8."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()
