"""What a person reads off the pages of failures."""

from __future__ import annotations

import re


def first_of(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, pattern
    return found[1]


def cause_on(page: str) -> str:
    return first_of(r"/ops/failures/causes/([0-9a-f]{12})", page)


def plan_on(page: str) -> str:
    return first_of(r'name="plan" value="([0-9a-f]{64})"', page)
