"""From rows of a GetConnector to records of the domain: a page in one go, and row by row where one is bad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar, cast

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema

from domain.errors import UnmappableRow
from domain.message import Message
from domain.pull.query import Row
from mappings.afas_time import LAST_YEAR, wall_clock
from mappings.bsn import MASK
from mappings.pull.fields import FORBIDDEN, NO_RIGHTS, UNKNOWN_CODE, afas_type, holds_digits
from words import Words

R = TypeVar("R")
Columns = Mapping[str, tuple[str | tuple[str, ...], CoreSchema]]
"""Field of the record -> AFAS column and its check. Of several columns with times, the latest counts."""

_FAULTS = {
    "missing": "missing",
    "int_type": "no-whole-number",
    "bool_type": "no-flag",
    "string_type": "no-text",
    "string_unicode": "no-unicode",
    "string_pattern_mismatch": "not-as-agreed",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
}


class RowMapping(Generic[R]):
    """How the rows of one GetConnector become records of one type. Pure; safe to share between threads."""

    def __init__(self, record: type[R], columns: Columns, names: Mapping[str, str] | None = None) -> None:
        """``names``: our column name -> this environment's, for an administrator who named it otherwise."""
        self.record = record
        self._columns = columns
        self._names = dict(names or {})
        one = self._schema()
        self._one = SchemaValidator(one)
        self._many = SchemaValidator(core_schema.list_schema(one))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be there, as this environment names them."""
        return tuple(self.theirs(name) for source, _ in self._columns.values() for name in _each(source))

    @property
    def sources(self) -> Mapping[str, str | tuple[str, ...]]:
        """Field of the record -> our column, or the columns of which the latest time counts."""
        return {name: source for name, (source, _) in self._columns.items()}

    def columns_of(self, field: str) -> tuple[str, ...]:
        """Our columns of a field: one, or those of which the latest time counts."""
        return _each(self.sources[field])

    def column(self, field: str) -> str:
        """Our column of a field. Raises ValueError for one that comes out of several."""
        [column] = self.columns_of(field)
        return column

    @property
    def types(self) -> Mapping[str, str]:
        """Our column -> AFAS's data type of it."""
        return {name: afas_type(check) for source, check in self._columns.values() for name in _each(source)}

    @property
    def with_digits(self) -> frozenset[str]:
        """The columns of codes and phone numbers, as this environment names them."""
        return frozenset(
            self.theirs(name)
            for source, check in self._columns.values()
            for name in _each(source)
            if holds_digits(check)
        )

    def theirs(self, column: str) -> str:
        """This environment's name of one of our columns."""
        return self._names.get(column, column)

    def named(self, names: Mapping[str, str]) -> RowMapping[R]:
        """The same mapping for an environment with other column names (ours -> theirs)."""
        return RowMapping(self.record, self._columns, names)

    def to_record(self, row: Row) -> R:
        """One row. Raises UnmappableRow with a reason that names the column, never a value."""
        try:
            return cast("R", self._one.validate_python(row))
        except ValidationError as error:
            why = _why(error)
            raise UnmappableRow(  # the original shows the values
                why,
                Words("en").said(why),
                readable_later=_readable_later(error),
                forbidden=any(each["msg"] == FORBIDDEN for each in error.errors(include_url=False)),
            ) from None

    def to_records(self, rows: Sequence[Row]) -> list[R | UnmappableRow]:
        """A page of rows, in their order: for each its record, or why there is none."""
        try:
            return cast("list[R | UnmappableRow]", self._many.validate_python(rows))
        except ValidationError:
            return [self._record_or_reason(row) for row in rows]

    def _record_or_reason(self, row: Row) -> R | UnmappableRow:
        try:
            return self.to_record(row)
        except UnmappableRow as error:
            return error

    def _schema(self) -> CoreSchema:
        names = [field.name for field in fields(cast("Any", self.record))]
        if set(names) != set(self._columns):
            raise TypeError(f"{self.record.__name__}: the mapping must name every field once")
        arguments = [
            core_schema.dataclass_field(name, check, validation_alias=self._alias(source))
            for name, (source, check) in self._columns.items()
        ]
        record = core_schema.dataclass_schema(
            self.record,
            core_schema.dataclass_args_schema(self.record.__name__, arguments),
            names,
            slots=True,
            frozen=True,
        )
        several = [source for source, _ in self._columns.values() if not isinstance(source, str)]
        return self._with_latest(record, several) if several else record

    def _alias(self, source: str | tuple[str, ...]) -> str:
        return self.theirs(source) if isinstance(source, str) else _joint(source)

    def _with_latest(self, record: CoreSchema, several: list[tuple[str, ...]]) -> CoreSchema:
        def add(row: object) -> object:
            if not isinstance(row, dict):
                return row
            return row | {_joint(each): latest(row, [self.theirs(name) for name in each]) for each in several}

        return core_schema.no_info_before_validator_function(add, record)


def latest(row: Row, columns: Sequence[str]) -> object:
    """The latest time among these columns of a row, as AFAS wrote it.

    Where none of them is a time that can be meant: what stands in the first that is filled, or None.
    """
    times = [text for name in columns if (text := readable(row.get(name)))]
    filled = (row[name] for name in columns if row.get(name) is not None)
    return max(times) if times else next(filled, None)


def readable(text: object) -> str | None:
    """The text when it is a time as AFAS writes it, and none beyond all times; else None."""
    try:
        return text if isinstance(text, str) and wall_clock(text).year <= LAST_YEAR else None
    except ValueError:
        return None


def _each(source: str | tuple[str, ...]) -> tuple[str, ...]:
    return (source,) if isinstance(source, str) else source


def _joint(columns: tuple[str, ...]) -> str:
    return "/".join(columns)


def _readable_later(error: ValidationError) -> bool:
    """Every fault is one of what we may see, or of words that we do not know yet."""
    return all(
        each["type"] == "missing"
        or each["msg"] in (NO_RIGHTS, UNKNOWN_CODE)
        or each.get("input") == NO_RIGHTS
        for each in error.errors(include_url=False, include_input=True)
    )


def _why(error: ValidationError) -> Message:
    first = error.errors(include_url=False, include_context=True, include_input=True)[0]
    column = {"column": ".".join(str(part) for part in first["loc"])}
    if first["msg"] == NO_RIGHTS or first.get("input") == NO_RIGHTS:
        return Message("why.column-hidden", column)
    return Message("why.column" if column["column"] else "why.row", column | {"fault": _fault(first)})


def _fault(first: Any) -> Message:
    kind = first["type"]
    if kind == "refused":
        return Message("row-fault.masked" if first["msg"] == MASK else f"row-fault.{first['msg']}")
    if first.get("input") is None and kind != "missing":
        return Message("row-fault.empty")
    if kind == "string_too_long":
        return Message("row-fault.too-long", {"most": first["ctx"]["max_length"]})
    return Message(f"row-fault.{_FAULTS.get(kind, 'other')}")
