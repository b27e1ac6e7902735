"""The console in a real browser: by keyboard, on a phone, without serious faults."""

from __future__ import annotations

import time

import pyotp
import pytest

from connectors.store.access.people import ConsolePeople
from connectors.store.pull.runs import RunRepository
from domain.access.person import Role
from tests.web.ops.conftest import PASSWORD
from tests.web.ops.crowd import crowd
from web.ops.access import codes
from web.ops.access.passwords import hash_password

pytestmark = pytest.mark.slow

PAGES = (
    "/ops/",
    "/ops/failures",
    "/ops/week",
    "/ops/findings",
    "/ops/flows",
    "/ops/flows/hours",
    "/ops/audit",
    "/ops/me",
)


class SilentWake:
    def pull(self, run):
        pass


@pytest.fixture
def wake():
    return SilentWake()


@pytest.mark.parametrize(
    "screen",
    [{"locale": "en-GB"}, {"locale": "nl-NL", "width": 390}, {"locale": "en-GB", "dark": True}],
    ids=["desk", "phone", "dark"],
)
def test_no_page_has_a_serious_fault(open_browser, database, ops, screen, request):
    crowd(database)
    run = ops.of(RunRepository).want("hours")
    browser, kind = open_browser(Role.ADMINISTRATOR, **screen), request.node.callspec.id
    for path in (*PAGES, f"/ops/flows/hours/runs/{run}", "/ops/nothing"):
        browser.go(path)
        browser.look(f"{path.strip('/').replace('/', '-')}-{kind}")
        browser.assert_accessible()
        browser.assert_fits()


def test_a_first_sign_in_from_the_password_to_the_page_that_was_wanted(open_browser, ops):
    ops.of(ConsolePeople).add(
        name="anna", email="", role=Role.OPERATOR, password=hash_password(PASSWORD), actor="test"
    )
    browser = open_browser()
    browser.go("/ops/flows/hours")
    browser.assert_accessible()
    browser.look("sign-in")
    browser.page.get_by_label("Name").fill("anna")
    browser.page.get_by_label("Password").fill(PASSWORD)
    browser.page.keyboard.press("Enter")
    browser.page.get_by_label("Code").wait_for()
    browser.assert_accessible()
    browser.look("enrolment")
    secret = browser.page.get_by_text("otpauth://").inner_text().split("secret=")[1].split("&")[0]
    browser.page.get_by_label("Code").fill("000000")
    browser.page.get_by_role("button", name="Go on").click()
    assert "That was not right" in browser.page.locator("#denied").inner_text()
    browser.look("wrong-code")
    browser.page.get_by_label("Code").fill(pyotp.TOTP(secret).at(time.time()))
    browser.page.get_by_role("button", name="Go on").click()
    browser.page.wait_for_url("**/ops/flows/hours")
    browser.page.get_by_role("button", name="Sign out").click()
    browser.page.wait_for_url("**/ops/sign-in")


def test_everything_is_reached_by_keyboard(open_browser, database):
    crowd(database)
    browser = open_browser(Role.OPERATOR)
    browser.go("/ops/")
    browser.page.keyboard.press("Tab")
    assert browser.page.evaluate("document.activeElement.className") == "skip"
    browser.page.keyboard.press("Enter")
    assert browser.page.evaluate("document.activeElement.id") == "main"


def test_a_full_pull_shows_its_progress_and_says_when_it_is_done(open_browser, database):
    crowd(database)
    browser = open_browser(Role.OPERATOR)
    browser.go("/ops/flows/hours")
    browser.page.get_by_role("button", name="Pull everything").click()
    browser.page.get_by_text("The run waits for a worker process.").wait_for()
    with database.connection() as connection:
        connection.execute(
            "update run set state = 'running', started_at = now(), read = 6000, unchanged = 6000"
            " where state = 'due' and kind = 'full'"
        )
    browser.page.locator("progress[value='50.0']").wait_for()
    browser.look("progress")
    browser.assert_accessible()
    with database.connection() as connection:
        connection.execute(
            "update run set state = 'done', ended_at = now() where state = 'running' and kind = 'full'"
        )
    browser.page.get_by_text("The run is done.").wait_for()
    assert browser.page.locator("progress").count() == 0


