"""Statements with names, in ``.sql`` files: found by their name, highlighted, read as they run.

    -- name --
    -- A sentence that says what it does.
    select ...

A statement ends where the next name begins. Parameters are psycopg's, ``%(name)s``; a ``%`` of its own is
written twice. There is no putting together of texts: what two statements share is a function or a view in
``schema/``, so that PostgreSQL knows it by the same name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_NAME = re.compile(r"^-- ([a-z_]+) --\n", re.MULTILINE)


def named(file: Path) -> Mapping[str, str]:
    """The statements of a file by their names. Raises ValueError when two have the same."""
    _, *parts = _NAME.split(file.read_text("utf-8"))
    names, texts = parts[::2], parts[1::2]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{file.name} has two statements called {', '.join(sorted(twice))}")
    return dict(zip(names, texts, strict=True))
