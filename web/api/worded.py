"""What the portal shows to people, in the language that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends

from web.problems import words_of
from words import Words

Spoken = Annotated[Words, Depends(words_of)]
"""The words of who asks."""


def worded(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """A declaration, document or contact with the words of its delivery and its history.

    Why an update is no further follows from its state: AFAS's own words stay with operations.
    """
    told = dict(row)
    if delivery := row.get("delivery"):
        told["delivery"] = delivery | {"reason": words.name("delivery", delivery["state"])}
    if "history" in row:
        told["history"] = [each | {"detail": words.said(each["detail"])} for each in row["history"]]
    return told


def wording(read: Callable[..., list[dict[str, Any]]], words: Words) -> Callable[..., list[dict[str, Any]]]:
    """The same for whatever a list reads."""
    return lambda *asked: [worded(row, words) for row in read(*asked)]