def test_a_page_left_open_leads_to_the_sign_in_when_the_session_ended(open_browser, database):
    browser = open_browser(Role.VIEWER)
    browser.go("/ops/flows")
    with database.connection() as connection:
        connection.execute("delete from console_session")
    browser.page.get_by_role("link", name="Audit").click()
    browser.page.wait_for_url("**/ops/sign-in?next=/ops/audit")


def test_a_form_sent_after_the_session_ended_does_nothing_and_leads_back_to_its_page(
    open_browser, database, ops
):
    people = ops.of(ConsolePeople)
    anna = people.add(
        name="anna", email="", role=Role.OPERATOR, password=hash_password(PASSWORD), actor="test"
    )
    secret = codes.new_secret()
    people.enrol(anna, secret, 0)
    browser = open_browser(Role.OPERATOR)
    browser.go("/ops/flows/claims")
    with database.connection() as connection:
        connection.execute("delete from console_session")
    browser.page.get_by_label("Reason").fill("new column")
    browser.page.get_by_role("button", name="Pause").click()
    browser.page.wait_for_url("**/ops/sign-in?next=/ops/flows/claims")
    browser.page.get_by_label("Name").fill("anna")
    browser.page.get_by_label("Password").fill(PASSWORD)
    browser.page.keyboard.press("Enter")
    browser.page.get_by_label("Code").fill(pyotp.TOTP(secret).at(time.time()))
    browser.page.keyboard.press("Enter")
    browser.page.wait_for_url("**/ops/flows/claims")
    with database.connection() as connection:
        assert not connection.execute("select from flow where paused").fetchall()


def test_the_console_works_without_javascript(chromium, address, ops, database):
    from tests.web.ops.conftest import session_for  # noqa: PLC0415

    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "loonbrug-session", "value": session_for(ops, Role.OPERATOR), "url": address}]
    )
    page = context.new_page()
    page.goto(f"{address}/ops/flows/hours")
    page.get_by_label("Reason").fill("a new column")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()
    assert "a new column" in page.inner_text("main")
    context.close()


RENEW = "void htmx.ajax('GET', '/ops/', {target: '#now', select: '#now', swap: 'outerHTML'}).catch(() => 0)"


def test_a_page_that_cannot_renew_itself_says_that_it_is_old(open_browser, database):
    crowd(database)
    browser = open_browser(Role.VIEWER)
    browser.go("/ops/")
    said = browser.page.locator("#problem")
    browser.page.context.set_offline(True)
    browser.page.evaluate(RENEW)
    said.get_by_text("what you see here is old").wait_for()
    browser.page.context.set_offline(False)
    browser.page.evaluate(RENEW)
    said.get_by_text("what you see here is old").wait_for(state="detached")
    browser.complaints.clear()  # the browser's own words about being offline


def test_after_signing_out_no_other_tab_and_no_way_back_shows_anything(open_browser, database):
    crowd(database)
    browser = open_browser(Role.OPERATOR)
    browser.go("/ops/flows/claims")
    other = browser.page.context.new_page()
    other.goto(f"{browser.address}/ops/flows/hours")
    browser.page.get_by_role("button", name="Sign out").click()
    browser.page.wait_for_url("**/ops/sign-in")
    browser.page.go_back()
    browser.page.get_by_label("Password").wait_for()
    other.get_by_label("Reason").fill("typed before")
    other.get_by_role("button", name="Pause").click()
    other.get_by_label("Password").wait_for()
    with database.connection() as connection:
        assert not connection.execute("select 1 from flow where flow = 'hours' and paused").fetchall()
