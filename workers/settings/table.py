"""The tables of ``docs/settings.md``, made of the settings: ``python -m workers.settings.table``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from workers.settings import SUBJECTS
from workers.settings.sources import is_secret, variable
from workers.settings.subject import Subject

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
_END = "<!-- end of the table -->\n"


def settings_table(subject: type[Subject]) -> str:
    """Every setting of a subject in a row: its variable, what it means, its default."""
    rows = [_row(name, field) for name, field in subject.model_fields.items()]
    return "\n".join(["| setting | meaning | default |", "|---|---|---|", *rows]) + "\n"


def with_tables(document: str) -> str:
    """The document with the table of every subject made anew between its marks. ValueError without them."""
    for subject in SUBJECTS:
        begin = f"<!-- table of {subject.__name__} -->\n"
        at = document.index(begin) + len(begin)
        document = document[:at] + settings_table(subject) + document[document.index(_END, at) :]
    return document


def _row(name: str, field: FieldInfo) -> str:
    secret = f" or `{variable(name)}_FILE`" if is_secret(field) else ""
    return f"| `{variable(name)}`{secret} | {field.description} | {_default(field.default)} |"


def _default(value: Any) -> str:
    if value in (None, {}, ()):
        return ""
    if isinstance(value, bool):
        return f"`{value}`".lower()
    if isinstance(value, tuple):
        return f"`{','.join(each if isinstance(each, str) else f'{each:g}' for each in value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text("utf-8")), "utf-8")
