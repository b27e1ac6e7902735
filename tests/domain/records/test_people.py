"""What a worker is called."""

from __future__ import annotations

import pytest

from tests.stages.records.records import an_employee


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ({"first_name": "Jan", "initials": "J.", "prefix": "de"}, "Jan de Vries"),
        ({"first_name": None, "initials": "J.", "prefix": None}, "J. Vries"),
        ({"first_name": "", "initials": None, "prefix": ""}, "Vries"),
    ],
)
def test_the_first_name_counts_before_the_initials_and_nothing_leaves_a_gap(names, called):
    assert an_employee(**names).full_name == called
