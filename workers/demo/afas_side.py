"""AFAS's side of the demo: the sandbox as a process, and the side door to its people and its clock."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from workers.demo.processes import start_python, stop
from workers.demo.trouble import DemoFailed


@dataclass(frozen=True, slots=True)
class AfasSide:
    """A running sandbox. ``address`` is what Loonbrug gets; ``door`` is for the people of the demo."""

    process: subprocess.Popen[bytes]
    address: str
    client_id: str
    client_secret: str
    door: httpx.Client

    def people(self, do: str, **details: object) -> Any:
        """Let a worker, the back office or a client's paper do something; gives what came of it."""
        return self._ask("POST", "people", {"do": do, **details})

    def state(self, year: int, period: int) -> dict[str, Any]:
        """What stands in AFAS for one week: counts and hours."""
        found: dict[str, Any] = self._ask("GET", "state", {"year": year, "period": period})
        return found

    def effects(self) -> dict[str, dict[str, int]]:
        """Every effect that writes had in AFAS, with how often."""
        found: dict[str, dict[str, int]] = self._ask("GET", "effects")
        return found

    def calls(self) -> dict[str, Any]:
        """How often what was called, and the faults that were injected."""
        found: dict[str, Any] = self._ask("GET", "calls")
        return found

    def move_clock(self, to: datetime) -> None:
        """Set AFAS's clock, naive Amsterdam time; it ticks on from there."""
        self._ask("POST", "clock", {"to": to.isoformat()})

    def switch_on(self, faults: list[dict[str, object]]) -> None:
        """Let these faults happen."""
        self._ask("POST", "faults", faults)

    def close(self) -> None:
        """Stop the sandbox."""
        self.door.close()
        stop(self.process)

    def _ask(self, verb: str, path: str, body: object = None) -> Any:
        reply = self.door.request(verb, path, json={} if body is None else body)
        if reply.status_code != 200:
            raise DemoFailed(f"the sandbox refused {path}: {reply.text}")
        return reply.json()


def start_afas(
    *, workers: int, weeks: int, seed: int, start: datetime, time_limit: float, **more: float | str
) -> AfasSide:
    """Start a sandbox of its own on a free port, its clock at ``start`` (naive Amsterdam time).

    ``more``: other options of its command line, such as ``latency_ms=120``.
    """
    numbers: dict[str, float | str] = {
        "port": 0,
        "workers": workers,
        "weeks": weeks,
        "seed": seed,
        "time-limit": time_limit,
    }
    numbers |= {name.replace("_", "-"): value for name, value in more.items()}
    options = [text for name, value in numbers.items() for text in (f"--{name}", str(value))]
    options += ["--start", start.isoformat()]
    process = start_python("sandbox", *options, environ=os.environ, output=subprocess.PIPE)
    try:
        card = _read_card(process)
    except BaseException:
        stop(process)
        raise
    door = httpx.Client(base_url=card["control"] + "/", timeout=60, trust_env=False)
    return AfasSide(process, card["url"], card["client_id"], card["client_secret"], door)


def _read_card(process: subprocess.Popen[bytes]) -> dict[str, str]:
    line = process.stdout.readline().decode() if process.stdout else ""
    if not line.startswith("{"):
        raise DemoFailed(f"the sandbox did not start: {line.strip() or 'it said nothing'}")
    card: dict[str, str] = json.loads(line)
    return card
