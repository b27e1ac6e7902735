"""One request as the application layer sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, unquote

from sandbox.contract import connectors
from sandbox.errors import language_of
from sandbox.reading.standard import VIEWS

BASE = "profitrestservices"
_GET_NAMES = {name.lower(): name for name in (*(one.name for one in connectors()), *VIEWS)}


@dataclass(frozen=True)
class Request:
    """`target` is the path with its query string, as sent; the names in `headers` are in lower case."""

    verb: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @cached_property
    def query_string(self) -> str:
        """The query string without its '?', still encoded."""
        return self.target.partition("?")[2]

    @cached_property
    def path(self) -> list[str]:
        """The decoded segments after the base path; [] when the base path is another."""
        parts = [unquote(part) for part in self.target.partition("?")[0].split("/") if part]
        return parts[1:] if parts and parts[0].lower() == BASE else []

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query parameters, names in lower case; of a repeated one the last holds (assumption)."""
        pairs = parse_qsl(self.query_string, keep_blank_values=True)
        return {name.lower(): value for name, value in pairs}

    @cached_property
    def kind(self) -> str:
        """The first segment in lower case, such as connectors, metainfo, profitversion or oauth; '' for
        none."""
        return self.path[0].lower() if self.path else ""

    @cached_property
    def connector(self) -> str:
        """What is called, for counting and for faults: the connector's own name, or the kind of endpoint."""
        if self.kind == "connectors" and len(self.path) > 1:
            return _GET_NAMES.get(self.path[1].lower(), self.path[1])
        return self.kind or "unknown"

    @property
    def language(self) -> str:
        """'nl' or 'en', by Accept-Language."""
        return language_of(self.headers.get("accept-language"))
