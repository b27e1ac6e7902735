"""Words of the runbooks' page. The runbooks themselves are in English."""

from __future__ import annotations

WORDS = {"runbook.title": ("What to do", "Wat te doen")}
