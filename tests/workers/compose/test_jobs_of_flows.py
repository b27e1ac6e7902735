"""The jobs themselves: a run that is handed back, a pause that is probed."""

from __future__ import annotations

from typing import Any, cast

import pytest

from connectors.store.running.control import Control
from domain.errors import TryLater
from domain.message import verbatim
from domain.outbox.verdicts import PauseEnvironment
from tests.stages.spoken import en
from workers.compose.jobs_of_flows import Flows
from workers.jobs.hints import NoHints


class Afas:
    """An AFAS of which only the version is asked."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)

    def version(self) -> str:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def flows(database, afas: Afas) -> Flows:
    none = cast("Any", None)
    return Flows(
        environment="main",
        afas=cast("Any", afas),
        puller=none,
        deliverer=none,
        replays=none,
        reconciling=none,
        derive_stale=lambda: 0,
        control=Control(database, "main"),
        wake=NoHints(),
        stopping=lambda: False,
    )


def execute(database, statement: str) -> None:
    with database.connection() as connection:
        connection.execute(statement)


@pytest.mark.slow
def test_a_pause_of_our_own_ends_only_when_afas_answers(database):
    execute(
        database,
        "insert into environment (environment, paused_until) values ('main', now() + interval '3 seconds')",
    )
    afas = Afas(TryLater("away", after=600.0), "8.0.3")
    probing = flows(database, afas)
    probing.probe()
    state = Control(database, "main").state()
    assert state.pause_reason
    assert en(state.pause_reason) == "AFAS: away"
    probing.probe()
    assert len(afas.answers) == 1, "the pause is long now: nothing is asked"
    execute(database, "update environment set paused_until = now()")
    probing.probe()
    assert Control(database, "main").state().paused_until is None


@pytest.mark.slow
def test_a_pause_of_a_person_is_never_probed(database):
    Control(database, "main").pause("audit")
    flows(database, Afas()).probe()
    Control(database, "main").end_pause()
    Control(database, "main").extend_pause(PauseEnvironment((1,), verbatim("no")))
    assert Control(database, "main").state().pause_reason == verbatim("audit")


@pytest.mark.slow
def test_a_healthy_environment_is_not_probed(database):
    flows(database, Afas()).probe()
