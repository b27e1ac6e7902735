"""An AFAS, and the settings of processes that belong to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import Running, start_sandbox
from tests.workers.run.processes import free_port


@pytest.fixture(scope="module")
def afas() -> Iterator[Running]:
    with start_sandbox() as running:
        yield running


@pytest.fixture
def environ(afas: Running, tmp_path: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LOONBRUG_")}
    for name in ("DATABASE_URL", "REDIS_URL"):
        clean.pop(name, None)
    return clean | {
        "PYTHONPATH": str(Path.cwd()),
        "LOONBRUG_AFAS_URL": afas.url,
        "LOONBRUG_AFAS_TOKEN": afas.token,
        "LOONBRUG_DATA": str(tmp_path / "data"),
        "LOONBRUG_HTTP": f"127.0.0.1:{free_port()}",
        "LOONBRUG_INTERVALS": "hours=1,claims=1",
        "LOONBRUG_WORKERS": "1",
        "LOONBRUG_THREADS": "4",
        "LOONBRUG_STOP_SECONDS": "10",
        "LOONBRUG_LOG": "json",
    }
