"""Settings of the AFAS environment: where it is, how we log in, what it calls things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from connectors.afas.options import AfasOptions, ClassicToken, ClientCredentials, base_address
from sync.outbox.kinds import EnvironmentTerms
from workers.settings.subject import HeaderSecret, Pairs, Seconds, Subject

_WORDS = EnvironmentTerms()


class AfasSettings(Subject):
    """Where AFAS is, and how we log in."""

    heading: ClassVar[str] = "AFAS"

    name: str = Field("main", pattern=r"^[a-z0-9-]{1,40}$", description="Our name for this AFAS environment")
    afas_url: str | None = Field(None, description="Base address of AFAS's REST services, whole")
    afas_environment: str | None = Field(
        None,
        description="Instead: participant number and type (O, T, A or C), such as `12345T`",
    )
    afas_token: Annotated[SecretStr | None, HeaderSecret] = Field(
        None, description="Classic token of the app connector"
    )
    afas_client_id: str | None = Field(None, description="OAuth client; preferred to the token")
    afas_client_secret: SecretStr | None = Field(None, description="Secret of that OAuth client")
    afas_secret_expires: date | None = Field(
        None, description="Day on which that secret expires, as Profit shows it"
    )
    integration_id: str | None = Field(None, description="`IntegrationId` of an AFAS partner")
    language: Literal["nl-nl", "nl-be", "en-us"] = Field("nl-nl", description="Language of AFAS's messages")
    calls_in_flight: int = Field(4, ge=1, le=8, description="Most calls to AFAS at once, all processes")
    read_deadline: Seconds = Field(120.0, description="Seconds for one reading call to AFAS")
    write_deadline: Seconds = Field(120.0, description="Seconds for one writing call to AFAS")

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

    @classmethod
    def at_odds(cls, values: Mapping[str, Any]) -> list[str]:
        """One address, and a whole login."""
        problems = []
        if values.get("afas_url") and values.get("afas_environment"):
            problems.append("LOONBRUG_AFAS_URL, LOONBRUG_AFAS_ENVIRONMENT: set one of them, not both")
        if bool(values.get("afas_client_id")) != bool(values.get("afas_client_secret")):
            problems.append("LOONBRUG_AFAS_CLIENT_ID, LOONBRUG_AFAS_CLIENT_SECRET: set both, or neither")
        return problems

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


class AfasWordsSettings(Subject):
    """What differs per AFAS environment in what we send and read."""

    heading: ClassVar[str] = "What AFAS calls things"

    approval_route: Literal["A", "B"] = Field("A", description="Route of approvals, see `afas-setup.md`")
    action_approve: str = Field(_WORDS.approve, description="Action that approves a claim (route B)")
    action_reject: str = Field(_WORDS.reject, description="Action that rejects a claim")
    action_sign: str = Field(_WORDS.sign_off, description="Action that signs a document off")
    question_type: int = Field(_WORDS.question_type, description="Dossier item type of a question")
    columns: Annotated[dict[str, str], Pairs] = Field(
        {}, description="Columns named otherwise in AFAS: `Loonbrug_Hours.LineId=Regel,...` (ours = theirs)"
    )

    @field_validator("columns", mode="after")
    @classmethod
    def _whole_columns(cls, value: dict[str, str]) -> dict[str, str]:
        if wrong := [ours for ours in value if ours.count(".") != 1]:
            raise ValueError(f"write Connector.Column=Theirs, not {', '.join(wrong)}")
        return value

    @property
    def renamed(self) -> dict[str, dict[str, str]]:
        """GetConnector to our column name to theirs, where they differ."""
        found: dict[str, dict[str, str]] = {}
        for place, theirs in self.columns.items():
            connector, _, ours = place.partition(".")
            found.setdefault(connector, {})[ours] = theirs
        return found


def missing_for_afas(settings: AfasSettings) -> list[str]:
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
