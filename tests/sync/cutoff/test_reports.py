"""The cut-off report of a real week: every approved hour is verified or listed, and the sums agree (G15)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from pypdf import PdfReader

from connectors.paper.cutoff_csv import cutoff_csv
from connectors.paper.cutoff_pdf import cutoff_pdf
from connectors.store.cutoff.reports import CutoffRepository, TamperedReport
from connectors.store.sealed.personal import notice_place, open_document
from domain.cutoff.changes import StaleReport
from domain.cutoff.reason import Reason
from domain.cutoff.reckoning import WeekStanding
from domain.cutoff.when import cutoff_of
from domain.errors import Refused
from domain.message import Message
from tests.stages.cutoff.week_world import WEEK, week_world
from tests.stages.reasons import kept
from words import Words
from workers.compose.cutoff.cutoff import cutoff_parts, cutoff_plan


@pytest.fixture
def world(database_url, tmp_path):
    with week_world(database_url, tmp_path) as world:
        yield world


class Desk:
    """The cut-off of the world's week, and a clock that the test moves."""

    def __init__(self, world, **settings):
        told = {"webhook_url": "https://portal.example.nl/hook", "smtp_host": "localhost"}
        self.settings = world.services.settings.model_copy(update=told | settings)
        plan = cutoff_plan(self.settings)
        self.cutoff = cutoff_of(WEEK, plan.rule, plan.is_holiday)
        self.now = self.cutoff.at - timedelta(hours=2)
        self.parts = cutoff_parts(self.settings, world.database, world.flows.afas, lambda: self.now)
        self.reports = self.parts.reports
        self.world = world

    def at(self, **before):
        self.now = self.cutoff.at - timedelta(**before)
        return self.parts.clock.step(self.now)

    def notices(self, channel=None):
        rows = self.world.rows("select * from notice order by id")
        return [self.opened(row) for row in rows if channel in (None, row["channel"])]

    def opened(self, row):
        place = notice_place("main", row["mark"])
        return row | {"content": open_document(self.world.database.keys, place, row["content"])}


@pytest.fixture
def desk(world):
    return Desk(world, payroll_mail=("payroll@example.nl",), ops_url="https://bridge.example.nl")


def all_hours(world):
    return sum(row["hours"] for row in world.offered())


def test_what_the_portal_approved_and_afas_shows_is_verified(world, desk):
    hours = all_hours(world)
    for row in world.offered():
        world.approve(row["number"])
    world.deliver()
    report = desk.reports.make(WEEK, "user:anna")
    assert report.agrees
    assert report.hours["approved"] == report.hours["verified"] == hours > 0
    assert report.exceptions == []


def test_stuck_updates_of_two_hours_before_the_cut_off_are_all_named_and_the_sums_agree(world, desk):
    numbers = [row["number"] for row in world.offered()]
    updates = {number: world.approve(number) for number in numbers}
    stuck = {
        numbers[0]: ("parked", "Kostenplaats KP-9 bestaat niet"),
        numbers[1]: ("unclear", "timeout"),
        numbers[2]: ("ready", "locked by a user"),
    }
    for number, (state, reason) in stuck.items():
        world.strand(updates[number], state, reason)
    world.deliver()
    assert f"{WEEK} report-4h" in desk.at(hours=2)
    [shown] = CutoffRepository(world.database, "main").newest()
    report = CutoffRepository(world.database, "main").known(shown.id)
    assert {line.number for line in report.exceptions} == set(stuck)
    assert {line.update for line in report.exceptions} == {updates[number] for number in stuck}
    assert report.agrees
    assert report.hours["approved"] == report.hours["verified"] + report.hours["exception"]
    assert report.hours["exception"] == sum(line.hours for line in report.exceptions) > 0
    parked = next(line for line in report.exceptions if line.number == numbers[0])
    assert parked.reason is Reason.PARKED
    assert "KP-9" in Words("nl").shown(parked.detail)
    assert parked.solver == "ops"


def test_an_approval_that_disappears_in_afas_is_found_by_reading_afresh(world, desk):
    numbers = [row["number"] for row in world.offered()]
    for number in numbers:
        world.approve(number)
    world.deliver()
    [line, *_] = world.rows("select * from hour_line where claim = %s order by line", numbers[0])
    world.people("change-quantity", line=line["line"], quantity=1.0)
    report = desk.reports.make(WEEK, "user:anna")
    assert [each.number for each in report.exceptions] == [numbers[0]]
    assert report.agrees


