"""What all types of record have in common, for who treats them alike."""

from __future__ import annotations

from dataclasses import Field
from typing import Any, ClassVar, Protocol


class Record(Protocol):
    """A record that we keep of AFAS: a frozen dataclass, in the catalogue of records."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
