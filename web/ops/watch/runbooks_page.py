"""What to do about an alert: its runbook, as it is written, since mails and webhooks lead here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from domain.errors import NotFound
from domain.message import Message
from domain.watch.alert import KINDS
from web.ops.access.access import SignedIn
from web.ops.shell import page

router = APIRouter()

RUNBOOKS = Path(__file__).parents[3] / "docs" / "ops" / "runbooks"


@router.get("/runbooks/{name}")
def runbook(request: Request, _: SignedIn, name: str) -> Response:
    """The runbook of one alert. Only names of alerts are looked up, so no other file can be asked for."""
    file = RUNBOOKS / f"{name}.md"
    if name not in KINDS or not file.is_file():
        raise NotFound(Message("no-such.runbook"))
    return page(request, "watch/runbook.html", name=name, blocks=list(blocks(file.read_text("utf-8"))))


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a runbook. ``kind``: heading, code (as it is typed and answered) or prose."""

    kind: str
    text: str


def blocks(text: str) -> Iterator[Block]:
    """The pieces below the title. It has headings, paragraphs, numbered steps and commands, and no more.

    >>> [each.kind for each in blocks("# x\\n\\n## What it means\\n\\nThis.\\n\\n```\\n$ ls\\n```\\n")]
    ['heading', 'prose', 'code']
    """
    _, _, body = text.partition("\n")
    for place, part in enumerate(re.split(r"^```\n", body, flags=re.MULTILINE)):
        if place % 2:
            yield Block("code", part)
            continue
        for piece in re.split(r"\n\n|\n(?=\d\. )", part):
            kind = "heading" if piece.strip().startswith("## ") else "prose"
            if words := " ".join(piece.split()).removeprefix("## "):
                yield Block(kind, words)
