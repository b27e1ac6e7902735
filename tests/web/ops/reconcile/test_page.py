"""Findings in the console: listed, filtered, one with its sides, cured by its plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.access.person import Role
from tests.stages.reconcile.reconciling import a_stage

pytestmark = pytest.mark.slow


@pytest.fixture
def stage(database_url):
    with a_stage(database_url) as made:
        yield made


@pytest.fixture
def ops(ops, stage):
    return replace(ops, curer=stage.curer())


@pytest.fixture
def found(stage):
    """A claim whose hours were changed behind our back; its finding and the claim's number."""
    number = stage.submit_week()[0]
    stage.settle()
    row = stage.world.get("Loonbrug_Claims", number)
    stage.world.tables.update("Loonbrug_Claims", (number,), {"TotalHours": row["TotalHours"] + 1})
    stage.light()
    return stage.book.search()[0].id, number


def test_findings_are_listed_and_filtered(found, as_viewer):
    _, number = found
    shown = as_viewer.get("/ops/findings").text
    assert f"Claim {number}" in shown
    assert "changed unseen" in shown
    assert f"Claim {number}" not in as_viewer.get("/ops/findings?kind=missing-here").text
    assert f"Claim {number}" in as_viewer.get("/ops/findings?week=2026-W47&pay=yes&cure=pull-again").text
    assert f"Claim {number}" not in as_viewer.get("/ops/findings?which=closed").text


def test_dutch_people_read_dutch(found, stage, as_operator):
    shown = as_operator.get("/ops/findings", headers={"Accept-Language": "nl"}).text
    assert "Open bevindingen" in shown
    assert "ongezien gewijzigd" in shown
    finding, number = found
    assert f"Declaratie {number}" in shown
    plan = as_operator.get(f"/ops/findings/{finding}/plan", headers={"Accept-Language": "nl"}).text
    assert f"Declaratie {number}: wordt overschreven: uren" in plan
    assert "Opnieuw ophalen: de regels worden vers gelezen" in plan
    assert "total_hours" not in plan
    as_operator.submit(f"/ops/findings/{finding}/cure")
    stage.light()
    closed = as_operator.get(f"/ops/findings/{finding}", headers={"Accept-Language": "nl"}).text
    assert "vers gelezen en overgenomen" in closed
    assert "en niet meer gezien" in closed


def test_one_finding_shows_its_sides_and_its_plan(found, as_operator):
    finding, number = found
    shown = as_operator.get(f"/ops/findings/{finding}").text
    assert "Approved by the client" in shown
    assert shown.count('<td class="bad">') == 3  # the hours of portal, store and AFAS, and nothing else
    assert shown.index("Hours</th>") < shown.index("Approved by the client</th>")
    assert "Show the plan" in shown
    plan = as_operator.get(f"/ops/findings/{finding}/plan").text
    assert f"Claim {number}: written: hours" in plan
    assert "Cure it" in plan


def test_curing_sets_it_right_and_says_so(found, stage, as_operator):
    finding, _ = found
    answer = as_operator.submit(f"/ops/findings/{finding}/cure", reason="the sums differ")
    assert answer.status_code == 200
    assert "read afresh and believed" in answer.text
    assert stage.light().booked.resolved == 1
    assert "not seen again" in as_operator.get(f"/ops/findings/{finding}").text
    assert as_operator.submit(f"/ops/findings/{finding}/cure").status_code == 409
    audited = stage.look("select actor from audit where action = 'finding.cure'")
    assert audited == [{"actor": "user:operator person"}]


def test_a_viewer_may_look_and_not_cure(found, as_viewer):
    finding, _ = found
    assert "Show the plan" not in as_viewer.get(f"/ops/findings/{finding}").text
    assert as_viewer.get(f"/ops/findings/{finding}/plan").status_code == 403
    assert as_viewer.submit(f"/ops/findings/{finding}/cure").status_code == 403


def test_a_reconciliation_can_be_asked_for(stage, as_operator):
    assert as_operator.submit("/ops/findings/reconcile", kind="whole").status_code == 303
    assert as_operator.submit("/ops/findings/reconcile", kind="whole").status_code == 303
    assert len(stage.look("select id from reconciliation")) == 1
    assert "whole" in as_operator.get("/ops/findings").text


def test_a_finding_that_is_none_is_not_found(as_viewer, stage):
    assert as_viewer.get("/ops/findings/4711").status_code == 404


def test_a_finding_is_cured_in_a_browser_without_faults(found, open_browser, stage):
    _, number = found
    browser = open_browser(Role.OPERATOR)
    browser.go("/ops/findings")
    browser.look("findings")
    browser.assert_accessible()
    browser.assert_fits()
    browser.page.get_by_role("link", name=f"Claim {number}").click()
    browser.page.get_by_role("link", name="Show the plan").click()
    browser.page.get_by_role("heading", name="What would happen").wait_for()
    browser.look("finding-plan")
    browser.assert_accessible()
    browser.page.get_by_label("Reason").fill("the sums differ")
    browser.page.get_by_role("button", name="Cure it").click()
    browser.page.get_by_text("read afresh and believed").first.wait_for()
    browser.look("finding-cured")
    browser.assert_accessible()
    assert stage.light().booked.resolved == 1


def test_findings_fit_a_phone(found, open_browser):
    finding, _ = found
    browser = open_browser(Role.VIEWER, locale="nl-NL", width=390)
    for path in ("/ops/findings", f"/ops/findings/{finding}"):
        browser.go(path)
        browser.look(f"{path.strip('/').replace('/', '-')}-phone")
        browser.assert_accessible()
        browser.assert_fits()


def test_a_finding_is_read_and_cured_in_a_browser(found, open_browser):
    _, number = found
    browser = open_browser(Role.OPERATOR)
    browser.go("/ops/findings")
    browser.look("findings")
    browser.assert_accessible()
    browser.page.get_by_role("link", name=f"Claim {number}").click()
    browser.page.get_by_role("link", name="Show the plan").click()
    browser.page.get_by_role("heading", name="What would happen").wait_for()
    browser.look("finding-plan")
    browser.assert_accessible()
    browser.page.get_by_role("button", name="Cure it").click()
    browser.page.get_by_text("Done:").wait_for()
    browser.look("finding-cured")
    browser.assert_accessible()


def test_a_finding_can_be_read_on_a_phone_and_in_dutch(found, open_browser):
    finding, _ = found
    browser = open_browser(Role.OPERATOR, locale="nl-NL", width=390)
    for path, name in (
        ("/ops/findings", "findings-phone"),
        (f"/ops/findings/{finding}/plan", "finding-phone"),
    ):
        browser.go(path)
        browser.look(name)
        browser.assert_accessible()
        browser.assert_fits()