def test_a_report_is_told_to_payroll_with_names_and_to_the_portal_with_numbers_only(world, desk):
    [row, *_] = world.offered()
    world.strand(world.approve(row["number"]), "parked", "niet toegestaan")
    [person] = world.rows("select last_name from employee where employee = %s", row["employee"])
    desk.reports.make(WEEK, "user:anna")
    [mail] = desk.notices("mail")
    assert person["last_name"] in mail["content"]["text"]
    assert mail["content"]["to"] == ["payroll@example.nl"]
    assert "https://bridge.example.nl/ops/cutoff" in mail["content"]["text"]
    assert mail["content"]["report"] == 1
    [hook] = desk.notices("webhook")
    assert hook["content"]["data"]["report"] == 1
    assert hook["topic"] == "cutoff.report"
    assert person["last_name"] not in str(hook["content"])
    assert [each["number"] for each in hook["content"]["data"]["exceptions"]] == [row["number"]]


def test_nothing_is_owed_that_would_never_be_sent(world):
    desk = Desk(world, webhook_url=None, smtp_host=None, remind_by_mail=True)
    desk.at(hours=2)
    desk.reports.make(WEEK, "user:anna")
    assert desk.notices() == []


def test_a_report_is_signed_off_once(world, desk):
    report = desk.reports.make(WEEK, "user:anna")
    signed = desk.reports.sign_off(report.id, "user:bea", "nagelopen")
    assert signed.signed_by == "user:bea"
    with pytest.raises(Refused, match=r"refused.report-signed"):
        desk.reports.sign_off(report.id, "user:carl")
    actions = [row["action"] for row in world.rows("select action from audit order by number")]
    assert actions[-2:] == ["cutoff.report", "cutoff.sign-off"]


def test_a_stale_report_is_not_signed_off_and_says_what_changed(world, desk):
    report = desk.reports.make(WEEK, "user:anna")
    number = world.offered()[0]["number"]
    world.approve(number)
    with pytest.raises(StaleReport) as refusal:
        desk.reports.sign_off(report.id, "user:bea")
    words, changes = Words("en"), refusal.value.changes
    [told] = [words.said(change.told) for change in changes if change.number == number]
    assert "(Waits for approval) -> exception" in told
    assert "(Approved, on its way to AFAS)" in told
    assert "Hours: Approved in the portal" in [words.said(change.what) for change in changes]
    assert CutoffRepository(world.database, "main").known(report.id).signed_at is None


def test_what_the_back_office_does_with_verified_hours_does_not_make_a_report_stale(world, desk):
    for row in world.offered():
        world.approve(row["number"])
    world.deliver()
    report = desk.reports.make(WEEK, "user:anna")
    world.people("approve-all-internally")
    world.people("process")
    world.pull()
    assert desk.reports.changes(report.id) == []


def test_a_kept_report_cannot_be_changed_and_tampering_shows(world, desk):
    report = desk.reports.make(WEEK, "user:anna")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        world.rows("update cutoff_report set content = replace(content, '8', '9') returning id")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        world.rows("delete from cutoff_report returning id")
    world.do("alter table cutoff_report disable trigger all")
    world.rows("update cutoff_report set content = replace(content, '2026-W47', '2026-W48') returning id")
    with pytest.raises(TamperedReport):
        CutoffRepository(world.database, "main").one(report.id)


def test_a_report_names_nobody_so_that_people_can_be_erased(world, desk):
    report = desk.reports.make(WEEK, "user:anna")
    names = CutoffRepository(world.database, "main").names(report.content)
    assert len(names) > 5
    for name in names.values():
        assert name not in str(report.content)


def test_each_moment_happens_once_however_many_clocks_look(world, desk):
    names = ("report-24h", "remind-clients-24h", "remind-office-72h")
    assert set(desk.at(hours=23)) == {f"{WEEK} {name}" for name in names}
    before = len(desk.notices())
    assert desk.at(hours=22) == []
    other = cutoff_parts(desk.settings, world.database, world.flows.afas, lambda: desk.now)
    assert other.clock.step(desk.now) == []
    assert len(desk.notices()) == before


def test_after_a_restore_nothing_is_told_until_it_is_reconciled(world, desk):
    world.do(f"insert into restored (environment, reason) values ('main', '{kept('restored')}')")
    assert desk.at(hours=2) == []
    assert desk.notices() == []
    world.do("delete from restored")
    assert f"{WEEK} report-4h" in desk.at(hours=2)


def test_contacts_are_reminded_of_what_waits_for_them_in_both_languages(world, desk):
    desk.at(hours=30)
    hooks = [row for row in desk.notices("webhook") if row["topic"] == "reminder.approval"]
    shown = [number["number"] for hook in hooks for number in hook["content"]["data"]["declarations"]]
    assert sorted(shown) == sorted(row["number"] for row in world.offered())
    assert sum(Decimal(hook["content"]["data"]["hours"]) for hook in hooks) == all_hours(world)
    text = hooks[0]["content"]["data"]["text"]
    assert "donderdag 26 november 12:00" in text["nl"]
    assert "Thursday 26 November 12:00" in text["en"]
    assert desk.notices("mail") == []


