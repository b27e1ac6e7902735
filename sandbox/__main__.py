"""`python -m sandbox`."""

import io
import sys

from sandbox.cli import main

for stream in (sys.stdout, sys.stderr):
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # a terminal that lacks a letter is no reason to end
sys.exit(main())
