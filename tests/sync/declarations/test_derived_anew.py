"""Whatever happens to mirror and outbox, what was derived step by step equals what is derived anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.store.database import Database
from connectors.store.declarations.derivations import Derivations
from connectors.store.records import mirror
from mappings.flows import FLOWS
from sync.declarations.derive import Deriver
from tests.stages.pull.fake_afas_reads import FakeAfas
from tests.stages.records.rows import row
from tests.sync.declarations.office import TODAY, Office

pytestmark = pytest.mark.slow

GROUND = "hour_line, claim, placement, contact, employee, onboarding_item"
DERIVED = "declaration, declaration_history, onboarding, stale"
CLAIMS = ("000000000001.01", "000000000002.01")
PLACEMENTS, WORKERS, PEOPLE, CONTACTS = ("PL1", "PL2"), ("E1", "E2"), ("A", "B"), (1, 2)
LONG_DECIDED = ("approved", "processed", "paid", "withdrawn")
"""What depends on placement and contact is not looked up again for these."""


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def written(flow: str, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """A row of a flow as AFAS might show it."""
    return st.tuples(st.just("write"), st.just(flow), st.fixed_dictionaries(columns))


def gone(table: str, key: str, *keys: object) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just("withdraw"), st.just((table, key)), one_of(*keys))


STEPS = st.one_of(
    written(
        "hours",
        LineId=one_of(1, 2, 3),
        EmployeeId=one_of(*WORKERS),
        PlacementId=one_of(*PLACEMENTS, None),
        ClaimNumber=one_of(*CLAIMS, None, None),
        EntryDate=one_of("2026-11-16T00:00:00Z", "2026-11-17T00:00:00Z", "2026-11-25T00:00:00Z"),
        Quantity=one_of(4, 8),
    ),
    gone("hour_line", "line", 1, 2, 3),
    written(
        "claims",
        ClaimNumber=one_of(*CLAIMS),
        PlacementId=one_of(*PLACEMENTS),
        WorkflowStatus=one_of("Ter beoordeling", "Afgekeurd"),
        ApprovedExternally=one_of(False, False, True),
        Paid=one_of(False, False, True),
        TotalHours=one_of(0, 4, 8),
    ),
    gone("claim", "claim", *CLAIMS),
    written(
        "placements",
        PlacementId=one_of(*PLACEMENTS),
        EmployeeId=one_of(*WORKERS),
        ClaimContact=one_of(*CONTACTS, None),
        CostCentreRule=one_of("0", "2"),
    ),
    gone("placement", "placement", *PLACEMENTS),
    written("contacts", ContactId=one_of(*CONTACTS), Blocked=st.booleans()),
    gone("contact", "contact", *CONTACTS),
    written(
        "employees",
        EmployeeId=one_of(*WORKERS),
        PersonId=one_of(*PEOPLE),
        EmploymentEnd=one_of(None, None, "2026-11-01T00:00:00Z"),
    ),
    gone("employee", "employee", *WORKERS),
    written(
        "onboarding",
        SubjectId=one_of(1, 2),
        PersonId=one_of(*PEOPLE, None),
        EmployeeId=one_of(*WORKERS, None),
        TaskDescription=one_of("Gegevens aanvullen", "Contract ondertekenen"),
    ),
    gone("onboarding_item", "subject", 1, 2),
    st.tuples(st.just("decide"), one_of(*CLAIMS), one_of("approve", "reject")),
    st.tuples(
        st.just("becomes"), one_of(*CLAIMS), one_of("done", "void", "parked", "unclear", "ready", "sending")
    ),
    st.tuples(st.just("derive"), st.none(), st.none()),
)


@dataclass
class History:
    """One environment, and what happens to it."""

    office: Office
    moment: timedelta = field(default_factory=timedelta)

    def happens(self, what: str, where: Any, value: Any) -> None:
        match what:
            case "write":
                record = FLOWS[where].mapping.to_record(row(where, **value))
                with self.office.database.transaction() as connection:
                    mirror.write(connection, "main", type(record), [record], forced=True)
            case "withdraw":
                table, key = where
                self.office.execute(
                    f"update {table} set withdrawn_at = now(), written_at = now()"
                    f" where {key} = %s and withdrawn_at is null",
                    value,
                )
            case "decide":
                self._decide(where, value)
            case "becomes":
                self.office.execute(
                    "update outbox set state = %s,"
                    " ended_at = case when %s in ('done', 'void', 'parked') then now() end"
                    " where id = (select max(id) from outbox where subject = %s)"
                    " and state not in ('done', 'void')",  # what has ended is never taken up again
                    value,
                    value,
                    f"claim:{where}",
                )
            case _:
                self.derive()

    def _decide(self, claim: str, kind: str) -> None:
        self.office.execute(
            "insert into outbox (environment, kind, subject, version, payload, mark)"
            " select 'main', %s, %s, version, '{}', gen_random_uuid()::text from declaration"
            " where number = %s",
            kind,
            f"claim:{claim}",
            claim,
        )

    def derive(self) -> None:
        while Deriver(Derivations(self.office.database, "main")).derive_all(TODAY):
            pass

    def derived(self) -> dict[str, dict[str, Any]]:
        """All that is derived, but for when it was, and what is not kept up once a client decided."""
        found = {}
        for each in self.office.execute("select * from declaration"):
            decided = each["status"] in LONG_DECIDED
            lacks = ("contact", "cost_centre_required", "missing") if decided else ()
            found[each["number"]] = {name: value for name, value in each.items() if name not in lacks}
        for each in self.office.execute("select person, employee, state, evidence from onboarding"):
            found[f"person {each['person']}"] = each
        return found

    def forget(self) -> None:
        """What was derived, so that all of it is derived anew."""
        self.office.execute("delete from declaration")
        self.office.execute("delete from onboarding")
        self.office.execute(
            "insert into stale (environment, kind, key)"
            " select 'main', 'declaration', claim from claim"
            " union select 'main', 'declaration', placement || '@' || to_char(date, 'IYYY-\"W\"IW')"
            " from hour_line where placement is not null"
            " union select 'main', 'onboarding', person from employee"
            " union select 'main', 'onboarding', person from onboarding_item where person is not null"
        )


@pytest.fixture(scope="module")
def bare_office(module_database_url: str) -> Iterator[Office]:
    with closing(Database(module_database_url)) as database:
        yield Office(FakeAfas(), database)


def hired(employee: str = "E1", person: str = "A") -> tuple[Any, ...]:
    return ("write", "employees", {"EmployeeId": employee, "PersonId": person})


def booked(**columns: object) -> tuple[Any, ...]:
    return ("write", "hours", {"LineId": 1, "EmployeeId": "E1", "PlacementId": "PL1"} | columns)


DERIVE = ("derive", None, None)


@given(st.lists(STEPS, min_size=2, max_size=20))
@example([hired(), booked(), DERIVE, ("withdraw", ("hour_line", "line"), 1)])
@example([hired(), hired("E2", "B"), booked(), DERIVE, booked(EmployeeId="E2")])
@example([hired(), booked(), DERIVE, booked(EntryDate="2026-11-25T00:00:00Z")])
@example([hired(), booked(), DERIVE, booked(LineId=2, EntryDate="2026-11-01T00:00:00Z")])
@example([hired(), DERIVE, hired("E1", "B")])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_derived_step_by_step_equals_what_is_derived_anew(bare_office, steps):
    bare_office.execute(f"truncate {GROUND}, {DERIVED}, outbox cascade")
    history = History(bare_office)
    for step in steps:
        history.happens(*step)
    history.derive()
    before = history.derived()
    history.forget()
    history.derive()
    assert before == history.derived()
