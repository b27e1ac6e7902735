"""The command ``loonbrug`` of an installed wheel, in which this file is ``loonbrug/__init__.py``.

The folders of the tree (``web``, ``domain``, ...) lie below it, as in the image. Nobody else in that Python
sees them by those names: only the process that is started here finds them, and those that it starts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_HOUSE = Path(__file__).parent / "house"


def main() -> None:
    """Become the program, as ``./loonbrug`` does in a checkout: the sandbox alone, or everything else."""
    arguments = sys.argv[1:]
    module = "workers"
    if arguments[:1] == ["sandbox"]:
        module = arguments.pop(0)
    environment = os.environ | {"PYTHONPATH": str(_HOUSE), "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1"}
    environment.pop("PYTHONHOME", None)
    os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)  # noqa: S606  # no shell
