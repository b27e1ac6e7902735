"""Settings of being told: alerts, mail, webhooks, measures and traces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator

from connectors.notify.webhook import is_this_machine, key_of, refuse_address
from domain.outbox.update import UpdateKind
from domain.watch.waiting import Budgets
from workers.settings.sources import as_address, variable
from workers.settings.subject import Addresses, HeaderSecret, Pairs, Seconds, Subject, starting_with


class TellingSettings(Subject):
    """Who hears that something is wrong, and by which way."""

    heading: ClassVar[str] = "Being told"

    alert_mail: Addresses = Field(
        (), description="Who is mailed when something is wrong: `ops@example.nl,...`"
    )
    alert_repeat: Seconds = Field(
        14400.0, description="Seconds after which what is still wrong is told again"
    )
    alert_unclear: Seconds = Field(
        1800.0, description="Seconds that an update may be unclear before somebody is told"
    )
    alert_waiting: Annotated[dict[UpdateKind, Seconds], Pairs] = Field(
        {}, description="Seconds that updates may wait to be sent, for the kinds that differ: `approve=900`"
    )
    alert_waiting_near: Seconds = Field(
        600.0, description="The same for decisions about hours, from a day before the cut-off"
    )
    alert_paused: Seconds = Field(
        900.0, description="Seconds that AFAS may be paused before somebody is told"
    )
    smtp_host: str | None = Field(None, description="Mail server; without one no mail is sent")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How mail is encrypted; `none` on this machine only"
    )
    smtp_user: str | None = Field(None, description="Login at the mail server")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server")
    smtp_from: Annotated[str, AfterValidator(as_address)] = Field(
        "loonbrug@localhost", description="Sender of our mails"
    )
    webhook_url: str | None = Field(None, description="Where webhooks go (https)")
    webhook_secret: SecretStr | None = Field(
        None, description="Their signing secret: `whsec_` and base64 (Standard Webhooks)"
    )
    ping_url: Annotated[SecretStr | None, starting_with("https://", "http://")] = Field(
        None, description="Called each minute while everything is really going on (a dead man's switch)"
    )
    metrics_token: Annotated[SecretStr | None, HeaderSecret] = Field(
        None, description="Bearer token for `/metrics`; without one only this machine may read it"
    )
    otel_exporter_otlp_endpoint: Annotated[str | None, starting_with("https://", "http://")] = Field(
        None, description="Where OpenTelemetry traces go (OTLP over HTTP); none are made if not set"
    )

    @property
    def waiting_budgets(self) -> Budgets:
        """How long updates may wait to be sent."""
        return Budgets(
            {kind.value: budget for kind, budget in self.alert_waiting.items()}, self.alert_waiting_near
        )

    @field_validator("webhook_url", mode="after")
    @classmethod
    def _private(cls, value: str | None) -> str | None:
        if value is not None:
            refuse_address(value)
        return value

    @field_validator("webhook_secret", mode="after")
    @classmethod
    def _signing(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            key_of(value)
        return value

    @classmethod
    def at_odds(cls, values: Mapping[str, Any]) -> list[str]:
        """A webhook is signed; mail needs a server, and encryption on its way to another machine."""
        problems = needs_mail_server(values, "alert_mail")
        if bool(values.get("webhook_url")) != bool(values.get("webhook_secret")):
            problems.append("LOONBRUG_WEBHOOK_URL, LOONBRUG_WEBHOOK_SECRET: set both, or neither")
        if values.get("smtp_security") == "none" and not is_this_machine(str(values.get("smtp_host") or "")):
            problems.append("LOONBRUG_SMTP_SECURITY: none is for a mail server on this machine only")
        return problems


def needs_mail_server(values: Mapping[str, Any], *names: str) -> list[str]:
    """Which of these addresses are set although no mail can be sent: one line each."""
    if values.get("smtp_host"):
        return []
    set_here = [variable(name) for name in names if values.get(name)]
    return [f"{name}: needs a mail server in LOONBRUG_SMTP_HOST" for name in set_here]
