"""Mail over SMTP, with TLS: plain text, and files where a notice has them."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from pydantic import SecretStr

from connectors.notify.addresses import needs_smtputf8, read_address
from domain.watch.notice import Attachment, NeverTaken, Notice, NotTaken

_SECONDS = 30.0
UNREADABLE, NO_SMTPUTF8 = 553, 556
"""Codes of our own accord: an address that is none, and one with other letters than a-z before the @."""
_CAUSES = {
    UNREADABLE: "an address cannot be read",
    NO_SMTPUTF8: "the server takes no address with letters beyond a-z before the @ (SMTPUTF8)",
}


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
    """Sends notices as mail: ``sync.watch.ports.SendNotice``.

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
        """Hand one mail to the server. Raises NotTaken and NeverTaken, without any address in the text.

        Who can be reached gets it; the error then names in ``left`` who did not.
        """
        mail = _Mail.of(notice)
        files = self._files_of(notice)
        try:
            with self._connect() as server:
                mail.send(server, read_address(self._options.sender), files)
        except smtplib.SMTPAuthenticationError as error:
            raise _refusal(
                "the login (LOONBRUG_SMTP_USER, LOONBRUG_SMTP_PASSWORD)", error.smtp_code
            ) from None
        except smtplib.SMTPSenderRefused as error:
            raise _refusal("the sender (LOONBRUG_SMTP_FROM)", error.smtp_code) from None
        except smtplib.SMTPDataError as error:
            raise _refusal("the mail itself", error.smtp_code) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal("the connection", error.smtp_code) from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise NotTaken(_why_not_reached(error)) from None

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


@dataclass(frozen=True, slots=True)
class _Mail:
    """A notice's mail. ``readable``: each receiver as it was written, and as an address."""

    notice: Notice
    subject: str
    text: str
    readable: dict[str, Address]
    unreadable: tuple[str, ...]

    @classmethod
    def of(cls, notice: Notice) -> _Mail:
        """Raises NeverTaken when the content is no mail, or nobody could get it."""
        to, subject, text = (notice.content.get(name) for name in ("to", "subject", "text"))
        if not isinstance(to, list) or not to or not isinstance(subject, str) or not isinstance(text, str):
            raise NeverTaken("the mail has no recipient, subject or text")
        readable, unreadable = {}, []
        for each in map(str, to):
            try:
                readable[each] = read_address(each)
            except ValueError:
                unreadable.append(each)
        if not readable:
            raise NeverTaken("an address of the mail cannot be read")
        return cls(notice, subject, text, readable, tuple(unreadable))

    def send(self, server: smtplib.SMTP, sender: Address, files: Sequence[Attachment]) -> None:
        """Raises NotTaken or NeverTaken for whom it did not go out to, when it went out to the others."""
        refused: dict[str, int] = dict.fromkeys(self.unreadable, UNREADABLE)
        reachable = self._reachable(server, refused)
        if reachable:
            message = self._message(sender, list(reachable.values()), files)
            refused |= _handed_over(server, message, sender, reachable)
        if refused:
            raise _left(refused, len(self.readable) + len(self.unreadable))

    def _reachable(self, server: smtplib.SMTP, refused: dict[str, int]) -> dict[str, Address]:
        """Without those whose address the server cannot take."""
        server.ehlo_or_helo_if_needed()
        if server.has_extn("smtputf8"):
            return self.readable
        refused |= {
            written: NO_SMTPUTF8 for written, address in self.readable.items() if needs_smtputf8(address)
        }
        return {written: address for written, address in self.readable.items() if written not in refused}

    def _message(self, sender: Address, to: Sequence[Address], files: Sequence[Attachment]) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = to
        message["Subject"] = " ".join(self.subject.split())
        message["Date"] = self.notice.created_at
        message["Message-ID"] = f"<{self.notice.mark}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.text, cte="quoted-printable")
        for file in files:
            kind, _, subtype = file.kind.partition("/")
            message.add_attachment(file.content, kind, subtype, filename=file.name)
        return message


def _handed_over(
    server: smtplib.SMTP, message: EmailMessage, sender: Address, to: Mapping[str, Address]
) -> dict[str, int]:
    """The codes of those whom the server refused, by what was written."""
    by_spec = {address.addr_spec: written for written, address in to.items()}
    try:
        answers = server.send_message(message, sender.addr_spec, list(by_spec))
    except smtplib.SMTPRecipientsRefused as error:
        cut_off = (421, b"")  # a server that hangs up names only those whom it had answered
        answers = {spec: error.recipients.get(spec, cut_off) for spec in by_spec}
    return {by_spec[spec]: code for spec, (code, _) in answers.items()}


def _left(refused: Mapping[str, int], all_of_them: int) -> NotTaken | NeverTaken:
    """What to say of those who did not get it, and to try again with them alone when that may help."""
    codes = sorted(set(refused.values()))
    for_good = all(_is_for_good(code) for code in codes)
    told = ", ".join(_CAUSES.get(code, str(code)) for code in codes)
    others = "" if len(refused) == all_of_them else "; the others have it"
    why = f"the mail server refused it: {len(refused)} of {all_of_them} recipient(s), {told}{others}"
    return (NeverTaken if for_good else NotTaken)(why, left=tuple(refused))


def _is_for_good(code: int) -> bool:
    """5xx is; the login is not: somebody corrects the setting."""
    return 500 <= code < 600 and code not in (530, 534, 535)


def _refusal(what: str, code: int) -> NotTaken | NeverTaken:
    kind = NeverTaken if _is_for_good(code) else NotTaken
    return kind(f"the mail server refused it: {what}, {code}")


def _why_not_reached(error: Exception) -> str:
    """What hinders a connection, said so that the setting to look at is clear."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"the mail server's certificate is not to be trusted: {error.verify_message}"
        case smtplib.SMTPNotSupportedError():
            return "the mail server offers no encryption (STARTTLS) or no login"
        case socket.gaierror() | UnicodeError():
            return "the mail server's name is not known (LOONBRUG_SMTP_HOST)"
        case ConnectionRefusedError():
            return "nothing listens at the mail server's port (LOONBRUG_SMTP_HOST, LOONBRUG_SMTP_PORT)"
        case TimeoutError():
            return f"the mail server did not answer within {_SECONDS:.0f} seconds"
        case _:
            return f"the mail server did not take it ({type(error).__name__})"
