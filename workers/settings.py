"""What the operator decides, from the environment and ``loonbrug.toml``; checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from connectors.afas.options import AfasOptions, ClassicToken, ClientCredentials, base_address
from connectors.notify.webhook import is_this_machine, key_of, refuse_address
from connectors.store.retention import Keep
from domain.errors import LoonbrugError
from domain.policy import Patience
from mappings.flows import FLOWS
from workers.settings_sources import as_line, as_list, as_pairs, read_sources

INTERVALS: dict[str, float] = dict.fromkeys(FLOWS, 60.0) | {
    "hours": 15.0,
    "claims": 15.0,
    "deleted-hours": 60.0,
    "tasks": 30.0,
    "invoices": 300.0,
    "agreements": 300.0,
    "actions": 900.0,
}
"""Seconds between two polls. A poll without changes costs AFAS one small request."""

Seconds = Annotated[float, Field(gt=0)]
Pairs = BeforeValidator(as_pairs)
Numbers = BeforeValidator(as_list)


_PATIENCE = Patience()


class SettingsWrong(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """The settings cannot work. ``problems``: one line each, without any value of a secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseModel):
    """Everything that can be set. The descriptions are the table in ``docs/settings.md``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field("main", pattern=r"^[a-z0-9-]{1,40}$", description="Our name for this AFAS environment")
    afas_url: str | None = Field(None, description="Base address of AFAS's REST services, whole")
    afas_environment: str | None = Field(
        None,
        description="Instead: participant number and type (O, T, A or C), such as `12345T`",
    )
    afas_token: SecretStr | None = Field(None, description="Classic token of the app connector")
    afas_client_id: str | None = Field(None, description="OAuth client; preferred to the token")
    afas_client_secret: SecretStr | None = Field(None, description="Secret of that OAuth client")
    afas_secret_expires: date | None = Field(
        None, description="Day on which that secret expires, as Profit shows it"
    )
    integration_id: str | None = Field(None, description="`IntegrationId` of an AFAS partner")
    language: Literal["nl-nl", "nl-be", "en-us"] = Field("nl-nl", description="Language of AFAS's messages")
    calls_in_flight: int = Field(4, ge=1, le=8, description="Most calls to AFAS at once, all processes")

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL; started in the data folder if not set"
    )
    redis_url: SecretStr | None = Field(None, description="Redis; started in the data folder if not set")
    data: Path = Field(Path(".loonbrug"), description="Folder of the started PostgreSQL and Redis")
    keys_file: Path | None = Field(
        None,
        description="File with the keys that encrypt; needed with `DATABASE_URL`, else made in the folder",
    )
    keep: Annotated[dict[str, int], Pairs] = Field(
        {},
        description="Days to keep, where not the default: `parked=30,files=90`; see `ops/keeping.md`",
    )
    http: str = Field("127.0.0.1:8080", description="Address and port of the portal API")

    ops_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+$",
        description="Where people reach the console (and links in mails lead): `https://loonbrug.example.com`",
    )
    ops_idle: Seconds = Field(1800.0, description="Seconds without a request that end a session")
    ops_longest: Seconds = Field(43200.0, description="Seconds that end a session anyhow")
    ops_lock_after: int = Field(5, ge=2, description="Failed sign-ins that lock a name")
    ops_lock_for: Seconds = Field(900.0, description="Seconds for which it is locked")
    ops_person_header: str | None = Field(
        None, description="Sign-on by the company's own proxy: the header that names the person"
    )
    ops_role_header: str = Field("X-Remote-Groups", description="The header that names the person's groups")
    ops_proxies: Annotated[tuple[str, ...], Numbers] = Field(
        (), description="Addresses or networks of that proxy: `10.0.0.5,10.1.0.0/24`"
    )
    ops_roles: Annotated[dict[str, Literal["viewer", "operator", "approver", "administrator"]], Pairs] = (
        Field({}, description="Groups and their roles: `payroll=approver,ict=administrator`")
    )

    workers: int = Field(2, ge=1, le=64, description="Worker processes of `up`")
    threads: int = Field(8, ge=1, le=64, description="Threads of one worker process")
    stop_seconds: Seconds = Field(20.0, description="Seconds to finish what is in hand at a stop")

    intervals: Annotated[dict[str, Seconds], Pairs] = Field(
        {}, description="Seconds between polls, for the flows that differ: `hours=15,invoices=600`"
    )
    overlap_poll: Seconds = Field(300.0, description="Seconds that a poll reads back")
    overlap_wide: Seconds = Field(10800.0, ge=5400, description="Seconds that a wide poll reads back")
    wide_every: Seconds = Field(3600.0, description="Seconds between two wide polls")
    full_at: str = Field(
        "02:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="Amsterdam time of the nightly sweep"
    )
    light_every: Seconds = Field(3600.0, description="Seconds between two light reconciliations")
    whole_at: str = Field(
        "04:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="Amsterdam time of the whole reconciliation",
    )

    approval_route: Literal["A", "B"] = Field("A", description="Route of approvals, see `afas-setup.md`")
    action_approve: str = Field(
        "Goedkeuren extern declaratie nacalculatie",
        description="Action that approves a claim (route B)",
    )
    action_reject: str = Field("Afkeuren declaratie nacalculatie", description="Action that rejects a claim")
    action_sign: str = Field("Ondertekend door klant", description="Action that signs a document off")
    question_type: int = Field(19, description="Dossier item type of a question")
    columns: Annotated[dict[str, str], Pairs] = Field(
        {}, description="Columns named otherwise in AFAS: `Loonbrug_Hours.LineId=Regel,...` (ours = theirs)"
    )

    server_limit: Seconds = Field(
        _PATIENCE.server_limit, description="Seconds that AFAS goes on after we hung up"
    )
    look_margin: Seconds = Field(_PATIENCE.margin, description="Seconds beyond that before a second send")
    look_gap: Seconds = Field(
        _PATIENCE.look_gap, description="Seconds between the two looks that must find nothing"
    )
    read_deadline: Seconds = Field(120.0, description="Seconds for one reading call to AFAS")
    first_look: Seconds = Field(
        _PATIENCE.first_look, description="Seconds from sending to the first look whether it arrived"
    )
    longest_look: Seconds = Field(
        _PATIENCE.longest_look, description="Longest pause between two looks, in seconds"
    )
    retries: Annotated[tuple[Seconds, ...], Numbers] = Field(
        _PATIENCE.retries, min_length=1, description="Growing pauses after a failure, in seconds"
    )
    second_person_from: int = Field(
        0,
        ge=0,
        description="Replays of so many updates on which pay depends need a second person (100); 0: none do",
    )
    lease: Seconds = Field(
        _PATIENCE.lease, description="Seconds after which work of a dead worker is taken over"
    )
    write_deadline: Seconds = Field(120.0, description="Seconds for one writing call to AFAS")

    cutoff_day: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = Field(
        "thursday", description="Weekday on which the pay run of last week's hours closes"
    )
    cutoff_time: str = Field(
        "12:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="Amsterdam time of that cut-off"
    )
    payday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = Field(
        "friday", description="Weekday on which wages are paid; the cut-off stays ahead of it"
    )
    cutoff_holidays: Literal["NL", "none"] = Field(
        "NL", description="Country whose public holidays move the cut-off to an earlier day"
    )
    cutoff_reports: Annotated[tuple[Seconds, ...], Numbers] = Field(
        (24.0, 4.0, 1.0), description="Hours before the cut-off at which its report is made"
    )
    remind_clients: Annotated[tuple[Seconds, ...], Numbers] = Field(
        (48.0, 24.0), description="Hours before it at which contacts are reminded of what waits for approval"
    )
    remind_office: Annotated[tuple[Seconds, ...], Numbers] = Field(
        (72.0,), description="Hours before it at which the back office is told of weeks not submitted"
    )
    remind_by_mail: bool = Field(
        default=False, description="Mail contacts ourselves, beside the webhook: `true` or `false`"
    )
    payroll_mail: Annotated[tuple[str, ...], Numbers] = Field(
        (), description="Who is mailed the cut-off report: `payroll@example.nl,...`"
    )
    office_mail: Annotated[tuple[str, ...], Numbers] = Field(
        (), description="Who is mailed of weeks that were not submitted"
    )
    mail_language: Literal["nl", "en"] = Field("nl", description="Language of those mails")

    alert_mail: Annotated[tuple[str, ...], Numbers] = Field(
        (), description="Who is mailed when something is wrong: `ops@example.nl,...`"
    )
    alert_repeat: Seconds = Field(
        14400.0, description="Seconds after which what is still wrong is told again"
    )
    alert_unclear: Seconds = Field(
        1800.0, description="Seconds that an update may be unclear before somebody is told"
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
    smtp_from: str = Field("loonbrug@localhost", description="Sender of our mails")
    webhook_url: str | None = Field(None, description="Where webhooks go (https)")
    webhook_secret: SecretStr | None = Field(
        None, description="Their signing secret: `whsec_` and base64 (Standard Webhooks)"
    )
    ping_url: SecretStr | None = Field(
        None, description="Called each minute while everything is really going on (a dead man's switch)"
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for `/metrics`; without one only this machine may read it"
    )
    otel_exporter_otlp_endpoint: str | None = Field(
        None, description="Where OpenTelemetry traces go (OTLP over HTTP); none are made if not set"
    )

    log: Literal["json", "console", "auto"] = Field(
        "auto", description="Form of the log; auto looks for a terminal"
    )
    log_level: Literal["debug", "info", "warning"] = Field(
        "info", description="Least important line that is shown"
    )

    @field_validator("intervals", mode="after")
    @classmethod
    def _known_flows(cls, value: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(set(value) - set(FLOWS)):
            raise ValueError(f"no such flow: {', '.join(unknown)}; the flows are {', '.join(FLOWS)}")
        return value

    @field_validator("ops_proxies", mode="after")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @field_validator("keep", mode="after")
    @classmethod
    def _known_kinds(cls, value: dict[str, int]) -> dict[str, int]:
        known = [each.name for each in fields(Keep)]
        if unknown := sorted(set(value) - set(known)):
            raise ValueError(f"nothing is kept as {', '.join(unknown)}; the kinds are {', '.join(known)}")
        if any(days < 1 for days in value.values()):
            raise ValueError("keep everything for a day at least")
        return value

    @field_validator("columns", mode="after")
    @classmethod
    def _whole_columns(cls, value: dict[str, str]) -> dict[str, str]:
        if wrong := [ours for ours in value if ours.count(".") != 1]:
            raise ValueError(f"write Connector.Column=Theirs, not {', '.join(wrong)}")
        return value

    @field_validator("http", mode="after")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            raise ValueError("write an address and a port, such as 127.0.0.1:8080")
        return value

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

    @field_validator("ping_url", mode="after")
    @classmethod
    def _pinged(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, ("https://", "http://"))

    @field_validator("otel_exporter_otlp_endpoint", mode="after")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        return value

    @field_validator("afas_url", mode="after")
    @classmethod
    def _reachable(cls, value: str | None) -> str | None:
        if value is not None:
            AfasOptions(value, ClassicToken(SecretStr("")))
        return value

    @field_validator("afas_environment", mode="after")
    @classmethod
    def _environment(cls, value: str | None) -> str | None:
        if value is not None:
            _address_of(value)
        return value

    @field_validator("database_url", mode="after")
    @classmethod
    def _postgres(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, ("postgresql://", "postgres://"))

    @field_validator("redis_url", mode="after")
    @classmethod
    def _redis(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, ("redis://", "rediss://", "unix://"))

    @property
    def afas_address(self) -> str | None:
        """The base address of AFAS, or None when no environment was named."""
        return self.afas_url or (_address_of(self.afas_environment) if self.afas_environment else None)

    @property
    def afas_login(self) -> ClassicToken | ClientCredentials | None:
        """How we log in: OAuth when it is set, else the classic token, else None."""
        if self.afas_client_id and self.afas_client_secret:
            return ClientCredentials(self.afas_client_id, self.afas_client_secret)
        return ClassicToken(self.afas_token) if self.afas_token else None

    @property
    def poll_seconds(self) -> dict[str, float]:
        """Seconds between two polls of every flow."""
        return INTERVALS | self.intervals

    @property
    def renamed(self) -> dict[str, dict[str, str]]:
        """GetConnector to our column name to theirs, where they differ."""
        found: dict[str, dict[str, str]] = {}
        for place, theirs in self.columns.items():
            connector, _, ours = place.partition(".")
            found.setdefault(connector, {})[ours] = theirs
        return found

    @property
    def listen(self) -> tuple[str, int]:
        """Host and port of the portal API."""
        host, _, port = self.http.rpartition(":")
        return host.strip("[]"), int(port)


def read_settings(environ: Mapping[str, str] | None = None, **chosen: Any) -> Settings:
    """The settings of this process; ``chosen`` goes before the environment. Raises SettingsWrong."""
    found, problems = read_sources(Settings.model_fields, os.environ if environ is None else environ)
    values = found | chosen
    problems += _at_odds(values)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [as_line(problem) for problem in error.errors(include_input=False, include_url=False)]
    if problems:
        raise SettingsWrong(problems)
    return settings


def _at_odds(values: Mapping[str, Any]) -> list[str]:
    """Settings that exclude or need each other; judged even when others are wrong."""
    problems = []
    if values.get("afas_url") and values.get("afas_environment"):
        problems.append("LOONBRUG_AFAS_URL, LOONBRUG_AFAS_ENVIRONMENT: set one of them, not both")
    if bool(values.get("afas_client_id")) != bool(values.get("afas_client_secret")):
        problems.append("LOONBRUG_AFAS_CLIENT_ID, LOONBRUG_AFAS_CLIENT_SECRET: set both, or neither")
    if bool(values.get("webhook_url")) != bool(values.get("webhook_secret")):
        problems.append("LOONBRUG_WEBHOOK_URL, LOONBRUG_WEBHOOK_SECRET: set both, or neither")
    if values.get("alert_mail") and not values.get("smtp_host"):
        problems.append("LOONBRUG_ALERT_MAIL: needs a mail server in LOONBRUG_SMTP_HOST")
    problems += [
        f"LOONBRUG_{name.upper()}: needs a mail server in LOONBRUG_SMTP_HOST"
        for name in ("payroll_mail", "office_mail")
        if values.get(name) and not values.get("smtp_host")
    ]
    if values.get("smtp_security") == "none" and not is_this_machine(str(values.get("smtp_host") or "")):
        problems.append("LOONBRUG_SMTP_SECURITY: none is for a mail server on this machine only")
    if values.get("ops_person_header") and not values.get("ops_proxies"):
        problems.append("LOONBRUG_OPS_PROXIES: name the proxy, or anybody could write the header")
    return problems


def missing_for_afas(settings: Settings) -> list[str]:
    """What must still be set before AFAS can be called: one line each."""
    problems = []
    if settings.afas_address is None:
        problems.append("LOONBRUG_AFAS_URL or LOONBRUG_AFAS_ENVIRONMENT: set one of them")
    if settings.afas_login is None:
        problems.append(
            "LOONBRUG_AFAS_CLIENT_ID and LOONBRUG_AFAS_CLIENT_SECRET, or LOONBRUG_AFAS_TOKEN: set them"
        )
    return problems


def _address_of(environment: str) -> str:
    text = environment.strip().upper()
    return base_address(text[:-1], text[-1:]) if text[:1].isdigit() else base_address(text[1:6], text[:1])


def _with_scheme(value: SecretStr | None, schemes: tuple[str, ...]) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(schemes):
        raise ValueError(f"must start with {' or '.join(schemes)}")
    return value
