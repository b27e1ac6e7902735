"""One update's whole life: the decision, every contact with AFAS, what a person did about it."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workers.cli.door import Json, open_store, settings, shallow, show_json
from workers.cli.language import phrase

if TYPE_CHECKING:
    from domain.outbox.delivery import UpdateView

_DECIDED = ("decided_at", "kind", "contact", "client_name", "channel", "key_name", "version")
_ABOUT = ("number", "status", "client", "client_name", "week", "hours", "placement", "employee")
_NEIGHBOUR = ("id", "kind", "state", "reason", "before")
_REPLAY = ("id", "state", "prospect", "why", "outcome", "told", "asked_by", "asked_at", "begun_by")
"""What is told of each. Names of people stay out: the numbers lead to them at the console and in AFAS."""


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(rich_help_panel="Look")(show)


def show(
    update: Annotated[int, typer.Argument(metavar="ID")],
    *,
    as_json: Json = False,
) -> None:
    """One update: who decided it and when, every contact with AFAS about it, how it stands."""
    from domain.errors import NotFound
    from domain.message import Message

    chosen = settings()
    with open_store(chosen) as store:
        life = store.updates
        standing = life.standing(update)
        if standing is None:
            raise NotFound(Message("no-such.update-see", {"update": update}))
        subject = standing.update.subject
        around = {
            "decision": _only(_DECIDED, life.decision(update)),
            "declaration": _only(_ABOUT, life.declaration(subject)),
            "edits": _edits(standing),
            "neighbours": [_only(_NEIGHBOUR, each) for each in life.neighbours(update, subject)],
            "replays": [_only(_REPLAY, each) for each in store.replay_reads.of_update(update)],
        }
    if as_json:
        show_json(_report(standing) | around)
    else:
        _print(_report(standing), around)


def _report(standing: UpdateView) -> dict[str, Any]:
    """An update as JSON. The payload stays out: it may hold personal data."""
    from workers.logs.redaction import redact

    update = {
        name: value for name, value in shallow(standing.update).items() if name not in ("payload", "token")
    }
    update["evidence"] = {name: redact(str(value)) for name, value in standing.update.evidence.items()}
    rest = {name: value for name, value in shallow(standing).items() if name != "update"}
    return update | rest | {"history": [shallow(each) for each in standing.history]}


def _edits(standing: UpdateView) -> list[dict[str, Any]]:
    """What was put right, with the values before and after where they cannot be personal."""
    from domain.failures.edit import edits_of

    return [
        {
            "at": edit["at"],
            "by": edit["by"],
            "reason": edit["reason"],
            "changes": {name: pair if pair else "personal" for name, pair in edit["changes"].items()},
        }
        for edit in edits_of(standing.update, personal=False)
    ]


def _only(names: tuple[str, ...], found: object | None) -> dict[str, Any] | None:
    return None if found is None else {name: getattr(found, name) for name in names}


def _print(report: dict[str, Any], around: dict[str, Any]) -> None:
    from workers.cli import tables

    history = report.pop("history")
    for title in ("decision", "declaration"):
        if around[title]:
            tables.line(f"The {title}", "italic")
            tables.pairs({f"  {name}": value for name, value in around[title].items()})
    tables.line(phrase("cli-failures.stands"), "italic")
    tables.pairs({f"  {name}": value for name, value in report.items()})
    _print_entries("Put right", around["edits"], ("at", "by"))
    _print_entries("What happened", history, ("at", "step", "outcome", "detail"))
    _print_entries("Before it and behind it", around["neighbours"], ("id", "kind", "state"))
    _print_entries("Replays", around["replays"], ("id", "state", "begun_by"))


def _print_entries(title: str, entries: list[dict[str, Any]], first: tuple[str, ...]) -> None:
    """Each on a line, what is left of it below."""
    from workers.cli import tables

    if entries:
        tables.line(title, "italic")
    for entry in entries:
        tables.line("  " + "  ".join(tables.text(entry[name]) for name in first))
        for name, value in entry.items():
            if value is not None and name not in first:
                tables.line(f"    {name.replace('_', ' ')}  {tables.text(value)}")
