"""What an error says in our own words: English for logs, and a message for whoever reads it later."""

from __future__ import annotations

from typing import TypedDict

from domain.message import Message
from words.speech import Words


class Ours(TypedDict):
    """The first arguments of an ``AfasError`` whose words are ours."""

    message: str
    said: Message


def ours(why: Message) -> Ours:
    """``raise TryLater(**ours(Message("afas.no-room")))``."""
    return {"message": Words("en").said(why), "said": why}
