"""What a person asks for, as it is looked for in the store."""

from __future__ import annotations

import pytest

from connectors.store.database import Database
from connectors.store.failures.failures import Failures
from domain.errors import Incomplete
from domain.message import Message, both, verbatim
from sync.failures.search import Search


@pytest.mark.parametrize("week", ["2026-W7", "2026-W60", "W47", "2026-047"])
def test_a_week_that_is_none_is_refused_instead_of_finding_nothing(week: str) -> None:
    with pytest.raises(Incomplete, match=r"incomplete.week"):
        Search(week=week).wanted()


def test_a_week_may_be_written_in_small_letters() -> None:
    assert Search(week=" 2026-w07 ").wanted().week == "2026-W07"


REFUSED = verbatim("Kostenplaats 'TAC' is geblokkeerd.")
KEPT = {
    "claim:1": REFUSED,
    "claim:2": both(REFUSED, Message("why.not-shown-yet")),
    "claim:3": Message("why.unreadable-row", {"why": Message("row-fault.empty")}),
    "claim:4": Message("why.sent-in-vain", {"times": 4}),
    "claim:5": None,
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("geblokkeerd", {"claim:1", "claim:2"}),
        ("does not show it yet", {"claim:2"}),
        ("toont het NOG niet", {"claim:2"}),
        ("niet kunnen lezen", {"claim:3"}),
        ("never showed", {"claim:4"}),
        ("why.sent", set()),
        ("100%", set()),
        ("claim:5", {"claim:5"}),
    ],
)
def test_reasons_are_searched_by_their_words_in_either_language(
    database: Database, text: str, found: set[str]
) -> None:
    with database.connection() as connection:
        connection.cursor().executemany(
            "insert into outbox (environment, kind, subject, state, payload, mark, reason)"
            " values ('main', 'approve', %s, 'parked', '{}', '', %s)",
            list(KEPT.items()),
        )
    updates = Failures(database, "main").updates(Search(text=text).wanted())
    assert {each.subject for each in updates} == found


def test_who_asks_for_nothing_asks_for_no_words() -> None:
    assert Search(text="  ").wanted().said == ()
