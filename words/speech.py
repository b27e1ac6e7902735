"""From a message to a sentence in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from string import Formatter
from types import NoneType
from typing import Any

from domain.message import Message
from words import shown
from words.catalogue import LANGUAGES, template_of
from words.facts import fact

_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60))


class Words:
    """The words of one language: ``words("now.title")``, ``words("age.days", count=3)``.

    What is unknown or missing costs nobody a page: an id without a text is shown as it is, a value that is
    not given as a dash.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"there are no words in {language}")
        self.language = language
        self._filling = _Filling(self)
        self._shows: tuple[tuple[type, Callable[[Any], str]], ...] = (
            (NoneType, lambda _: shown.NOTHING),
            (bool, lambda value: self("yes" if value else "no")),
            (str, str),
            (Message, self.said),
            (datetime, lambda value: shown.moment(value, language)),
            (date, lambda value: shown.day(value, language)),
            (Mapping, lambda value: ", ".join(f"{name} {self.shown(each)}" for name, each in value.items())),
            (Sequence, lambda value: ", ".join(map(self.shown, value)) or self("none")),
        )

    def __call__(self, message: str, **values: object) -> str:
        """The text behind an id, with its values filled in."""
        text = template_of(self.language, message, values.get("count"))
        return message if text is None else self._filling.vformat(text, (), values)

    def said(self, message: Message) -> str:
        """A message with its values."""
        return self(message.id, **message.values)

    def name(self, group: str, value: object) -> str:
        """What people call a value, such as a state: the text ``group.value``, or the value as it is."""
        return template_of(self.language, f"{group}.{value}") or str(value)

    def fact(self, value: object) -> str:
        """A value of a row as people read it; see ``words.facts.fact``."""
        if isinstance(value, Message):
            return self.said(value)
        return fact(value, lambda text: self.name("fact", text), self.language)

    def shown(self, value: object) -> str:
        """Any value as people write it: times, yes and no, lists with commas, a dash for nothing."""
        for kind, show in self._shows:
            if isinstance(value, kind):
                return show(value)
        return str(value)

    def age(self, seconds: float) -> str:
        """A duration in its two largest units: ``2 h 5 min``."""
        left = max(0, round(seconds))
        if left < 60:
            return self("age.seconds", count=left)
        parts: list[str] = []
        for name, size in _UNITS:
            count, left = divmod(left, size)
            if count or parts:
                parts.append(self(f"age.{name}", count=count))
        return " ".join(parts[:2])


class _Filling(Formatter):
    """Fills in values as the text asks: ``{at:moment}``, ``{hours:hours}``, ``{state:state}`` (``name``)."""

    def __init__(self, words: Words) -> None:
        language = words.language
        self._words = words
        self._formats: dict[str, Callable[[Any], str]] = {
            "": words.shown,
            "moment": lambda value: shown.moment(_moment(value), language),
            "long-moment": lambda value: shown.long_moment(_moment(value), language),
            "dated-moment": lambda value: shown.dated_moment(_moment(value), language),
            "day": lambda value: shown.day(_day(value), language),
            "number": lambda value: shown.number(value, language),
            "hours": lambda value: shown.hours(value, language),
            "age": words.age,
            "message": words.shown,
            "by-language": lambda value: str(value[LANGUAGES.index(language)]),
        }

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The value, or None for one that is not given."""
        return kwargs.get(key) if isinstance(key, str) else super().get_value(key, args, kwargs)

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value as the text asks for it; what does not fit its format is shown as it is."""
        if format_spec == "fact":
            return self._words.fact(value)
        if value is None:
            return shown.NOTHING
        known = self._formats.get(format_spec)
        try:
            return known(value) if known else self._words.name(format_spec, value)
        except (ValueError, TypeError, ArithmeticError):
            return str(value)


def _moment(value: object) -> datetime:
    """Values that were kept as JSON are texts."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
