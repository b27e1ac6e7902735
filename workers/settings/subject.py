"""What the settings of every subject share: their form, and how texts are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from workers.settings.sources import as_address, as_addresses, as_list, as_pairs

Pairs = BeforeValidator(as_pairs)
Listed = BeforeValidator(as_list)
Addresses = Annotated[tuple[Annotated[str, AfterValidator(as_address)], ...], BeforeValidator(as_addresses)]
Seconds = Annotated[float, Field(gt=0)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]


class Subject(BaseModel):
    """Settings that belong together. Their descriptions are a table in ``docs/settings.md``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    heading: ClassVar[str]

    @classmethod
    def at_odds(cls, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG003  # most subjects have none
        """Settings that exclude or need each other, one line each; judged even when others are wrong."""
        return []


def starting_with(*schemes: str) -> AfterValidator:
    """A check that an address begins with one of these."""

    def check(value: SecretStr | str | None) -> SecretStr | str | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is not None and not text.startswith(schemes):
            raise ValueError(f"must start with {' or '.join(schemes)}")
        return value

    return AfterValidator(check)


def _bearable(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().isascii():
        raise ValueError("holds letters beyond ASCII, which cannot stand in a header; copy it again")
    return value


HeaderSecret = AfterValidator(_bearable)
"""A secret that travels in a header of HTTP."""
