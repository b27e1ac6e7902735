"""Each role may do what those before it may, and nothing of those behind it."""

from __future__ import annotations

from itertools import product

import pytest

from domain.access.person import Role

ORDER = ["viewer", "operator", "approver", "administrator"]


@pytest.mark.parametrize(("role", "wanted"), list(product(ORDER, ORDER)))
def test_a_role_may_what_lesser_roles_may(role, wanted):
    assert Role(role).may(Role(wanted)) is (ORDER.index(role) >= ORDER.index(wanted))
