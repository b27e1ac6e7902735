"""``./loonbrug sbom``: what runs, as a CycloneDX bill of materials (JSON). Only its time differs."""

from __future__ import annotations

import sys
import tomllib
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from requirements.pinned import CARRIED, ROOT, RUN, NotInstalledError, Package, pinned

_LICENCES = LicenseFactory()
"""An SPDX id or expression where it is one; else the name as it was said."""


def sbom() -> str:
    """The document. Raises NotInstalledError."""
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, f"loonbrug {RUN.read_text('utf-8')}"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[_LICENCES.make_from_string(project["license"])],
    )
    bom.metadata.component = ours
    packages = pinned()
    parts = {each.name: _component(each, purl=True) for each in packages}
    parts |= {each.name: _component(each, purl=False) for each in CARRIED}
    for part in parts.values():
        bom.components.add(part)
    bom.register_dependency(ours, parts.values())
    for each in packages:
        bom.register_dependency(parts[each.name], [parts[name] for name in sorted(each.needs)])
    return JsonV1Dot6(bom).output_as_string(indent=1)


def _component(package: Package, *, purl: bool) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=package.name,
        purl=PackageURL("pypi", name=package.name, version=package.version) if purl else None,
        licenses=[_LICENCES.make_from_string(package.licence)],
    )


if __name__ == "__main__":
    try:
        print(sbom())  # noqa: T201
    except NotInstalledError as reason:
        print(f"loonbrug: {reason}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
