"""How long AFAS takes: a fixed time per call and a time per row."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Latency:
    """`call_ms`: milliseconds per call; `row_us`: microseconds per row returned. Both 0: no waiting."""

    call_ms: float = 0.0
    row_us: float = 0.0

    def wait(self, rows: int, spent: float) -> None:
        """Sleep until a call that returned `rows` has lasted as long as it should; `spent` seconds are over
        already. Called outside every lock."""
        left = self.call_ms / 1_000 + rows * self.row_us / 1_000_000 - spent
        if left > 0:
            time.sleep(left)
