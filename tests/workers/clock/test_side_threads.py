"""The clock's side threads: when they look, when they ping, and what they cost where nothing is set."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date

import pytest

from workers.clock.clock import STANDBY_PATIENCE, Clock, Parts
from workers.clock.side_threads import CHORES_EVERY, SETTLE, WATCH_EVERY, Duties, Watchman
from workers.compose.watch.expiry import CLASSIC_TOKENS_STOP, expiry
from workers.settings import SettingsWrong, read_settings

TODAY = date(2026, 11, 20)


class Round:
    """A watchman whose time, lead and findings are ours."""

    def __init__(self) -> None:
        self.now = 0.0
        self.leads = True
        self.well = True
        self.done: list[str] = []
        duties = Duties(
            lambda: self.leads, self._watch, self._noted("ping"), (self._noted("chore"),), self._send
        )
        self.man = Watchman(duties, monotonic=lambda: self.now)

    def _watch(self) -> bool:
        self.done.append("watch")
        return self.well

    def _noted(self, what):
        return lambda: self.done.append(what)

    def _send(self) -> bool:
        return False

    def after(self, seconds: float) -> list[str]:
        """What was done by a look so many seconds later."""
        self.now += seconds
        before = len(self.done)
        self.man.look()
        self.man.tend()
        return self.done[before:]


@pytest.fixture
def turn():
    made = Round()
    made.after(0)
    return made


def test_nothing_is_judged_before_things_had_time_to_start(turn):
    assert turn.done == []
    assert turn.after(SETTLE) == ["watch", "ping", "chore"]


def test_it_looks_once_a_minute_and_pings_after_a_good_look(turn):
    turn.after(SETTLE)
    assert turn.after(1) == []
    assert turn.after(WATCH_EVERY) == ["watch", "ping"]


def test_no_ping_when_something_stands_still(turn):
    turn.well = False
    assert turn.after(SETTLE) == ["watch", "chore"]


def test_chores_are_done_every_hour(turn):
    turn.after(SETTLE)
    assert "chore" not in turn.after(WATCH_EVERY)
    assert "chore" in turn.after(CHORES_EVERY)


def test_a_chore_that_takes_long_holds_up_no_look():
    busy, done = threading.Event(), threading.Event()
    looked = threading.Semaphore(0)
    now = [0.0]

    def watch() -> bool:
        looked.release()
        now[0] += WATCH_EVERY
        return False

    def chore() -> None:
        busy.set()
        done.wait(60)

    man = Watchman(
        Duties(lambda: True, watch, lambda: None, (chore,), lambda: False),
        monotonic=lambda: now[0],
        settle=0.0,
    )
    man.start()
    try:
        assert busy.wait(30)
        assert all(looked.acquire(timeout=30) for _ in range(2))
    finally:
        done.set()
        man.stop()


def test_who_does_not_lead_does_nothing_and_settles_anew(turn):
    turn.after(SETTLE)
    turn.leads = False
    assert turn.after(WATCH_EVERY) == []
    turn.leads = True
    assert turn.after(WATCH_EVERY) == []
    assert turn.after(SETTLE) == ["watch", "ping"]


class Still:
    """A clock's parts that do nothing; the leader leads."""

    def lead(self) -> bool:
        return True

    def resign(self) -> None:
        pass

    def tick(self, *, late=0.0):
        return []

    def updates(self, *, late=0.0, limit=200):
        return []

    runs = updates

    def anything_stale(self, *, late=0.0) -> bool:
        return False

    def __getattr__(self, name):
        return lambda *_args, **_named: []


def test_a_clock_that_stopped_ticking_does_not_count_as_leading():
    now = [0.0]
    still = Still()
    parts = Parts("main", still, still, still, still, lambda: None, lambda: 0)
    clock = Clock(parts, monotonic=lambda: now[0])
    assert not clock.leads()
    clock.once()
    assert clock.leads()
    now[0] = STANDBY_PATIENCE + 1
    assert not clock.leads()


@pytest.mark.parametrize(
    ("environ", "info", "expected"),
    [
        ({"LOONBRUG_AFAS_TOKEN": "x"}, {}, CLASSIC_TOKENS_STOP),
        ({"LOONBRUG_AFAS_TOKEN": "x"}, {"tokenExpiry": "2026-12-01"}, date(2026, 12, 1)),
        ({"LOONBRUG_AFAS_TOKEN": "x"}, {"tokenExpiry": "2030-12-01"}, CLASSIC_TOKENS_STOP),
        ({"LOONBRUG_AFAS_CLIENT_ID": "c", "LOONBRUG_AFAS_CLIENT_SECRET": "s"}, {"tokenExpiry": "0"}, None),
        (
            {
                "LOONBRUG_AFAS_CLIENT_ID": "c",
                "LOONBRUG_AFAS_CLIENT_SECRET": "s",
                "LOONBRUG_AFAS_SECRET_EXPIRES": "2027-01-02",
            },
            {"tokenExpiry": "0"},
            date(2027, 1, 2),
        ),
    ],
)
def test_when_the_token_or_secret_expires(environ, info, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert expiry(info, read_settings(environ), TODAY) == expected


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"LOONBRUG_WEBHOOK_URL": "https://x.nl"}, "LOONBRUG_WEBHOOK_URL, LOONBRUG_WEBHOOK_SECRET: set both"),
        (
            {"LOONBRUG_WEBHOOK_URL": "http://x.nl", "LOONBRUG_WEBHOOK_SECRET": "whsec_" + "A" * 32},
            "LOONBRUG_WEBHOOK_URL: the address must start with https://",
        ),
        (
            {"LOONBRUG_WEBHOOK_URL": "https://x.nl", "LOONBRUG_WEBHOOK_SECRET": "kanarie"},
            "LOONBRUG_WEBHOOK_SECRET: a webhook secret is whsec_",
        ),
        ({"LOONBRUG_ALERT_MAIL": "ops@example.nl"}, "LOONBRUG_ALERT_MAIL: needs a mail server"),
        (
            {"LOONBRUG_SMTP_HOST": "mail.example.nl", "LOONBRUG_SMTP_SECURITY": "none"},
            "LOONBRUG_SMTP_SECURITY: none is for a mail server on this machine only",
        ),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT: must start with"),
        ({"LOONBRUG_PING_URL": "kanarie"}, "LOONBRUG_PING_URL: must start with"),
    ],
)
def test_settings_that_cannot_work_are_told_without_their_value(environ, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsWrong) as caught:
        read_settings(environ)
    assert any(problem.startswith(told) for problem in caught.value.problems), caught.value.problems
    assert "kanarie" not in str(caught.value)


@pytest.mark.slow
def test_without_an_endpoint_no_exporter_of_traces_is_imported():
    program = (
        "import sys, workers.compose, workers.run.parts, web.app\n"
        "from workers.settings import Settings\n"
        "from workers.compose.watch.tracing import open_spans\n"
        "with open_spans(Settings(), 'work') as spans, spans.span('x'):\n"
        "    assert spans.current() is None\n"
        "ours = ('opentelemetry.exporter', 'connectors.telemetry')\n"  # redis imports parts of its own accord
        "assert not [name for name in sys.modules if name.startswith(ours)]\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
