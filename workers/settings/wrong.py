"""The settings cannot work: the one error that ends a command before anything starts."""

from __future__ import annotations

from domain.errors import LoonbrugError


class SettingsWrong(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """The settings cannot work. ``problems``: one line each, without any value of a secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
