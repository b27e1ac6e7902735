"""Every alert has its runbook: as a file with commands, and at the console."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.audit.entry import Verified
from domain.cutoff.when import Cutoff
from domain.declarations.onboarding_words import ItemsSeen, TaskWords
from domain.message import Message, verbatim
from domain.watch.alert import KINDS, Alert
from domain.watch.alerts import alerts_of
from domain.watch.facts import Facts, FlowFacts, Limits, Room, Stuck
from domain.watch.judge import Standing, judge
from domain.watch.waiting import Budgets, WaitingKind
from sync.watch.sources import BeforeCutoff, ClockJumped, HeldBack, UnknownWords, watch_trail
from sync.watch.waiting import WaitsTooLong
from sync.watch.watch import Audience, runbook
from web.ops.watch.runbooks_page import RUNBOOKS, Block, blocks
from words import Words


@pytest.mark.parametrize("name", KINDS)
def test_every_alert_has_a_runbook_that_says_what_it_means_how_to_see_it_and_what_to_do(name):
    text = (RUNBOOKS / f"{name}.md").read_text("utf-8")
    assert text.startswith(f"# {name}\n")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[:3] == ["What it means", "How to see it", "What to do"]


def test_every_runbook_belongs_to_an_alert():
    assert {file.stem for file in RUNBOOKS.glob("*.md")} == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_each_runbook_shows_commands(name):
    assert re.search(r"^\$ \./loonbrug ", (RUNBOOKS / f"{name}.md").read_text("utf-8"), re.MULTILINE)


def test_the_console_shows_a_runbook(as_viewer):
    answer = as_viewer.get("/ops/runbooks/unclear-update")
    assert answer.status_code == 200
    assert "What it means" in answer.text


@pytest.mark.parametrize("name", KINDS)
def test_a_dutch_reader_reads_in_dutch_what_a_runbook_is_about_and_where_to_look_in_it(as_viewer, name):
    shown = as_viewer.get(f"/ops/runbooks/{name}", headers={"Accept-Language": "nl"}).text
    title = Words("nl").name("alert", name)
    assert title not in (name, Words("en").name("alert", name))
    assert f"<h1>{title} <code" in shown
    assert re.findall("<h2>(.*)</h2>", shown) == ["Wat het betekent", "Hoe u het ziet", "Wat u doet"]


@pytest.mark.parametrize("name", KINDS)
def test_the_link_of_a_mail_to_its_runbook_leads_to_a_page(as_viewer, name):
    answer = as_viewer.get(runbook(name, Audience("main", console=str(as_viewer.base_url))))
    assert answer.status_code == 200
    assert f'<code class="soft">{name}</code></h1>' in answer.text
    assert "`" not in answer.text, "as a page, not as the text of its file"


def every_alert() -> list[Alert]:
    """One of each that the watch can tell, as it tells it."""
    flows = [FlowFacts("hours", False, True, 9e9, 1, rows_ahead=1), FlowFacts("claims", False, False, 9e9, 0)]
    stuck = [Stuck("approve", "unclear", 1, 9e9), Stuck("approve", "parked", 1, 9e9)]
    wrong = Facts(flows, stuck, None, False, date(2026, 1, 1), 1, {"mail": 1}, Room(9, 9, 9e9), {"key-1": 3})
    away = replace(wrong, paused_for=9e9, workers=0)
    now, heard = datetime(2026, 11, 26, 11, 0, tzinfo=UTC), list[Alert]()

    class All:
        """Everything that the sources ask, wrong."""

        at, reason, missing = now, verbatim("restored"), ()

        def search(self, **_: object) -> list[object]:
            return [object()]

        newest = search

        def state(self) -> Any:
            return self

        def raise_alert(self, alert: Alert) -> None:
            heard.append(alert)

    everything: Any = All()
    everything.newest = lambda _week, **_named: []
    watch_trail(lambda: Verified("main", 0, b"", 1, Message("audit-fault.no-head")), everything)
    before = BeforeCutoff(
        everything, everything, lambda _: [Cutoff("2026-W47", now, moved=False)], lambda: now
    )
    limits, today = Limits({}), date(2026, 11, 23)
    return [
        *alerts_of(judge(Standing(wrong, limits, today))),
        *alerts_of(judge(Standing(away, limits, today))),
        *before(),
        *HeldBack(everything)(),
        *WaitsTooLong(lambda: [WaitingKind("approve", 1, 9e9, 1)], Budgets(), lambda _: [], lambda: now)(),
        *UnknownWords(lambda: [ItemsSeen("Anders", None, closed=False, count=1)], TaskWords())(),
        *ClockJumped(lambda _seconds: 3600.0)(),
        *heard,
    ]


def test_a_runbook_is_taken_apart_into_headings_steps_and_commands():
    steps = "1. Look\n   twice.\n2. Then:\n\n```\n$ ./loonbrug status\n  all\n```\n\nDone.\n"
    text = f"# x\n\n## What to do\n\n{steps}"
    assert list(blocks(text)) == [
        Block("heading", "What to do"),
        Block("prose", "1. Look twice."),
        Block("prose", "2. Then:"),
        Block("code", "$ ./loonbrug status\n  all\n"),
        Block("prose", "Done."),
    ]


def test_the_link_of_every_alert_leads_to_a_page(as_viewer):
    alerts = every_alert()
    assert {alert.name for alert in alerts} == set(KINDS)
    for path in {alert.path for alert in alerts} - {"/ops/cutoff"}:  # has no parts here, and tests of its own
        assert as_viewer.get(path, follow_redirects=True).status_code == 200, path


@pytest.mark.parametrize("name", ["nonsense", "..%2f..%2fREADME", "../README"])
def test_no_other_file_can_be_asked_for(as_viewer, name):
    assert as_viewer.get(f"/ops/runbooks/{name}").status_code == 404


def test_who_is_not_signed_in_sees_none(visitor):
    assert visitor.get("/ops/runbooks/unclear-update").status_code in (303, 401)
