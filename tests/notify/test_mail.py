"""Mail over SMTP: what is sent, and what becomes of a refusal."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default

import pytest

from connectors.notify.mail import MailOptions, MailSender
from domain.notice import Channel, NeverTaken, Notice, NotTaken
from tests.notify.mail_server import mail_server

CONTENT = {"to": ["ops@example.nl"], "subject": "Achter: 3 €", "text": "Regel één\nRegel twee\n"}


def notice(**content: object) -> Notice:
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    return Notice(1, Channel.MAIL, "msg_1", "mail", at, 1, None, CONTENT | content)


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


@pytest.fixture
def send(server):
    return MailSender(MailOptions("127.0.0.1", "loonbrug@example.nl", server.port, "none"))


def test_a_mail_arrives_with_its_mark_date_and_text(server, send):
    send(notice())
    mail = message_from_string(server.mails[0], policy=default)
    assert (mail["To"], mail["Subject"]) == ("ops@example.nl", "Achter: 3 €")
    assert mail["Message-ID"] == "<msg_1@example.nl>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == CONTENT["text"]


def test_a_subject_cannot_smuggle_in_a_header(server, send):
    send(notice(subject="x\r\nBcc: thief@example.nl"))
    mail = message_from_string(server.mails[0], policy=default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "x Bcc: thief@example.nl"


@pytest.mark.parametrize(
    "content", [{"to": []}, {"to": ["x\r\nRCPT TO:<thief@example.nl>"]}, {"to": ["no address"]}, {"text": 5}]
)
def test_what_is_no_mail_is_given_up(server, send, content):
    with pytest.raises(NeverTaken):
        send(notice(**content))
    assert server.mails == []


@pytest.mark.parametrize(
    ("command", "reply", "error"),
    [
        ("RCPT", "550 ops@example.nl is unknown", NeverTaken),
        ("RCPT", "450 ops@example.nl is busy", NotTaken),
        ("DATA", "554 no spam", NeverTaken),
        ("DATA", "421 later", NotTaken),
    ],
)
def test_a_refusal_is_for_good_or_not_and_names_nobody(server, send, command, reply, error):
    server.refuse[command] = reply
    with pytest.raises(error) as caught:
        send(notice())
    assert "ops@example.nl" not in str(caught.value)


def test_no_server_means_later():
    with pytest.raises(NotTaken):
        MailSender(MailOptions("127.0.0.1", "x@example.nl", 1, "none"))(notice())


def test_a_server_without_tls_gets_no_mail_when_tls_is_asked(server):
    with pytest.raises(NotTaken):
        MailSender(MailOptions("127.0.0.1", "x@example.nl", server.port))(notice())
    assert server.mails == []


def test_certificates_are_checked():
    tls = MailSender(MailOptions("h", "x@example.nl"))._tls
    assert tls.verify_mode is ssl.CERT_REQUIRED
    assert tls.check_hostname
