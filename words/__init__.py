"""What people read: one catalogue of messages, in Dutch and English. ``Words(language)`` speaks it."""

from words.catalogue import LANGUAGES
from words.preference import language_of
from words.speech import Words

__all__ = ["LANGUAGES", "Words", "language_of"]
