"""A walk through every page of a console: each address that it has, and each that its pages lead to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from fastapi.routing import APIRoute
from httpx import Response
from starlette.routing import Match

from tests.web.ops.marked import unspoken
from tests.web.visitor import Visitor
from web.ops.app import PAGES

_LINK = re.compile(r'(?:href|hx-get)="(/ops/[^"#]*)')
_MOST_ALIKE = 3
"""Pages with the same route and the same questions behind it: more would show the same words."""


def routes(method: str) -> list[APIRoute]:
    """The routes of the console with this method."""
    return [
        route
        for part in PAGES
        for route in part.router.routes
        if isinstance(route, APIRoute) and method in (route.methods or ())
    ]


def places(of: Iterable[APIRoute], values: Mapping[str, object]) -> Iterator[str]:
    """An address for each of these routes whose parameters have a value."""
    for route in of:
        if route.param_convertors.keys() <= values.keys():
            yield "/ops" + route.path.format(**values)


def forms(values: Mapping[str, object]) -> list[str]:
    """Where the forms of the console go, but those that would end a walk or its language."""
    return [
        each for each in places(routes("POST"), values) if each not in ("/ops/me/language", "/ops/sign-out")
    ]


@dataclass
class Walk:
    """What somebody saw who looked at everything. ``known``: words that the test itself put in."""

    visitor: Visitor
    known: frozenset[str]
    opened: set[str] = field(default_factory=set)
    found: dict[str, str] = field(default_factory=dict)
    """What was no word of the catalogue -> where it was seen first."""

    def through(self, starts: Iterable[str]) -> Walk:
        """Open these, and whatever they lead to."""
        ahead, alike = [*starts], Counter[tuple[object, ...]]()
        while ahead:
            place = ahead.pop(0)
            route, asked = (
                self._route(place),
                tuple(sorted(name for name, _ in parse_qsl(urlsplit(place).query))),
            )
            alike[route, asked] += 1
            if route is None or alike[route, asked] > _MOST_ALIKE:
                continue
            ahead += self.look(place, self.visitor.get(place))
        return self

    def hand_in(self, starts: Iterable[str], **fields: object) -> Walk:
        """Send these forms with these values, and read what is answered and where it leads to."""
        for place in starts:
            for led in self.look(place, self.visitor.submit(place, **fields))[:1]:
                self.look(led, self.visitor.get(led))
        return self

    def look(self, place: str, answer: Response) -> list[str]:
        """Read an answer; the addresses that it leads to."""
        if answer.is_redirect:
            return [answer.headers["location"]]
        assert answer.status_code < 500, (place, answer.text)
        if answer.status_code == 200 and (route := self._route(place)):
            self.opened.add(route)
        if answer.headers.get("content-type", "").startswith("text/"):
            for piece in unspoken(answer.text, self.known):
                self.found.setdefault(piece, place)
        return [unescape(each) for each in _LINK.findall(answer.text)]

    def _route(self, place: str) -> str | None:
        scope = {
            "type": "http",
            "method": "GET",
            "path": urlsplit(place).path.removeprefix("/ops"),
            "headers": [],
        }
        return next((each.path for each in routes("GET") if each.matches(scope)[0] is Match.FULL), None)
