"""The mails to payroll: the report as PDF and CSV, made when the mail goes out; or only a link to it."""

from __future__ import annotations

import csv
import io
from email import message_from_string
from email.policy import default
from typing import Any

import pytest
from pypdf import PdfReader

from connectors.notify.mail import MailOptions, MailSender
from connectors.paper.cutoff_pdf import cutoff_pdf
from connectors.store.watch.notices import Notices
from domain.watch.notice import Channel
from sync.watch.notices import NoticeSender
from tests.stages.cutoff.week_world import WEEK, week_world
from tests.stages.reasons import kept
from tests.stages.watch.mail_server import mail_server
from words import Words
from workers.compose.cutoff.cutoff import cutoff_parts, report_files


@pytest.fixture
def world(database_url, tmp_path):
    with week_world(database_url, tmp_path) as world:
        yield world


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


class Payroll:
    """Who makes reports, and the mails that arrive."""

    def __init__(self, world, server, **settings):
        told = {
            "payroll_mail": ("payroll@example.nl",),
            "smtp_host": "127.0.0.1",
            "ops_url": "https://bridge.example.nl",
        }
        chosen = world.services.settings.model_copy(update=told | settings)
        self.reports = cutoff_parts(chosen, world.database, world.flows.afas).reports
        options = MailOptions("127.0.0.1", "loonbrug@example.nl", server.port, "none")
        mail = MailSender(options, report_files(world.database, chosen))
        self.heard: list[tuple[Any, ...]] = []
        self.sender = NoticeSender(
            Notices(world.database, "main"), {Channel.MAIL: mail}, lambda *told: self.heard.append(told)
        )
        self.server = server

    def mails(self):
        while self.sender.send_one():
            pass
        return [message_from_string(text, policy=default) for text in self.server.mails]


def files_of(mail):
    return {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}


def a_stuck_one(world):
    row = world.offered()[0]
    world.strand(world.approve(row["number"]), "parked", "Kostenplaats KP-9 bestaat niet")
    [person] = world.rows("select * from employee where employee = %s", row["employee"])
    return row["number"], person["last_name"]


def test_payroll_gets_the_report_as_pdf_and_csv(world, server):
    number, name = a_stuck_one(world)
    payroll = Payroll(world, server)
    report = payroll.reports.make(WEEK, "clock")
    [mail] = payroll.mails()
    files = files_of(mail)
    assert set(files) == {f"loonbrug-cutoff-{WEEK}-{report.id}.{kind}" for kind in ("pdf", "csv")}
    pdf = next(content for file, content in files.items() if file.endswith(".pdf"))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "Sluitingsrapport" in text
    assert number in text
    spreadsheet = next(content for file, content in files.items() if file.endswith(".csv"))
    rows = list(csv.DictReader(io.StringIO(spreadsheet.decode("utf-8-sig")), delimiter=";"))
    assert {row["Declaratie"] for row in rows} == {line["number"] for line in report.content["declarations"]}
    body = mail.get_body().get_content()
    assert name in body
    assert "Goedgekeurd, maar de wijziging is geparkeerd: Kostenplaats KP-9 bestaat niet [beheer]" in body
    assert f"https://bridge.example.nl/ops/cutoff/{report.id}" in body


def test_the_mail_of_a_sign_off_carries_the_report_with_its_signature(world, server):
    payroll = Payroll(world, server)
    report = payroll.reports.make(WEEK, "clock")
    payroll.reports.sign_off(report.id, "user:bea", "nagelopen")
    signed = payroll.mails()[-1]
    pdf = next(content for file, content in files_of(signed).items() if file.endswith(".pdf"))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "user:bea" in text
    assert "nagelopen" in text


def test_a_refusal_of_thousands_of_characters_keeps_no_mail_from_going(world, server):
    number, _ = a_stuck_one(world)
    refusal = kept("Kostenplaats niet gevonden.\n" * 80)
    world.do(f"update outbox set reason = '{refusal}' where state = 'parked'")
    payroll = Payroll(world, server)
    report = payroll.reports.make(WEEK, "clock")
    [mail] = payroll.mails()
    pdf = next(content for file, content in files_of(mail).items() if file.endswith(".pdf"))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert number in text
    assert "Kostenplaats niet gevonden." in " ".join(text.split())
    assert report.sha256 in " ".join(text.split())


def test_a_worker_whose_name_the_paper_cannot_show_is_told_by_number_too(world, server):
    row = world.offered()[0]
    world.strand(world.approve(row["number"]), "parked", "Kostenplaats KP-9 bestaat niet")
    payroll = Payroll(world, server)
    report = payroll.reports.make(WEEK, "clock")
    names = {f"employee:{row['employee']}": "محمد علي"}
    pages = PdfReader(io.BytesIO(cutoff_pdf(report, names, Words("nl")))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert f"({row['employee']})" in text
    assert "tekens die dit papier niet kan tonen" in text


def test_where_no_paper_can_be_made_the_mail_goes_and_says_so(world, server, monkeypatch):
    def burn(*_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("connectors.paper.cutoff_pdf.cutoff_pdf", burn)
    payroll = Payroll(world, server)
    payroll.reports.make(WEEK, "clock")
    [mail] = payroll.mails()
    kinds = {name.rpartition(".")[2]: content for name, content in files_of(mail).items()}
    assert set(kinds) == {"txt", "csv"}
    assert "niet op papier" in kinds["txt"].decode()


def test_names_and_files_stay_here_when_a_link_is_all_that_may_be_mailed(world, server):
    _, name = a_stuck_one(world)
    payroll = Payroll(world, server, payroll_mail_holds="link")
    report = payroll.reports.make(WEEK, "clock")
    [mail] = payroll.mails()
    assert files_of(mail) == {}
    body = mail.get_content()
    assert name not in body
    assert "KP-9" not in body
    assert "Uitzonderingen: 1." in body
    assert f"https://bridge.example.nl/ops/cutoff/{report.id}" in body


def test_a_report_that_was_tampered_with_is_not_mailed(world, server):
    payroll = Payroll(world, server)
    report = payroll.reports.make(WEEK, "clock")
    world.do("alter table cutoff_report disable trigger user")
    world.do("update cutoff_report set content = replace(content, '\"agrees\":true', '\"agrees\":false')")
    assert payroll.mails() == []
    [(_, outcome, why)] = payroll.heard
    assert outcome == "failed"
    assert f"report {report.id} was tampered with" in why
