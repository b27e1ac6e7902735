"""What pyproject.toml declares is what the pinned lists pin, for a Python that it allows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from requirements.pinned import ROOT

_DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_RUN = _DECLARED["project"]["dependencies"]
_EMBEDDED = _DECLARED["project"]["optional-dependencies"]["embedded"]
_DEV = _DECLARED["dependency-groups"]["dev"]


@pytest.mark.parametrize(
    ("pinned", "declared"),
    [("run.txt", _RUN), ("alone.txt", [*_RUN, *_EMBEDDED]), ("dev.txt", [*_RUN, *_EMBEDDED, *_DEV])],
)
def test_what_is_declared_is_pinned_and_the_pin_is_allowed(pinned: str, declared: list[str]) -> None:
    pins = _pins((ROOT / "requirements" / pinned).read_text("utf-8").splitlines())
    for wanted in map(Requirement, declared):
        versions = pins.get(canonicalize_name(wanted.name), [])
        assert versions, f"{wanted.name} is declared but not in {pinned}: compile it (CONTRIBUTING.md)"
        assert all(wanted.specifier.contains(version) for version in versions)


def test_nothing_else_says_what_we_need() -> None:
    assert not list((ROOT / "requirements").glob("*.in"))


def _pins(lines: Iterable[str]) -> dict[str, list[Version]]:
    pins: dict[str, list[Version]] = {}
    for line in lines:
        if line and not line.startswith((" ", "#")):
            pin = Requirement(line.removesuffix("\\").strip())
            (only,) = pin.specifier
            pins.setdefault(canonicalize_name(pin.name), []).append(Version(only.version))
    return pins
