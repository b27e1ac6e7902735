"""What a person asks for, as it is looked for in the store."""

from __future__ import annotations

import pytest

from domain.errors import Incomplete
from sync.failures.search import Search


@pytest.mark.parametrize("week", ["2026-W7", "2026-W60", "W47", "2026-047"])
def test_a_week_that_is_none_is_refused_instead_of_finding_nothing(week: str) -> None:
    with pytest.raises(Incomplete, match=r"incomplete.week"):
        Search(week=week).wanted()


def test_a_week_may_be_written_in_small_letters() -> None:
    assert Search(week=" 2026-w07 ").wanted().week == "2026-W07"
