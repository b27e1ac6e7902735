"""Which programs a machine has: those of our wheels, and its own."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path


def wheel(package: str) -> Path | None:
    """The folder of an installed package, None where there is none. Its own Python is not imported."""
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return Path(folders[0]).resolve() if folders else None


def version(program: Path) -> str | None:
    """What ``program --version`` says. None when it is not there or the machine cannot execute it."""
    try:
        asked = subprocess.run(  # noqa: S603  # a server's program, no shell
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None
