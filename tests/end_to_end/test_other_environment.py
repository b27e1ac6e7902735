"""A worker with the credentials of another AFAS environment, beside a whole Loonbrug: nothing goes there."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.end_to_end.stage import THE_WEEK, a_stage
from workers.demo.afas_side import AfasSide, start_afas
from workers.demo.command import monday_before_last
from workers.demo.processes import start_python

pytestmark = pytest.mark.slow
_AT_LEAST = 3
LINE = (
    "loonbrug: the credentials open T12345AB, but this database (main) belongs to T12345AA:"
    " correct them; on purpose: loonbrug environment"
)


class Stranger:
    """A worker process with another AFAS's credentials, started again and again as a supervisor would."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self._environ = environ
        self._log = log
        self.codes: list[int] = []

    def insist(self, over: threading.Event) -> None:
        while not over.is_set() or len(self.codes) < _AT_LEAST:
            with self._log.open("ab") as output:
                process = start_python("workers", "work", environ=self._environ, output=output)
            self.codes.append(process.wait(60))
            time.sleep(0.5)

    def lines(self) -> list[str]:
        told = self._log.read_text("utf-8").splitlines()
        return [line for line in told if not line.startswith("{")]


def test_what_is_approved_goes_to_the_afas_that_the_database_belongs_to(tmp_path: Path) -> None:
    copy = start_afas(
        workers=24, weeks=2, seed=1, start=monday_before_last(), time_limit=4.0, identity="T12345AB"
    )
    try:
        with a_stage(tmp_path) as stage:
            before = copy.effects()
            stranger = Stranger(_led_astray(stage.product.environ, copy), tmp_path / "stranger.log")
            stage.play_beside(stranger.insist)
            reckoning = stage.reckon()
            assert reckoning.differences == []
            assert reckoning.numbers == THE_WEEK
            assert copy.effects() == before, "the other AFAS saw no write"
        asked = copy.calls()
        assert set(stranger.codes) == {2}
        assert set(stranger.lines()) == {LINE}
        assert len(stranger.lines()) == len(stranger.codes), "one line for each"
        assert {each["connector"] for each in asked["calls"]} <= {"metainfo", "oauth"}, asked
    finally:
        copy.close()


def _led_astray(environ: object, other: AfasSide) -> dict[str, str]:
    assert isinstance(environ, dict)
    return environ | {
        "LOONBRUG_AFAS_URL": other.address,
        "LOONBRUG_AFAS_CLIENT_ID": other.client_id,
        "LOONBRUG_AFAS_CLIENT_SECRET": other.client_secret,
    }
