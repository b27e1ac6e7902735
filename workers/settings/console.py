"""Settings of the ops console: where people reach it, and how they sign in."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from workers.settings.subject import HeaderSecret, Listed, Pairs, Seconds, Subject


class ConsoleSettings(Subject):
    """Sessions of people, and the company's own sign-on."""

    heading: ClassVar[str] = "Console"

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
    ops_proxies: Annotated[tuple[str, ...], Listed] = Field(
        (), description="Addresses or networks of that proxy: `10.0.0.5,10.1.0.0/24`"
    )
    ops_proxy_secret: Annotated[SecretStr | None, HeaderSecret] = Field(
        None, min_length=32, description="What that proxy says in the header `X-Loonbrug-Proxy`"
    )
    ops_roles: Annotated[dict[str, Literal["viewer", "operator", "approver", "administrator"]], Pairs] = (
        Field({}, description="Groups and their roles: `payroll=approver,ict=administrator`")
    )

    ops_sign_out: str | None = Field(
        None,
        pattern=r"^(/[^/\s]|https://)\S+$",
        description="Where that proxy ends its own session: `/oauth2/sign_out`",
    )

    @field_validator("ops_proxies", mode="after")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @classmethod
    def at_odds(cls, values: Mapping[str, Any]) -> list[str]:
        """A header is believed from a known proxy only, which has a secret with us."""
        if not values.get("ops_person_header"):
            return []
        needed = {
            "ops_proxies": "LOONBRUG_OPS_PROXIES: name the proxy, or anybody could write the header",
            "ops_proxy_secret": "LOONBRUG_OPS_PROXY_SECRET: let the proxy prove that it is the one",
        }
        return [line for name, line in needed.items() if not values.get(name)]
