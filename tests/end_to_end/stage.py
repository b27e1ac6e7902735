"""The demo's stage for tests: a sandbox and a whole Loonbrug in processes of their own, and its week."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workers.demo.afas_side import AfasSide, start_afas
from workers.demo.command import monday_before_last
from workers.demo.faults import FAULTS
from workers.demo.portal_side import PortalClient
from workers.demo.product import SERVER_LIMIT, Product, start_product
from workers.demo.reckoning import DemoReckoning, reckon
from workers.demo.telling import Teller
from workers.demo.week import Week

THE_WEEK = {
    "declarations": 25,
    "approved": 25,
    "verified_in_afas": 25,
    "rejected": 1,
    "resubmitted": 1,
    "documents_signed": 2,
    "hours_approved": 999.0,
    "hours_paid": 999.0,
    "unaccounted": 0,
    "duplicate_effects": 0,
}
"""How the demo's week ends, whatever happens on the way: 24 workers, seed 1."""


@dataclass(frozen=True)
class Stage:
    """Everything runs. ``week`` is about to be played."""

    afas: AfasSide
    product: Product
    portal: PortalClient
    week: Week
    data: Path

    def play_beside(self, doing: Callable[[threading.Event], None]) -> None:
        """Play the week in a thread, while ``doing`` does what it likes in this one; it gets told the end."""
        failures: list[BaseException] = []
        over = threading.Event()

        def play() -> None:
            try:
                self.week.play()
            except BaseException as error:  # noqa: BLE001  # raised again by who waits
                failures.append(error)
            finally:
                over.set()

        thread = threading.Thread(target=play)
        thread.start()
        doing(over)
        thread.join()
        if failures:
            raise failures[0]

    def reckon(self) -> DemoReckoning:
        """The counts of both sides, as the demo makes them."""
        year, number, _ = monday_before_last().isocalendar()
        items = [
            self.portal.one(f"declarations/{item['number']}")
            for item in self.portal.declarations(self.week.week)
        ]
        return reckon(self.afas.state(year, number), self.afas.effects(), items, len(self.week.signed))


@contextmanager
def a_stage(folder: Path, week: type[Week] = Week) -> Iterator[Stage]:
    """Set the demo's stage in a folder, with its faults; clear it afterwards."""
    monday = monday_before_last()
    afas = start_afas(workers=24, weeks=2, seed=1, start=monday, time_limit=SERVER_LIMIT)
    try:
        product = start_product(afas, folder / "data", folder / "loonbrug.log")
        try:
            afas.switch_on(FAULTS)
            portal = PortalClient(product.address, product.key)
            yield Stage(afas, product, portal, week(afas, portal, Teller(), monday), folder / "data")
            portal.close()
        finally:
            product.close()
    finally:
        afas.close()
