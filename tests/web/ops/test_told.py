"""What Loonbrug says of updates and rows is said in Dutch too; what AFAS says stays as it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mappings
from web.ops.told import told

ROOT = Path(mappings.__file__).parents[1]
SAID_IN = (
    *("mappings/outbox/approvals.py", "mappings/outbox/rejections.py", "mappings/outbox/signed_documents.py"),
    *(
        "mappings/outbox/mobile_numbers.py",
        "mappings/outbox/questions.py",
        "mappings/outbox/steps.py",
        "domain/outbox/policy.py",
    ),
)
_SAYING = ("Seen", "Park", "Unclear", "Void", "Wait", "Unsendable", "Planned")


def said() -> list[str]:
    """The texts that are given to what is said about an update, with values as 7."""
    texts: set[str] = set()
    for path in SAID_IN:
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _SAYING:
                texts |= {text for each in node.args if len((text := _text(each)).split()) > 2}
    return sorted(texts)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("text", said())
def test_every_reason_of_ours_has_its_dutch(text):
    assert told(text, "nl") != text
    assert told(text, "en") == text


def test_there_is_something_to_translate():
    assert len(said()) > 20
    assert "it waits for approval" in said()


@pytest.mark.parametrize(
    ("text", "dutch"),
    [
        ("it waits for approval; would be sent", "zij wacht op goedkeuring; wordt verstuurd"),
        ("user:anna replayed it (replay 3); it is done now: Dat mag niet.",
         "user:anna heeft haar herhaald (herhaling 3); zij is nu gezien in AFAS: Dat mag niet."),
        ("AFAS shows a row that we cannot read: column Quantity: not a number",
         "AFAS toont een regel die wij niet kunnen lezen: kolom Quantity: geen getal"),
        ("Kostenplaats 'TACB' is geblokkeerd.", "Kostenplaats 'TACB' is geblokkeerd."),
        ("sent # times, and AFAS never showed it", "# keer verstuurd, en AFAS heeft het nooit getoond"),
        ("update 4 is unclear and cannot be cancelled: it waits for approval",
         "wijziging 4 is onduidelijk en kan niet vervallen: zij wacht op goedkeuring"),
    ],
)  # fmt: skip
def test_a_reason_is_put_together_again(text, dutch):
    assert told(text, "nl") == dutch
    assert told(text, "en") == text
