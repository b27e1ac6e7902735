"""The table of ``docs/settings.md``, made of the settings: ``python -m workers.settings_table``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from workers.settings import Settings
from workers.settings_sources import is_secret, variable

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"
_BEGIN, _END = "<!-- settings: begin -->\n", "<!-- settings: end -->\n"


def settings_table() -> str:
    """Every setting in a row: its variable, what it means, its default."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| setting | meaning | default |", "|---|---|---|", *rows]) + "\n"


def with_table(document: str) -> str:
    """The document with the table between its marks made anew."""
    before, _, rest = document.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{settings_table()}{_END}{after}"


def _row(name: str, field: FieldInfo) -> str:
    secret = f" or `{variable(name)}_FILE`" if is_secret(field) else ""
    return f"| `{variable(name)}`{secret} | {field.description} | {_default(field.default)} |"


def _default(value: Any) -> str:
    if value in (None, {}, ()):
        return ""
    if isinstance(value, tuple):
        return f"`{','.join(f'{each:g}' for each in value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")
