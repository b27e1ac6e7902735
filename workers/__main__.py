"""``python -m workers`` is ``./loonbrug``."""

from __future__ import annotations

import sys

from workers.cli import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
