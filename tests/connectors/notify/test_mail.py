"""Mail over SMTP: what is sent, and what becomes of a refusal."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from connectors.notify.mail import MailOptions, MailSender
from domain.watch.notice import Attachment, Channel, NeverTaken, Notice, NotTaken
from tests.stages.watch.mail_server import mail_server

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


def test_files_go_with_the_mail_that_has_them(server):
    files = [
        Attachment("week.pdf", "application/pdf", b"%PDF-1"),
        Attachment("week.csv", "text/csv", b"a;\xc3\xa9"),
    ]
    options = MailOptions("127.0.0.1", "loonbrug@example.nl", server.port, "none")
    MailSender(options, lambda _notice: files)(notice())
    mail = message_from_string(server.mails[0], policy=default)
    found = {part.get_filename(): part for part in mail.iter_attachments()}
    assert found["week.pdf"].get_content() == b"%PDF-1"
    assert found["week.csv"].get_payload(decode=True) == b"a;\xc3\xa9"
    body = mail.get_body()
    assert body
    assert body.get_content().replace("\r\n", "\n") == CONTENT["text"]


def test_a_mail_whose_files_cannot_be_made_is_not_sent(server):
    def files(_notice):
        raise NeverTaken("there is no report 9")

    with pytest.raises(NeverTaken, match="no report 9"):
        MailSender(MailOptions("127.0.0.1", "x@example.nl", server.port, "none"), files)(notice())
    assert server.mails == []


@pytest.fixture(params=["starttls", "tls"])
def encrypted(request, tmp_path):
    """A mail server called localhost that vouches for itself, how to reach it, and its certificate."""
    certificate = a_certificate(tmp_path, "localhost")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with mail_server(tls, at_once=request.param == "tls") as running:
        yield running, request.param, certificate


def test_a_mail_goes_encrypted_to_a_server_that_is_trusted(encrypted):
    server, security, certificate = encrypted
    trusting = ssl.create_default_context(cafile=str(certificate))
    options = MailOptions("localhost", "x@example.nl", server.port, security)
    MailSender(options, tls=trusting)(notice())
    assert len(server.mails) == 1
    assert not any(line.startswith(("MAIL", "RCPT", "DATA", "AUTH")) for line in server.clear)


@pytest.mark.parametrize(
    ("host", "known"), [("localhost", False), ("127.0.0.1", True)], ids=["self-signed", "other name"]
)
def test_a_certificate_that_is_not_to_be_trusted_gets_no_mail_and_no_login(encrypted, host, known):
    server, security, certificate = encrypted
    trusting = ssl.create_default_context(cafile=str(certificate)) if known else None
    options = MailOptions(
        host, "x@example.nl", server.port, security, "loonbrug", SecretStr("hunter2-canary")
    )
    with pytest.raises(
        NotTaken, match=r"certificate is not to be trusted: (self-signed|IP address mismatch)"
    ):
        MailSender(options, tls=trusting)(notice())
    assert server.mails == []
    assert {line.partition(" ")[0].upper() for line in server.clear} <= {"EHLO", "STARTTLS"}


def test_a_login_is_never_sent_in_clear(server):
    options = MailOptions(
        "127.0.0.1", "x@example.nl", server.port, "starttls", "loonbrug", SecretStr("hunter2-canary")
    )
    with pytest.raises(NotTaken, match="STARTTLS"):
        MailSender(options)(notice())
    assert not any("AUTH" in line for line in server.clear)


def a_certificate(folder: Path, name: str) -> Path:
    """Key and self-signed certificate of a host in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


def test_a_name_before_an_address_and_a_domain_of_any_letters_travel(server, send):
    send(notice(to=["Ops Team <ops@example.nl>", '"Jansen, Jan" <jan@m\u00fcller.example>']))
    assert [line for line in server.envelopes if line.startswith("RCPT")] == [
        "RCPT TO:<ops@example.nl>",
        "RCPT TO:<jan@xn--mller-kva.example>",
    ]
    mail = message_from_string(server.mails[0], policy=default)
    assert [each.display_name for each in mail["To"].addresses] == ["Ops Team", "Jansen, Jan"]


