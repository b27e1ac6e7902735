"""The one composition root: which concrete thing stands behind each Protocol.

One module per part. ``web`` is for the web process only: workers and clocks import no web framework.
"""

from __future__ import annotations

from workers.compose.afas import open_afas, open_our_afas, patience, words
from workers.compose.flows import curer, make_flows, reconciling, replay_steps
from workers.compose.services import Services, open_services

__all__ = [
    "Services",
    "curer",
    "make_flows",
    "open_afas",
    "open_our_afas",
    "open_services",
    "patience",
    "reconciling",
    "replay_steps",
    "words",
]
