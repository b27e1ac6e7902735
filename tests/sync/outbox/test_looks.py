"""Looking for many updates at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from connectors.afas.filters import how_many_fit
from domain.errors import QueryTooLong
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.pull.query import Row, Where
from mappings.outbox.masking import masked
from mappings.outbox.outgoing import Material
from mappings.outbox.questions import BY_TITLE, Questions, marked_title
from mappings.outbox.shown import CLAIMS, HOURS
from sync.outbox.deliver import MOST
from sync.outbox.looks import TAKE, look
from tests.stages.fake_afas_writes import FakeAfas


def question(number: int, title: str = "Een vraag") -> Update:
    return Update(
        id=number,
        environment="main",
        kind=UpdateKind.ASK_QUESTION,
        subject=f"question:{number}",
        state=UpdateState.READY,
        version=None,
        payload={"client": "10010", "contact": 1, "title": title, "text": "Hoe zit het?"},
        mark=f"LB-{number:010x}",
        attempts=1,
        sends=0,
        token=UUID(int=1),
        sent_at=None,
        empty_looks=0,
        last_look_at=None,
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def test_a_whole_batch_of_claim_numbers_fits_in_one_query() -> None:
    numbers = [f"{number:012}.01" for number in range(MOST)]
    for each in (CLAIMS, HOURS):
        assert how_many_fit(each.column, numbers, each.key, TAKE) == MOST


class Narrow(FakeAfas):
    """Accepts at most three values in a query."""

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterator[list[Row]]:
        if len(where) > 3:
            raise QueryTooLong("too long")
        return super().pages(connector, key, where, take)


def test_a_query_that_is_too_long_is_asked_in_halves() -> None:
    afas, updates = Narrow(), [question(number) for number in range(1, 11)]
    for update in updates[:7]:
        afas.add_question(marked_title(update))
    found = look(afas, Questions(), [BY_TITLE], updates)
    assert [len(found[update.id][BY_TITLE.connector]) for update in updates] == [1] * 7 + [0] * 3


def test_rows_are_found_whatever_their_case_and_spaces() -> None:
    afas, update = FakeAfas(), question(1, "Groeten uit ZÜRICH")
    afas.add_question(marked_title(update))
    afas.documents[50_000]["Subject"] = marked_title(update).upper()
    assert look(afas, Questions(), [BY_TITLE], [update])[1][BY_TITLE.connector]


def test_a_long_title_keeps_its_mark_within_afass_length() -> None:
    title = marked_title(question(1, "Waarom " * 60))
    assert len(title) <= 255
    assert title.endswith(" (LB-0000000001)")


def test_what_is_kept_of_a_question_tells_nothing_personal() -> None:
    call = Questions().call(question(1, "Over Jan de Vries"), Material({}))
    kept = str(masked(call))
    assert "Jan" not in kept
    assert "Hoe zit het" not in kept
    assert "'SfId': '10010'" in kept
