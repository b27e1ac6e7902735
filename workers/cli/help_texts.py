"""The help of commands in the language of the terminal. The English stands in the code, as typer wants it."""

# ruff: noqa: PLC0415 - help is asked for seldom, and what it needs is read then

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from words import Words

FRAME = ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE", "ERRORS_PANEL_TITLE",
          "DEFAULT_STRING", "REQUIRED_LONG_STRING", "ABORTED_TEXT", "RICH_HELP")  # fmt: skip
"""What typer itself writes around the texts; what it does not offer to change (``Usage:``) stays English."""


HELP = ["-h", "--help"]


def texts_of(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The id of each text of help with what bears it: commands and their parameters, all the way down."""
    name = f"help.{'-'.join(path) or 'loonbrug'}"
    yield name, command
    for parameter in command.params:
        if getattr(parameter, "help", None) and parameter.name != "help":
            yield f"{name}.{parameter.name.replace('_', '-')}", parameter
    for name_of_part, part in getattr(command, "commands", {}).items():
        yield from texts_of(part, (*path, name_of_part))


def translate(command: Any, words: Words) -> None:
    """Give a command, its parameters and all below it their help in these words."""
    from typer import Context, rich_utils

    for text, bearer in texts_of(command):
        bearer.help = words(text)
        if hasattr(bearer, "get_help_option"):
            bearer.get_help_option(Context(bearer, help_option_names=HELP)).help = words("help.of-this")
        if panel := getattr(bearer, "rich_help_panel", None):
            bearer.rich_help_panel = words.name("help-panel", panel)
    for each in FRAME:
        setattr(rich_utils, each, words.name("help-frame", each))
