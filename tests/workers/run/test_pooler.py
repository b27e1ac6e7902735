"""Processes on a pooler in transaction mode do not start."""

from __future__ import annotations

import pytest

from tests.stages.pooling import pooled
from tests.workers.run.processes import command, on


@pytest.mark.slow
@pytest.mark.parametrize("words", [("work",), ("clock",), ("web",), ("up",), ("doctor",)])
def test_start_and_doctor_refuse_it_in_one_line(environ, database_url, tmp_path, words):
    with pooled(database_url) as url:
        done = command(environ | on(url, tmp_path) | {"REDIS_URL": "redis://127.0.0.1:1/0"}, tmp_path, *words)
    assert done.returncode == 2, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("loonbrug: ")]
    assert len(told) == 1
    assert "pooler in transaction mode" in told[0]
    assert "Traceback" not in done.stderr
