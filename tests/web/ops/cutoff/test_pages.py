"""The week board and the cut-off in the console, on a real week of the sandbox."""

from __future__ import annotations

import csv
import io

import pytest
from pypdf import PdfReader

from connectors.store.cutoff.reports import CutoffRepository
from domain.access.person import Role
from domain.watch.waiting import Budgets
from tests.stages.cutoff.week_world import WEEK, week_world
from web.ops.console import Console, SignInRules
from workers.compose.cutoff.cutoff import cutoff_parts

pytestmark = pytest.mark.slow


@pytest.fixture
def week(database_url, tmp_path):
    with week_world(database_url, tmp_path) as world:
        yield world


@pytest.fixture
def budgets():
    return Budgets()


@pytest.fixture
def ops(week, wake, budgets):
    settings, database = week.services.settings, week.database
    cutoff = cutoff_parts(settings, database, week.flows.afas)
    return Console(
        environment="main",
        database=database,
        wake=wake,
        flows=("hours", "claims"),
        door=SignInRules(url="http://testserver"),
        budgets=budgets,
        cutoff_plan=cutoff.plan,
        cutoff_reports=cutoff.reports,
    )


@pytest.fixture
def stuck(week):
    """Everything approved; four updates stuck."""
    updates = [week.approve(row["number"]) for row in week.offered()]
    for update in updates[:4]:
        week.strand(update, "parked", "Kostenplaats KP-9 bestaat niet")
    week.deliver()
    return updates[:4]


def test_the_board_shows_exceptions_by_name_and_that_the_sums_agree(week, stuck, as_viewer):
    answer = as_viewer.get(f"/ops/week/{WEEK}")
    assert answer.status_code == 200
    assert answer.text.count("Kostenplaats KP-9 bestaat niet") == 4
    assert "All sums agree" in answer.text
    for update in stuck:
        assert f"/ops/failures/updates/{update}" in answer.text
    for row in week.rows("select last_name from employee where employee in (select employee from claim)"):
        assert row["last_name"].replace("'", "&#39;") in answer.text


def test_the_board_can_be_narrowed_to_a_client_and_a_reason(week, stuck, as_viewer):
    [one] = week.rows("select client from declaration where week = %s limit 1", WEEK)
    answer = as_viewer.get(f"/ops/week/{WEEK}?client={one['client']}")
    others = week.rows("select placement from placement where client <> %s", one["client"])
    assert all(f">{row['placement']}<" not in answer.text for row in others)
    assert as_viewer.get(f"/ops/week/{WEEK}?reason=unclear").text.count("KP-9") == 0
    assert as_viewer.get(f"/ops/week/{WEEK}?reason=strange").status_code == 422


@pytest.mark.parametrize(
    ("budgets", "told"),
    [
        (Budgets(), "not sent for too long"),
        (Budgets({"approve": 1e6}, near=1e6), "on its way to AFAS"),
    ],
    ids=["usual", "patient"],
)
def test_how_long_is_too_long_on_the_board_is_as_it_was_set(week, budgets, told, as_viewer):
    week.strand(week.approve(week.offered()[0]["number"]), "ready", "locked by a user")
    week.do("update outbox set created_at = created_at - interval '1 hour'")
    shown = as_viewer.get(f"/ops/week/{WEEK}").text
    both = {"not sent for too long", "on its way to AFAS"}
    assert {each for each in both if f"Approved, {each}" in shown} == {told}


def test_the_board_speaks_dutch_and_says_when_sums_differ(week, as_viewer):
    week.rows("update claim set total_hours = total_hours + 1 where claim = %s returning claim",
              week.offered()[0]["number"])  # fmt: skip
    answer = as_viewer.get(f"/ops/week/{WEEK}", headers={"Accept-Language": "nl"})
    assert "Sommen kloppen niet" in answer.text
    assert "Regels en declaratie verschillen" in answer.text


