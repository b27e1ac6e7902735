"""Where settings come from, and what is said when they are wrong. No value is ever repeated in a message."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from connectors.notify.addresses import read_address, split_addresses
from domain.file_text import text_of, unseen_in

FILE = "loonbrug.toml"
_MARK = "\ufeff"
_AROUND = f"{_MARK} \t\r\n"
"""What an editor on Windows, or a file of variables that it saved, leaves around a value."""
_WITHOUT_PREFIX = ("database_url", "redis_url", "otel_exporter_otlp_endpoint")
Fields = Mapping[str, FieldInfo]


def variable(field: str) -> str:
    """The environment variable of a setting.

    >>> variable("afas_url"), variable("redis_url")
    ('LOONBRUG_AFAS_URL', 'REDIS_URL')
    """
    return field.upper() if field in _WITHOUT_PREFIX else f"LOONBRUG_{field.upper()}"


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting is a secret, which may also come from the file named in ``..._FILE``."""
    return bool(field.annotation == SecretStr | None)


def read_sources(fields: Fields, environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What was set, and what could not be read: one line each.

    Environment variables (an empty one counts as not set) go before files of secrets, and those before
    ``loonbrug.toml`` in the current folder, or the file that ``LOONBRUG_CONFIG`` names.
    """
    environ = {name.lstrip(_MARK): text.strip(f"{_MARK}\r\n") for name, text in environ.items()}
    values, problems = _from_toml(fields, environ)
    for name, field in fields.items():
        text = environ.get(variable(name))
        file = environ.get(f"{variable(name)}_FILE") if is_secret(field) else None
        if text and file:
            problems.append(f"{variable(name)}: set it or {variable(name)}_FILE, not both")
        elif file:
            text = _secret(file, f"{variable(name)}_FILE", problems)
        if text:
            values[name] = text
    unusable = [name for name, value in values.items() if isinstance(value, str) and unseen_in(value)]
    for name in unusable:
        del values[name]
        problems.append(f"{variable(name)}: holds a line end or a mark that cannot be seen; write it anew")
    return values, problems + _misspelt(fields, environ)


def as_pairs(value: object) -> object:
    """``a=1,b=2`` as a dict; anything else is left to be judged.

    >>> as_pairs("hours=15, claims=20")
    {'hours': '15', 'claims': '20'}
    """
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if any(not equals for _, equals, _ in pairs):
        raise ValueError("write pairs such as name=value,name=value")
    return {key.strip(): text.strip() for key, _, text in pairs}


def as_list(value: object) -> object:
    """``5,15,30`` as a list; anything else is left to be judged.

    >>> as_list("5, 15")
    ['5', '15']
    """
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def as_addresses(value: object) -> object:
    """Mail addresses as a list; a comma between quotes belongs to a name."""
    return split_addresses(value) if isinstance(value, str) else value


def as_address(value: str) -> str:
    """A mail address, checked and left as it was written. Raises ValueError."""
    read_address(value)
    return value


def as_line(problem: Mapping[str, Any]) -> str:
    """One of pydantic's problems in a line that names the variable and not the value."""
    place = [str(part) for part in problem["loc"]]
    text = str(problem["msg"]).removeprefix("Value error, ")
    within = f" (at {'.'.join(place[1:])})" if place[1:] else ""
    return f"{variable(place[0])}: {text[:1].lower()}{text[1:]}{within}"


def _secret(file: str, name: str, problems: list[str]) -> str | None:
    try:
        text = text_of(Path(file).read_bytes()).strip(_AROUND)
        return "".join(map(str.strip, text.splitlines())) if text.startswith("<") else text  # AFAS's token
    except OSError as error:
        problems.append(f"{name}: cannot be read ({type(error).__name__})")
    except ValueError as error:
        problems.append(f"{name}: its file {error}")
    return None


def _from_toml(fields: Fields, environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    chosen = environ.get("LOONBRUG_CONFIG")
    path = Path(chosen or FILE)
    if not chosen and not path.exists():
        return {}, []
    try:
        values = tomllib.loads(text_of(path.read_bytes()))
    except OSError as error:
        return {}, [f"{path}: cannot be read ({type(error).__name__})"]
    except tomllib.TOMLDecodeError as error:
        return {}, [f"{path}: {error}"]
    except ValueError as error:
        return {}, [f"{path}: {error}"]
    strange = [
        f"{path}: no such setting: {name}{_perhaps(name, fields)}" for name in values if name not in fields
    ]
    return {name: value for name, value in values.items() if name in fields}, strange


_OF_THE_TERMINAL = {"LOONBRUG_CLI_LANGUAGE", "LOONBRUG_OPERATOR"}
"""What a person sets for a shell, and no process reads as a setting: ``workers.cli`` does."""


def _misspelt(fields: Fields, environ: Mapping[str, str]) -> list[str]:
    """Variables that look like one of ours. Others with our prefix belong to the launcher or to scripts."""
    known = {variable(name) for name in fields} | _OF_THE_TERMINAL
    known |= {f"{variable(name)}_FILE" for name, field in fields.items() if is_secret(field)}
    strange = sorted(name for name in environ if name.startswith("LOONBRUG_") and name not in known)
    return [f"{name}: no such setting{near}" for name in strange if (near := _perhaps(name, known))]


def _perhaps(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.88)
    return f"; did you mean {near[0]}?" if near else ""
