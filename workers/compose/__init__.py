"""The one composition root: which concrete thing stands behind each Protocol.

One module per part. ``web`` is for the web process only: workers and clocks import no web framework.
"""

from __future__ import annotations

from workers.compose.afas import open_afas, patience, words
from workers.compose.flows import curer, open_flows, reconciling, replay_steps
from workers.compose.services import Services, open_services

__all__ = [
    "Services",
    "curer",
    "open_afas",
    "open_flows",
    "open_services",
    "patience",
    "reconciling",
    "replay_steps",
    "words",
]