def test_the_spreadsheet_of_the_board_holds_no_formula(week, as_viewer):
    week.rows("update employee set first_name = '=cmd|1', prefix = null returning employee")
    week.rows("update client set name = '+31 ' || name returning client")
    answer = as_viewer.get(f"/ops/week/{WEEK}/week.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["Worker"][:2] for row in rows} == {"'="}
    assert {row["Client"][:2] for row in rows} == {"'+"}
    assert sum(row["What"] == "hours" for row in rows) == 9


@pytest.mark.parametrize(
    "path", ["/ops/week/2026-W54", "/ops/week/x", "/ops/week/2026-W47%27", "/ops/cutoff/99"]
)
def test_what_is_not_there_is_told(week, as_viewer, path):
    assert as_viewer.get(path).status_code == 404


def test_the_week_that_is_wanted_is_led_to(week, as_viewer):
    answer = as_viewer.get("/ops/week?week=2026-W46&client=10001")
    assert answer.headers["location"] == "/ops/week/2026-W46?client=10001"
    assert as_viewer.get("/ops/week").status_code == 303


def test_a_report_is_made_looked_at_and_downloaded(week, stuck, as_operator):
    answer = as_operator.submit("/ops/cutoff", week=WEEK)
    assert answer.status_code == 303
    place = answer.headers["location"]
    shown = as_operator.get(place).text
    assert shown.count("Kostenplaats KP-9 bestaat niet") == 4
    assert "All sums agree" in shown
    assert place in as_operator.get("/ops/cutoff").text
    pdf = as_operator.get(f"{place}/report.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Cut-off report" in text
    assert as_operator.get(f"{place}/report.csv").status_code == 200


def test_a_viewer_makes_no_report_and_an_operator_signs_none(week, as_viewer, as_operator):
    assert as_viewer.submit("/ops/cutoff", week=WEEK).status_code == 403
    place = as_operator.submit("/ops/cutoff", week=WEEK).headers["location"]
    assert as_operator.submit(f"{place}/sign-off").status_code == 403
    assert "takes the role approver" in as_operator.get(place).text


def test_signing_off_wants_a_fresh_code_first(week, ops, as_approver):
    report = ops.cutoff_reports.make(WEEK, "test")
    week.do("update console_session set confirmed_at = now() - interval '1 hour'")
    answer = as_approver.submit(f"/ops/cutoff/{report.id}/sign-off")
    assert answer.status_code == 303
    assert "/ops/confirm" in answer.headers["location"]
    assert ops.of(CutoffRepository).known(report.id).signed_at is None


def test_an_approver_signs_off_and_a_stale_report_is_refused(week, ops, as_approver):
    first = ops.cutoff_reports.make(WEEK, "test")
    number = week.offered()[0]["number"]
    week.approve(number)
    refused = as_approver.submit(f"/ops/cutoff/{first.id}/sign-off", note="goed")
    assert refused.status_code == 409
    assert "does not hold any more" in refused.text
    assert number in refused.text
    second = ops.cutoff_reports.make(WEEK, "test")
    answer = as_approver.submit(f"/ops/cutoff/{second.id}/sign-off", note="<b>goed</b>")
    assert answer.status_code == 303
    shown = as_approver.get(f"/ops/cutoff/{second.id}").text
    assert "Signed off by user:approver person" in shown
    assert "&lt;b&gt;goed" in shown
    assert as_approver.submit(f"/ops/cutoff/{second.id}/sign-off").status_code == 409


def test_what_changed_is_told_in_dutch_and_by_name(week, ops, as_approver):
    report = ops.cutoff_reports.make(WEEK, "test")
    row = week.offered()[0]
    week.strand(week.approve(row["number"]), "parked", "Kostenplaats KP-9 bestaat niet")
    [person] = week.rows("select last_name from employee where employee = %s", row["employee"])
    as_approver.headers["Accept-Language"] = "nl"
    refused = as_approver.submit(f"/ops/cutoff/{report.id}/sign-off")
    told = refused.text.partition('role="alert"')[2].partition("</section>")[0].replace("&#39;", "'")
    assert refused.status_code == 409
    assert person["last_name"] in told
    assert "Wacht op goedkeuring" in told
    assert "uitzondering, " in told
    assert "Goedgekeurd, maar de wijziging is geparkeerd: Kostenplaats KP-9 bestaat niet" in told
    assert "exception" not in told


@pytest.mark.parametrize(
    "screen", [{"locale": "nl-NL"}, {"locale": "en-GB", "width": 390}], ids=["desk", "phone"]
)
def test_no_page_has_a_serious_fault(stuck, ops, open_browser, screen, request):
    report = ops.cutoff_reports.make(WEEK, "test")
    browser, kind = open_browser(Role.APPROVER, **screen), request.node.callspec.id
    for path in (f"/ops/week/{WEEK}", "/ops/cutoff", f"/ops/cutoff/{report.id}"):
        browser.go(path)
        browser.look(f"{path.strip('/').replace('/', '-')}-{kind}")
        browser.assert_accessible()
        browser.assert_fits()
