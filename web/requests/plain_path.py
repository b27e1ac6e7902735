"""Whether the path of a request means the same to everybody who reads it."""

from __future__ import annotations

import re

from starlette.types import Scope

_MEANS_TWO_THINGS = re.compile(
    rb"//|/\.{1,2}(?:/|$)"  # empty and dot segments: a proxy takes them out, we would not
    rb"|[\\;#]"  # taken for a slash, or for the end of a segment or of the path, by some
    rb"|%(?:25|2e|2f|5c|3b|23|c0|c1)",  # the same encoded, encoded twice, or as no UTF-8
    re.IGNORECASE,
)


def is_plain(scope: Scope) -> bool:
    """Whether a proxy that decides by the path, and we, see the same place.

    A proxy that tidies ``/ops/../v1/x`` up before it chooses a rule, and hands it on as it came, would let
    somebody reach the console by the rule for programs. No page and no answer of ours leads to such a path.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.startswith(b"/") and not _MEANS_TWO_THINGS.search(raw)
