"""Find every object of a PDF wherever it lies: reachable or not, of every revision, packed or not.

Nothing here follows the file's own tables of where its objects are. A reader that does, and one that
repairs a broken table, finds no object that is not found here: they differ in which objects they take, not
in where an object can be.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.pdf.envelope import check_gap
from connectors.pdf.faults import Fault, Unfit
from connectors.pdf.tokens import BLANK, Budget, Name, Part, Ref, Value, read_value

LARGEST_UNPACKED = 64 * 1024 * 1024
"""Bytes of packed objects, all together, unpacked."""
_MOST_TOKENS = 3_000_000
"""Words, numbers, brackets. A tagged document of 500 pages has a tenth of it."""

_MARK = re.compile(rb"obj(?![^\0\t\n\f\r ()<>\[\]{}/%])|trailer(?=[\0\t\n\f\r ]*<<)")
_NUMBERS = re.compile(rb"([0-9]{1,10})[\0\t\n\f\r ]+[0-9]{1,10}[\0\t\n\f\r ]*\Z")
_COMMENT = re.compile(rb"%[^\r\n]*")
_BEFORE = 256
"""Bytes before the word ``obj`` in which its two numbers are looked for."""
_STREAM = re.compile(rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*stream(?:\r\n|\n|\r)?")
_END_OF_STREAM = re.compile(rb"[\0\t\n\f\r ]*endstream")


@dataclass(slots=True)
class Objects:
    """All that a file holds. ``numbered``: every object that was ever written under a number."""

    parts: list[Part] = field(default_factory=list)
    numbered: dict[int, list[Value]] = field(default_factory=dict)

    def resolve(self, value: Value) -> list[Value]:
        """The value; of a reference all that it may lead to in any revision of the file."""
        if not isinstance(value, Ref):
            return [value]
        found, todo, seen = list[Value](), list[Value]([value]), set[int]()
        while todo:
            each = todo.pop()
            if not isinstance(each, Ref):
                found.append(each)
            elif each.number not in seen:
                seen.add(each.number)
                todo.extend(self.numbered.get(each.number, ()))
        return found

    def values(self, part: Part, key: str) -> list[Value]:
        """All that a key of a dictionary may mean: every time it is written, every revision."""
        return [each for value in part.all(key) for each in self.resolve(value)]

    def parts_at(self, part: Part, key: str) -> list[Part]:
        """The dictionaries among ``values``, those in an array included."""
        return [each for each in self.flat(part, key) if isinstance(each, Part)]

    def names_at(self, part: Part, key: str) -> set[str]:
        """The names among ``values``, those in an array included."""
        return {str(each) for each in self.flat(part, key) if isinstance(each, Name)}

    def flat(self, part: Part, key: str) -> list[Value]:
        """``values``, and for an array what is in it."""
        flat: list[Value] = []
        for value in self.values(part, key):
            members = value if isinstance(value, list) else [value]
            flat.extend(each for member in members for each in self.resolve(member))
        return flat


class Finder:
    """Reads the bytes of a file from front to back."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._objects = Objects()
        self._budget = Budget(_MOST_TOKENS)
        self._may_unpack = LARGEST_UNPACKED

    def find(self) -> Objects:
        """Raises Unfit when something is no object, or lies between objects and belongs to none.

        What looks like an object within another one (in a string, in a stream) is read as well: a table in
        the file may lead a reader there.
        """
        covered = 0
        for mark in _MARK.finditer(self._data):
            begins, number = self._begins(mark)
            if not begins:
                continue
            if mark.start() >= covered:
                check_gap(self._data[covered : mark.start()])
            covered = max(covered, self._object(number, mark.end()))
        check_gap(self._data[covered:])
        return self._objects

    def _begins(self, mark: re.Match[bytes]) -> tuple[bool, int | None]:
        """Whether an object begins there, or a trailer, and the object's number."""
        if mark[0] == b"trailer":
            return True, None
        before = self._data[max(0, mark.start() - _BEFORE) : mark.start()]
        uncommented = _COMMENT.sub(b"", before)
        numbers = _NUMBERS.search(before) or _NUMBERS.search(uncommented)
        if numbers:
            return True, int(numbers[1])
        return not uncommented.strip(BLANK), None  # the numbers may stand before all that blank

    def _object(self, number: int | None, at: int) -> int:
        """Take the object in whose value begins there. Returns where it ends."""
        value, end = read_value(self._data, at, self._budget)
        self._take_in(number, value)
        stream = _STREAM.match(self._data, end) if isinstance(value, Part) else None
        if stream is None or not isinstance(value, Part):
            return end
        value.stream = True
        begin = stream.end()
        end = self._end_of_stream(value, begin)
        if value.all("N") and value.all("First"):
            farthest = max([end, *(begin + length for length in _lengths(value))])
            for each, packed in self._unpacked(value, self._data[begin:farthest]):
                self._take_in(each, packed)
        return end

    def _take_in(self, number: int | None, value: Value) -> None:
        if number is not None:
            self._objects.numbered.setdefault(number, []).append(value)
        todo = [value]
        while todo:
            each = todo.pop()
            if isinstance(each, list):
                todo.extend(each)
            elif isinstance(each, Part):
                self._objects.parts.append(each)
                todo.extend(member for _, member in each.pairs)

    def _end_of_stream(self, part: Part, begin: int) -> int:
        """Where its length says, or else at the next end, as readers do."""
        for length in _lengths(part):
            if found := _END_OF_STREAM.match(self._data, begin + length):
                return found.end()
        end = self._data.find(b"endstream", begin)
        if end < 0:
            raise Unfit(Fault.UNREADABLE)
        return end + len(b"endstream")

    def _unpacked(self, part: Part, packed: bytes) -> Iterator[tuple[int, Value]]:
        """The objects of an object stream (7.5.7), by number."""
        first = part.all("First")[0]
        plain = self._decoded(part, packed)
        if not isinstance(first, int) or not 0 <= first <= len(plain):
            raise Unfit(Fault.UNREADABLE)
        header = plain[:first].split()
        if len(header) % 2 or not all(word.isdigit() and len(word) < 11 for word in header):
            raise Unfit(Fault.UNREADABLE)
        values: dict[int, Value] = {}
        for number, offset in zip(map(int, header[::2]), map(int, header[1::2]), strict=True):
            if offset not in values:
                values[offset], _ = read_value(plain, first + offset, self._budget)
            yield number, values[offset]

    def _decoded(self, part: Part, packed: bytes) -> bytes:
        """As everybody packs objects: deflated, or not at all. Any other way is refused."""
        filters = part.all("Filter")
        usual = not filters or filters in ([Name("FlateDecode")], [[Name("FlateDecode")]])
        if not usual or len(part.all("First")) > 1 or not _is_plain(part.all("DecodeParms")):
            raise Unfit(Fault.COSTLY)
        plain = packed if not filters else self._inflated(packed)
        self._may_unpack -= len(plain)
        if self._may_unpack < 0:
            raise Unfit(Fault.COSTLY)
        return plain

    def _inflated(self, packed: bytes) -> bytes:
        try:
            return zlib.decompressobj().decompress(packed, self._may_unpack + 1)
        except zlib.error as error:
            raise Unfit(Fault.UNREADABLE) from error


def _lengths(part: Part) -> list[int]:
    """What a stream says of its length, unless it says so elsewhere."""
    return [length for length in part.all("Length") if isinstance(length, int) and length >= 0]


def _is_plain(parameters: list[Value]) -> bool:
    """Whether nothing but the usual is asked of the unpacking."""
    return all(
        each is None or (isinstance(each, Part) and each.all("Predictor") in ([], [1]))
        for value in parameters
        for each in (value if isinstance(value, list) else [value])
    )
