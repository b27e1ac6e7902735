"""What runs in the image: every package that ``run.txt`` pins for it, and what we carry along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).parents[1]
RUN = ROOT / "requirements" / "run.txt"
_IMAGE: Mapping[str, str] = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.0",
    "python_version": "3.13",
    "sys_platform": "linux",
}
"""The image's platform (Dockerfile), so that everybody's machine tells the same."""


class NotInstalledError(Exception):
    """The environment of the tools has another version than ``run.txt`` pins; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that runs. ``needs``: the names of others of the list that it uses."""

    name: str
    version: str
    licence: str
    needs: frozenset[str] = frozenset()


CARRIED = (
    Package("htmx", "2.0.11", "0BSD"),
    Package("DejaVu fonts", "2.37", "Bitstream-Vera"),
)
"""What lies in our own tree, each with its licence beside it."""


def pinned(file: Path = RUN) -> list[Package]:
    """The packages that ``file`` pins for the image, by name. Raises NotInstalledError."""
    wanted = [
        each for each in _requirements(file) if each.marker is None or each.marker.evaluate(dict(_IMAGE))
    ]
    names = {canonicalize_name(each.name) for each in wanted}
    return [_package(each, names) for each in sorted(wanted, key=lambda each: canonicalize_name(each.name))]


def _requirements(file: Path) -> Iterator[Requirement]:
    for line in file.read_text("utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            yield Requirement(line.removesuffix("\\").strip())


def _package(requirement: Requirement, names: set[NormalizedName]) -> Package:
    name = canonicalize_name(requirement.name)
    version = str(requirement.specifier).removeprefix("==")
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        found = None
    if found is None or found.version != version:
        raise NotInstalledError(
            f"{name} {version} is not what is installed here: pin run.txt and dev.txt together"
        )
    return Package(name, version, _licence(found), frozenset(_needs(found, names) - {name}))


def _licence(found: metadata.Distribution) -> str:
    """As the package says it: an SPDX expression, else trove classifiers, else a text of its own."""
    about = found.metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = about.get_all("Classifier") or []
    named = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License :: ")]
    said = about["License"].strip() if "License" in about else ""
    if named and named != ["OSI Approved"]:
        return ", ".join(sorted(named))
    return said.splitlines()[0] if said else "not said"


def _needs(found: metadata.Distribution, names: set[NormalizedName]) -> set[NormalizedName]:
    environment = {key: str(value) for key, value in default_environment().items()} | dict(_IMAGE)
    wanted = (Requirement(text) for text in found.requires or [])
    return {
        canonicalize_name(each.name)
        for each in wanted
        if each.marker is None or each.marker.evaluate(environment | {"extra": ""})
    } & names
