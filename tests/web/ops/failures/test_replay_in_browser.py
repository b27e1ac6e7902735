"""Three hundred victims of one cause in a real browser: found, understood and replayed within five clicks."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from connectors.store.failures.failures import Failures
from domain.access.person import Role
from domain.failures.failure import FailureQuery
from tests.stages.failures.blocked import VICTIMS, Blocked, blocked_world
from tests.web.ops.conftest import PASSWORD, session_for

pytestmark = pytest.mark.slow


class WorkingWake:
    """Does at once what workers do when they are woken."""

    def __init__(self):
        self.blocked: Blocked | None = None
        self._hands = ThreadPoolExecutor(1)

    def replay(self, replay):
        self._hands.submit(self._work, replay)

    def deliver(self, update):
        pass

    def _work(self, replay):
        assert self.blocked is not None
        self.blocked.steps().work(replay)
        self.blocked.work_off(threads=3)

    def stop(self):
        self._hands.shutdown()


@pytest.fixture
def wake():
    wake = WorkingWake()
    yield wake
    wake.stop()


@pytest.fixture
def blocked(database_url, wake):
    with blocked_world(database_url) as blocked:
        wake.blocked = blocked
        blocked.refuse_all()
        yield blocked
        wake.stop()


class Clicks:
    """Counts what a person clicks."""

    def __init__(self, page):
        self.page = page
        self.count = 0

    def on(self, role, name):
        self.page.get_by_role(role, name=name).first.click()
        self.count += 1


def test_three_hundred_are_found_understood_and_replayed_within_five_clicks(open_browser, blocked):
    browser = open_browser(Role.OPERATOR)
    browser.go("/ops/")
    clicks = Clicks(browser.page)
    clicks.on("link", "Failures")
    browser.page.get_by_role("heading", name="Failures").wait_for()
    browser.look("failures")
    browser.assert_accessible()
    clicks.on("link", "Kostenplaats")
    browser.page.get_by_role("heading", name=f"{VICTIMS} with this cause").wait_for()
    browser.look("cause")
    browser.assert_accessible()
    clicks.on("button", f"Plan the replay of all {VICTIMS}")
    browser.page.get_by_text("This is what would happen.").wait_for()
    browser.look("plan")
    browser.assert_accessible()
    clicks.on("button", f"Replay {VICTIMS}")
    browser.page.locator("progress").wait_for()
    browser.look("replay-progress")
    browser.page.get_by_text(f"Done: {VICTIMS} of {VICTIMS} are seen in AFAS.").wait_for(timeout=90_000)
    browser.look("replay-done")
    browser.assert_accessible()
    assert clicks.count <= 5
    assert {state for state, _ in blocked.states().values()} == {"done"}
    assert len(blocked.world.effects()["approvals"]) == VICTIMS
    assert blocked.world.duplicates() == 0


def test_an_updates_life_can_be_read_on_a_phone_and_in_dutch(open_browser, blocked):
    update = min(blocked.states())
    [group] = Failures(blocked.database, "main").groups(FailureQuery())
    plan = blocked.planned([update]).id
    browser = open_browser(Role.OPERATOR, locale="nl-NL", width=390)
    for path, name in (
        ("/ops/failures", "failures-phone"),
        (f"/ops/failures/causes/{group.cause}", "cause-phone"),
        (f"/ops/failures/updates/{update}", "update-phone"),
        (f"/ops/failures/replays/{plan}", "plan-phone"),
    ):
        browser.go(path)
        browser.look(name)
        browser.assert_accessible()
        browser.assert_fits()
    desk = open_browser(Role.OPERATOR, dark=True)
    desk.go(f"/ops/failures/updates/{update}")
    desk.page.get_by_text("Put a value right and replay").click()
    desk.look("update-dark")
    desk.assert_accessible()


def test_a_session_that_ended_in_the_middle_leaves_nothing_half_done_and_leads_back(
    open_browser, blocked, enrolled
):
    browser, update = open_browser(Role.OPERATOR), min(blocked.states())
    page = browser.page
    browser.go(f"/ops/failures/updates/{update}")
    page.get_by_role("button", name="Plan its replay").click()
    page.get_by_text("This is what would happen.").wait_for()
    place = page.url
    with blocked.database.connection() as connection:
        connection.execute("delete from console_session")
    page.get_by_role("button", name="Replay 1", exact=True).click()
    page.get_by_label("Name").fill("anna")
    assert blocked.states()[update][0] == "parked"
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(pyotp.TOTP(enrolled).at(time.time()))
    page.keyboard.press("Enter")
    page.get_by_text("This is what would happen. Nothing was done yet.").wait_for()
    assert page.url == place
    page.get_by_role("button", name="Replay 1", exact=True).click()
    page.get_by_text("Done: 1 of 1 are seen in AFAS.").wait_for()


def test_a_replay_works_without_javascript(chromium, address, ops, blocked):
    update = min(blocked.states())
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "loonbrug-session", "value": session_for(ops, Role.OPERATOR), "url": address}]
    )
    page = context.new_page()
    page.goto(f"{address}/ops/failures/updates/{update}")
    page.get_by_role("button", name="Plan its replay").click()
    _until(page, "This is what would happen.")
    page.get_by_role("button", name="Replay 1", exact=True).click()
    _until(page, "Done: 1 of 1 are seen in AFAS.")
    context.close()


def _until(page, text):
    """Look again by the link, as somebody without scripts does."""
    for _ in range(100):
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(100)
        again = page.get_by_role("link", name="Look again")
        again.click() if again.count() else page.reload()
    raise AssertionError(page.inner_text("main"))