def test_a_sender_with_a_name_is_mailed_from(server):
    options = MailOptions("127.0.0.1", "Loonbrug <bridge@example.nl>", server.port, "none")
    MailSender(options)(notice())
    mail = message_from_string(server.mails[0], policy=default)
    assert (mail["From"], mail["Message-ID"]) == ("Loonbrug <bridge@example.nl>", "<msg_1@example.nl>")
    assert server.envelopes[0].startswith("MAIL FROM:<bridge@example.nl>")


@pytest.mark.parametrize(
    "bad", ["no address", "x@", "@example.nl", "a b@example.nl", "x@-.nl", "x@exa_mple.nl"]
)
def test_one_address_that_is_none_keeps_nobody_else_from_the_mail(server, send, bad):
    with pytest.raises(
        NeverTaken, match=r"1 of 3 recipient\(s\), an address cannot be read; the others"
    ) as left:
        send(notice(to=["ops@example.nl", bad, "payroll@example.nl"]))
    assert left.value.left == (bad,)
    assert bad not in str(left.value)
    [mail] = server.mails
    assert message_from_string(mail, policy=default)["To"] == "ops@example.nl, payroll@example.nl"


@pytest.mark.parametrize(
    ("reply", "error"), [("550 unknown", NeverTaken), ("450 busy", NotTaken), ("552 full", NeverTaken)]
)
def test_a_recipient_whom_the_server_refuses_keeps_nobody_else_from_the_mail(server, send, reply, error):
    server.refuse_recipients["gone@example.nl"] = reply
    with pytest.raises(error, match=rf"1 of 2 recipient\(s\), {reply[:3]}; the others have it") as left:
        send(notice(to=["gone@example.nl", "ops@example.nl"]))
    assert left.value.left == ("gone@example.nl",)
    assert len(server.mails) == 1


def test_a_server_that_hangs_up_on_a_recipient_has_taken_nothing(server, send):
    server.refuse_recipients["b@example.nl"] = "421 later"
    with pytest.raises(NotTaken) as left:
        send(notice(to=["a@example.nl", "b@example.nl", "c@example.nl"]))
    assert set(left.value.left) == {"a@example.nl", "b@example.nl", "c@example.nl"}
    assert server.mails == []


def test_letters_beyond_ascii_before_the_at_go_where_the_server_offers_it(server, send):
    server.offers = ["8BITMIME", "SMTPUTF8"]
    send(notice(to=["j\u00fcrgen@example.nl", "ops@example.nl"]))
    assert "SMTPUTF8" in server.envelopes[0]
    assert "RCPT TO:<j\u00fcrgen@example.nl>" in server.envelopes
    assert len(server.mails) == 1


def test_where_the_server_does_not_offer_it_the_others_get_their_mail(server, send):
    with pytest.raises(NeverTaken, match="SMTPUTF8") as left:
        send(notice(to=["j\u00fcrgen@example.nl", "ops@example.nl"]))
    assert left.value.left == ("j\u00fcrgen@example.nl",)
    assert "rgen" not in str(left.value)
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("host", "port", "why"),
    [
        ("127.0.0.1", 1, "nothing listens at the mail server's port"),
        ("no-such-host.invalid", 25, "the mail server's name is not known"),
        ("." * 300, 25, "the mail server's name is not known"),
    ],
)
def test_why_a_server_is_not_reached_is_told_rightly(host, port, why):
    with pytest.raises(NotTaken, match=why):
        MailSender(MailOptions(host, "x@example.nl", port, "none"))(notice())


@pytest.mark.parametrize(
    ("command", "why"),
    [("MAIL", "LOONBRUG_SMTP_FROM"), ("DATA", "the mail itself"), ("RCPT", "1 of 1 recipient")],
)
def test_a_refusal_says_what_was_refused(server, send, command, why):
    server.refuse[command] = "550 no"
    with pytest.raises(NeverTaken, match=why):
        send(notice())
