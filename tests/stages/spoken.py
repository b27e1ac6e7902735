"""Messages as people read them, in English and in Dutch."""

from __future__ import annotations

from words import Words

en, nl = Words("en").said, Words("nl").said
