"""Mail over SMTP, with TLS: plain text, and files where a notice has them."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from pydantic import SecretStr

from domain.notice import Attachment, NeverTaken, Notice, NotTaken

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MailOptions:
    """The mail server.

    ``security``: ``starttls`` (port 587), ``tls`` (465), or ``none``, for a server on this machine.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretStr | None = field(default=None, repr=False)


FilesOf = Callable[[Notice], Sequence[Attachment]]
"""The files of a notice, made when it is sent. Raises NeverTaken when there is nothing to make them of."""


class MailSender:
    """Sends notices as mail: ``sync.ports_notify.SendNotice``.

    The server's certificate is checked against the authorities that this machine trusts (``SSL_CERT_FILE``
    names others). ``tls`` is for tests.
    """

    def __init__(
        self,
        options: MailOptions,
        files_of: FilesOf = lambda _notice: (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._options = options
        self._files_of = files_of
        self._tls = tls or ssl.create_default_context()

    def __call__(self, notice: Notice) -> None:
        """Hand one mail to the server. Raises NotTaken and NeverTaken, without any address in the text."""
        message = _message(self._options.sender, notice)
        for file in self._files_of(notice):
            kind, _, subtype = file.kind.partition("/")
            message.add_attachment(file.content, kind, subtype, filename=file.name)
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise _refusal("no recipient was accepted", max(codes, default=0)) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(type(error).__name__, error.smtp_code) from None
        except ssl.SSLCertVerificationError as error:
            raise NotTaken(
                f"the mail server's certificate is not to be trusted: {error.verify_message}"
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise NotTaken("the mail server offers no encryption (STARTTLS) or no login") from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken(f"the mail server did not take it ({type(error).__name__})") from None

    def _connect(self) -> smtplib.SMTP:
        chosen = self._options
        if chosen.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                chosen.host, chosen.port, timeout=_SECONDS, context=self._tls
            )
        else:
            server = smtplib.SMTP(chosen.host, chosen.port, timeout=_SECONDS)
        try:
            if chosen.security == "starttls":
                server.starttls(context=self._tls)
            if chosen.user and chosen.password:
                server.login(chosen.user, chosen.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


def _message(sender: str, notice: Notice) -> EmailMessage:
    """Raises NeverTaken when the content is no mail."""
    to, subject, text = (notice.content.get(name) for name in ("to", "subject", "text"))
    if not isinstance(to, list) or not to or not isinstance(subject, str) or not isinstance(text, str):
        raise NeverTaken("the mail has no recipient, subject or text")
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = _addresses(to)
    except (ValueError, IndexError):
        raise NeverTaken("an address of the mail cannot be read") from None
    message["Subject"] = " ".join(subject.split())
    message["Date"] = notice.created_at
    message["Message-ID"] = f"<{notice.mark}@{sender.rpartition('@')[2].strip('>') or 'loonbrug'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    return message


def _addresses(to: Sequence[object]) -> list[Address]:
    return [Address(addr_spec=str(each)) for each in to]


def _refusal(what: str, code: int) -> NotTaken | NeverTaken:
    """5xx is for good; the login (535) is not: somebody corrects the setting."""
    kind = NeverTaken if 500 <= code < 600 and code not in (530, 534, 535) else NotTaken
    return kind(f"the mail server refused it: {what}, {code}")
