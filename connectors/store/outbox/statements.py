"""The statements of the outbox by name: what workers do (``outbox.sql``), and people (``operations.sql``)."""

from __future__ import annotations

from pathlib import Path

from connectors.store.named import named

_HERE = Path(__file__).parent
OUTBOX = named(_HERE / "outbox.sql")
OPERATIONS = named(_HERE / "operations.sql")
