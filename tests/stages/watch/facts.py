"""How an environment stands when all is well."""

from __future__ import annotations

from datetime import date

from domain.watch.facts import Facts, FlowFacts, Limits

TODAY = date(2026, 11, 20)
LIMITS = Limits({"hours": 15.0, "invoices": 300.0})
WELL = Facts(
    flows=[FlowFacts("hours", False, False, 12.0, 0), FlowFacts("invoices", False, False, 250.0, 0)],
    stuck=[], paused_for=None, paused_by_person=False,
    token_expires=date(2027, 11, 20), workers=2,
)  # fmt: skip
