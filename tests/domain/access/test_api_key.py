"""A key opens what one of its scopes opens."""

from __future__ import annotations

import pytest

from domain.access.api_key import ApiKey, Scope
from tests.stages.records.records import NOON


def key(*scopes: str) -> ApiKey:
    return ApiKey("key-1", "portal", frozenset(map(Scope, scopes)), "main", None, NOON, None, None)


@pytest.mark.parametrize(
    ("scopes", "reads", "decides"),
    [
        ((), False, False),
        (("read",), True, False),
        (("decide",), False, True),
        (("read", "decide"), True, True),
        (("portal",), True, True),
    ],
)
def test_only_what_a_scope_says_is_open(scopes, reads, decides):
    opens = key(*scopes).opens
    assert (opens(Scope.READ), opens(Scope.DECIDE)) == (reads, decides)


def test_looking_and_deciding_are_together_not_the_whole_portal():
    assert not key("read", "decide").opens(Scope.PORTAL)
    assert key("portal").opens(Scope.PORTAL)
