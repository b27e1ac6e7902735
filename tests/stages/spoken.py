"""Messages as people read them, in English and in Dutch."""

from __future__ import annotations

import re

from words import Words

en, nl = Words("en").said, Words("nl").said

ENGLISH = re.compile(
    r"\b(the|and|there|not|with|from|this|that|which|only|for|by|to|has|have|been|will|cannot|any)\b", re.I
)
"""Words that are no Dutch ones."""
