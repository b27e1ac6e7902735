"""Read single values of a PDF (ISO 32000-2, 7.2 and 7.3), at any place of any bytes, in one pass.

What is read is kept only as far as it can matter: numbers that are no integers become None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.pdf.faults import Fault, Unfit

BLANK = b"\0\t\n\f\r "
_DEEPEST = 200
"""Values within values. What people's programs write is a tenth of it."""

_TOKEN = re.compile(
    rb"""(?:[\0\t\n\f\r\x20]++|%[^\r\n]*+)*+
    (?:(?P<word>[^\0\t\n\f\r\x20()<>\[\]{}/%]++)
    |(?P<name>/[^\0\t\n\f\r\x20()<>\[\]{}/%]*+)
    |(?P<open><<) |(?P<close>>>) |(?P<array>\[) |(?P<end>\])
    |<(?P<hex>[0-9A-Fa-f\0\t\n\f\r\x20]*+)>
    |(?P<string>\())""",
    re.VERBOSE,
)
_ESCAPED_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_WITHIN_STRING = re.compile(rb"[^()\\]*(?:\\.[^()\\]*)*", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_NOTHING = (b"true", b"false", b"null", b"endobj")
"""Words that stand where a value stands and hold nothing that matters; the last after an empty object."""
_INTEGER = re.compile(rb"[+-]?[0-9]{1,15}")
_REST_OF_REFERENCE = re.compile(rb"[\0\t\n\f\r ]+[0-9]{1,10}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])")


class Name(str):
    """A name, without its slash and with its escapes undone."""

    __slots__ = ()


class Ref(NamedTuple):
    """A reference to an object by its number. The generation tells nothing that matters here."""

    number: int


@dataclass(eq=False, slots=True)
class Part:
    """A dictionary: every pair that was written, though a key stand twice. ``stream``: data follows."""

    pairs: list[tuple[Name, Value]] = field(default_factory=list)
    stream: bool = False

    def all(self, key: str) -> list[Value]:
        """Every value that was written for the key, references unresolved."""
        return [value for name, value in self.pairs if name == key]


Value = Name | Ref | Part | list["Value"] | bytes | int | None


class _Keyword(NamedTuple):
    word: bytes


@dataclass(slots=True)
class Budget:
    """How much may still be read: what overlaps is read again, and that must not go on without end."""

    tokens: int

    def spend(self, tokens: int = 1) -> None:
        """Raises Unfit when nothing is left."""
        self.tokens -= tokens
        if self.tokens < 0:
            raise Unfit(Fault.COSTLY)


class _Nest:
    """Arrays and dictionaries that are open, one within the other, and what was read in each."""

    def __init__(self) -> None:
        self.items: list[list[Value | _Keyword]] = [[]]
        self.closers: list[str] = []

    def begin(self, kind: str) -> None:
        self.closers.append("close" if kind == "open" else "end")
        self.items.append([])
        if len(self.items) > _DEEPEST:
            raise Unfit(Fault.COSTLY)

    def end(self, kind: str) -> None:
        if not self.closers or self.closers.pop() != kind:
            raise Unfit(Fault.UNREADABLE)
        items = _with_references(self.items.pop())
        self.add(_part(items) if kind == "close" else _plain(items))

    def add(self, value: Value | _Keyword) -> None:
        self.items[-1].append(value)


def read_value(data: bytes, at: int, budget: Budget) -> tuple[Value, int]:
    """The value that begins there, and where it ends. Raises Unfit when there is none, or it never ends."""
    nest = _Nest()
    while True:
        found = _TOKEN.match(data, at)
        if found is None:
            raise Unfit(Fault.UNREADABLE)
        budget.spend()
        kind, at = str(found.lastgroup), found.end()
        if kind in ("open", "array"):
            nest.begin(kind)
        elif kind in ("close", "end"):
            nest.end(kind)
        elif kind == "string":
            text, at = _string(data, at, budget)
            nest.add(text)
        else:
            nest.add(_scalar(kind, found[kind]))
        if not nest.closers:
            return _single(nest.items[0][0], data, at)


def _single(value: Value | _Keyword, data: bytes, at: int) -> tuple[Value, int]:
    """A value that stands alone: of a number it shows only behind it whether it begins a reference."""
    if isinstance(value, int) and (rest := _REST_OF_REFERENCE.match(data, at)):
        return Ref(value), rest.end()
    if isinstance(value, _Keyword):
        if value.word not in _NOTHING and not _is_number(value.word):
            raise Unfit(Fault.UNREADABLE)
        return None, at
    return value, at


def _scalar(kind: str, text: bytes) -> Value | _Keyword:
    if kind == "name":
        plain = _ESCAPED_IN_NAME.sub(lambda escaped: bytes([int(escaped[1], 16)]), text[1:])
        return Name(plain.decode("latin-1"))
    if kind == "hex":
        digits = text.translate(None, BLANK)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    return int(text) if _INTEGER.fullmatch(text) else _Keyword(text)


def _is_number(word: bytes) -> bool:
    return not word.translate(None, b"0123456789+-.eE")


def _with_references(items: list[Value | _Keyword]) -> list[Value | _Keyword]:
    """``5 0 R`` in a row becomes a reference."""
    if _Keyword(b"R") not in items:
        return items
    joined: list[Value | _Keyword] = []
    for item in items:
        if item == _Keyword(b"R") and len(joined) >= 2 and isinstance(joined[-2], int):
            joined[-2:] = [Ref(joined[-2])]
        else:
            joined.append(item)
    return joined


def _plain(items: list[Value | _Keyword]) -> list[Value]:
    return [None if isinstance(item, _Keyword) else item for item in items]


def _part(items: list[Value | _Keyword]) -> Part:
    values = _plain(items)
    names = values[::2]
    if len(values) % 2 or not all(isinstance(name, Name) for name in names):
        raise Unfit(Fault.UNREADABLE)
    return Part([(Name(name), value) for name, value in zip(names, values[1::2], strict=True)])


def _string(data: bytes, at: int, budget: Budget) -> tuple[bytes, int]:
    """A string in parentheses, which may hold pairs of them; ``at`` is behind the first one."""
    begin, depth = at, 1
    while True:
        found = _WITHIN_STRING.match(data, at)
        assert found is not None  # noqa: S101 - it matches nothing at all, too
        budget.spend(1 + (found.end() - at) // 16)
        at = found.end()
        bracket = data[at : at + 1]
        if bracket not in (b"(", b")"):
            raise Unfit(Fault.UNREADABLE)
        at += 1
        depth += 1 if bracket == b"(" else -1
        if depth == 0:
            return _ESCAPE.sub(_unescaped, data[begin : at - 1]), at


def _unescaped(escape: re.Match[bytes]) -> bytes:
    if octal := escape[1]:
        return bytes([int(octal, 8) & 0xFF])
    sign = escape[2]
    return b"" if sign in (b"\r\n", b"\r", b"\n") else _ESCAPES.get(sign, sign)
