"""The demo as a person starts it: how it ends, what it says last, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.processes import WORK, family_of, find, kill, wait_until_gone
from tests.end_to_end.stage import THE_WEEK, a_stage
from workers.demo.command import conclude, monday_before_last
from workers.demo.reckoning import reckon
from workers.demo.telling import Teller
from workers.demo.week import Week

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def a_demo(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The demo in a process of its own, its folder for temporary files in ``folder``."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "workers", "demo", *options],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield demo
    finally:
        kill(demo.pid)
        demo.communicate()


def wait_for_line(demo: subprocess.Popen[str], words: str) -> None:
    assert demo.stdout
    for line in demo.stdout:
        if words in line:
            return
    raise AssertionError(f"the demo ended without saying {words!r}")


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_demo_that_fails_says_so_on_standard_error(tmp_path: Path, form: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "workers", "demo", "--once", "--port", port, *form],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("loonbrug: the demo failed: Loonbrug ended with exit code 2")
    assert "failed" not in done.stdout


def test_the_demo_ends_by_itself_with_counts_on_which_both_sides_agree(tmp_path: Path) -> None:
    with a_demo(tmp_path, "--once", "--json") as demo:
        said, _ = demo.communicate(timeout=240)
    last = json.loads(said.splitlines()[-1])
    assert {name: last[name] for name in THE_WEEK} == THE_WEEK
    assert last["afas_calls"] > 100
    assert last["faults_injected"] >= 8
    assert 5 < last["seconds"] < 240
    assert last["differences"] == []
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["ready; portal API", "approved by their contacts"])
def test_ctrl_c_ends_the_demo_and_leaves_no_process_and_no_folder(words: str, tmp_path: Path) -> None:
    with a_demo(tmp_path) as demo:
        wait_for_line(demo, words)
        family = family_of(demo.pid)
        assert len(family) > 8, "the sandbox, the supervisor, web, two workers, clock, two servers"
        os.killpg(demo.pid, signal.SIGINT)
        said, _ = demo.communicate(timeout=60)
        assert demo.returncode == 0, said
        assert wait_until_gone(family) == set()
    assert list(tmp_path.iterdir()) == []


def test_the_password_that_the_demo_tells_opens_its_console(tmp_path: Path) -> None:
    with a_stage(tmp_path) as stage, httpx.Client(base_url=stage.product.address, trust_env=False) as browser:
        password = stage.product.let_in("demo")
        form = re.search(r'name="csrf" value="(\w+)"', browser.get("/ops/sign-in").text)
        assert form
        fields = {"csrf": form[1], "name": "demo", "password": password}
        answer = browser.post("/ops/sign-in", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/ops/code?next=/ops/")


def test_ctrl_c_while_the_demo_starts_leaves_nothing_either(tmp_path: Path) -> None:
    with a_demo(tmp_path) as demo:
        wait_for_line(demo, "starting a sandbox")
        time.sleep(1.5)  # somewhere in the start; wherever it is, the outcome must be the same
        family = family_of(demo.pid)
        os.killpg(demo.pid, signal.SIGINT)
        said, _ = demo.communicate(timeout=60)
        assert demo.returncode == 0, said
        assert wait_until_gone(family) == set()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_demo_takes_all_its_processes_along(tmp_path: Path) -> None:
    with a_demo(tmp_path) as demo:
        wait_for_line(demo, "ready; portal API")
        family = family_of(demo.pid)
        kill(demo.pid)
        demo.wait()
        assert wait_until_gone(family) == set()


class ShortWeek(Week):
    """Only what is needed for approvals to arrive."""

    def play(self) -> None:
        self._book()
        self._submit()
        self._decide()
        self._wait_for_delivery()


@contextmanager
def workers_frozen(supervisor: int) -> Iterator[None]:
    """What happens in AFAS meanwhile stays hidden from the portal."""
    workers = [find(supervisor, WORK, number) for number in (0, 1)]
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)


def test_an_approval_that_got_lost_in_afas_makes_the_demo_end_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_stage(tmp_path, ShortWeek) as stage, ExitStack() as frozen:
        stage.week.play()
        approved = stage.portal.declarations(stage.week.week, "approved")[0]
        line = stage.portal.one(f"declarations/{approved['number']}")["lines"][0]["line"]
        frozen.enter_context(workers_frozen(stage.product.process.pid))
        stage.afas.people("change-quantity", line=line, quantity=6.5)
        code = conclude(stage.afas, stage.portal, Teller(), stage.week, monday_before_last(), as_json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "verified_in_afas: AFAS 23, portal 24" in told["differences"]
    assert code == 1


def declaration(number: str, **changes: object) -> dict[str, object]:
    """One approved and paid declaration of 40 hours, as the portal shows it."""
    history = [{"event": event} for event in ("to-approve", "approved", "seen-in-afas", "paid")]
    item = {"number": number, "status": "paid", "hours": "40", "delivery": {"state": "done"}}
    return item | {"history": history} | changes


def afas(**changes: object) -> dict[str, object]:
    """The same in AFAS's own counts."""
    counts = {"declarations": 1, "approved_externally": 1, "documents_signed": 0, "duplicate_effects": 0}
    return counts | {"hours_approved": 40.0, "hours_paid": 40.0} | changes


def test_two_sides_that_agree_have_no_differences() -> None:
    assert reckon(afas(), {"approvals": {"5.01": 1}}, [declaration("5.01")], 0).differences == []


@pytest.mark.parametrize(
    ("state", "effects", "names"),
    [
        (afas(approved_externally=0), {"approvals": {}}, "approved in the portal, not in AFAS: 5.01"),
        (afas(hours_paid=39.0), {"approvals": {"5.01": 1}}, "hours_paid: AFAS 39.0, portal 40.0"),
        (
            afas(duplicate_effects=1),
            {"approvals": {"5.01": 2}},
            "happened more than once in AFAS: approvals 5.01",
        ),
        (afas(declarations=2), {"approvals": {"5.01": 1}}, "declarations: AFAS 2, portal 1"),
        (afas(documents_signed=1), {"approvals": {"5.01": 1}}, "documents_signed: AFAS 1, portal 0"),
        (afas(), {"approvals": {"5.01": 1}, "rejections": {"5.01": 1}}, "rejected: AFAS 1, portal 0"),
    ],
)
def test_whatever_differs_between_the_two_sides_is_named(
    state: dict[str, object], effects: dict[str, dict[str, int]], names: str
) -> None:
    assert names in reckon(state, effects, [declaration("5.01")], 0).differences