def test_loonbrug_mails_contacts_itself_when_told_to(world):
    desk = Desk(world, remind_by_mail=True)
    desk.at(hours=30)
    assert len(desk.notices("mail")) == len(desk.notices("webhook"))
    assert all("@" in address for row in desk.notices("mail") for address in row["content"]["to"])


def test_the_office_is_told_of_weeks_that_were_not_submitted(world):
    world.people("book", placement=world.rows("select placement from placement limit 1")[0]["placement"],
                 day="2026-11-22")  # fmt: skip
    world.pull()
    desk = Desk(world, office_mail=("office@example.nl",))
    assert f"{WEEK} remind-office-72h" in desk.at(hours=60)
    [hook] = [row for row in desk.notices("webhook") if row["topic"] == "reminder.submission"]
    [declaration] = hook["content"]["data"]["declarations"]
    assert declaration["number"].endswith("@2026-W47")
    [mail] = desk.notices("mail")
    assert "niet zijn ingediend" in mail["content"]["text"]


def test_a_report_that_was_missed_is_made_late_and_a_reminder_is_not(world, desk):
    assert desk.at(hours=-3) == [f"{WEEK} report-1h"]
    assert {row["topic"] for row in desk.notices("webhook")} == {"cutoff.report"}


def test_a_report_waits_for_afas_and_is_made_when_it_answers(world, desk):
    world.sandbox.close()
    assert f"{WEEK} report-24h" not in desk.at(hours=23)
    [row] = world.rows("select * from cutoff_moment where name = 'report-24h'")
    assert row["state"] == "due"
    assert row["attempts"] == 1
    assert row["reason"]


def test_every_report_starts_from_the_same_classes(world, desk):
    report = desk.reports.make(WEEK, "user:anna")
    assert set(report.hours) == {standing.value for standing in WeekStanding} | {"approved"}


def test_a_stuck_approval_of_an_earlier_week_is_named_too(world, desk):
    [late] = world.rows("select * from declaration where week < %s and status = 'to-approve' limit 1", WEEK)
    update = world.approve(late["number"])
    world.strand(update, "parked", "periode afgesloten")
    report = desk.reports.make(WEEK, "user:anna")
    [named] = report.content["elsewhere"]
    assert named["number"] == late["number"]
    assert named["update"] == update
    assert Words("nl").said(Message.from_json(named["reason"])) == "periode afgesloten"


def test_what_becomes_of_other_weeks_makes_no_report_stale(world, desk):
    [late] = world.rows("select * from declaration where week < %s and status = 'to-approve' limit 1", WEEK)
    report = desk.reports.make(WEEK, "user:anna")
    world.approve(late["number"])
    assert desk.reports.make(WEEK, "user:anna").content["elsewhere"]
    assert desk.reports.sign_off(report.id, "user:anna").signed_by == "user:anna"


def test_the_paper_can_be_read_and_names_everybody_by_their_own_name(world, desk):
    numbers = [row["number"] for row in world.offered()]
    updates = [world.approve(number) for number in numbers]
    for update in updates[:4]:
        world.strand(update, "parked", "Kostenplaats KP-9 bestaat niet")
    world.deliver()
    report = desk.reports.make(WEEK, "user:anna")
    names = CutoffRepository(world.database, "main").names(report.content)
    for language, title in (("nl", "Sluitingsrapport"), ("en", "Cut-off report")):
        reader = PdfReader(io.BytesIO(cutoff_pdf(report, names, Words(language))))
        text = " ".join(page.extract_text() for page in reader.pages)
        flat = " ".join(text.split())
        assert title in flat
        assert report.sha256 in flat
        for line in report.exceptions:
            assert names[f"employee:{line.employee}"] in flat
            assert line.number in flat
        assert {round(float(page.mediabox.width)) for page in reader.pages} == {595}
        if language == "nl":
            assert "Goedgekeurd, maar de wijziging is geparkeerd: Kostenplaats KP-9" in flat
            assert "Opdrachtgever" in flat


def test_the_spreadsheet_holds_every_declaration(world, desk):
    report = desk.reports.make(WEEK, "user:anna")
    names = CutoffRepository(world.database, "main").names(report.content)
    content = cutoff_csv(report, names, Words("nl"))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(report.content["declarations"])
    hours = sum(Decimal(row["Uren in het portaal"].replace(",", ".")) for row in rows)
    assert hours == all_hours(world)
