"""The whole product on a sandbox with a submitted week: ``loonbrug up`` in processes of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.stage import Latency, folder, sandbox
from mappings.flows import FLOWS
from workers.demo.afas_side import AfasSide
from workers.demo.portal_side import Item, PortalSide, wait_for
from workers.demo.product import start_product

_SELDOM = {"LOONBRUG_INTERVALS": ",".join(f"{flow}=86400" for flow in FLOWS)}
"""Once at the start, and not again while we measure: so every call is one of the deliveries."""
ENDED = {"done", "parked", "void"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A running product, the sandbox behind it, and the declarations that wait for an approval."""

    afas: AfasSide
    portal: PortalSide
    offered: list[Item]

    def calls(self) -> dict[str, int]:
        """Calls to AFAS so far, by the sandbox's own count: ``"GET Loonbrug_Claims"`` and so on."""
        return {f"{each['verb']} {each['connector']}": each["count"] for each in self.afas.calls()["calls"]}


@contextmanager
def submitted_week(workers: int, latency: Latency) -> Iterator[Stage]:
    """Everybody has handed in the week; the portal shows it. Raises DemoFailed when that does not come."""
    with ExitStack() as stack:
        afas = stack.enter_context(sandbox(workers=workers, latency=latency))
        claims = afas.people("submit-all")["claims"]
        data = stack.enter_context(folder())
        product = start_product(afas, data / "data", data / "loonbrug.log", settings=_SELDOM)
        stack.callback(product.close)
        portal = PortalSide(product.address, product.key)
        stack.callback(portal.close)
        wait_for("the declarations to be offered", lambda: _offers(portal, len(claims)), patience=180)
        yield Stage(afas, portal, portal.everything("declarations", status="to-approve"))


def approval_of(item: Item) -> dict[str, object]:
    """What the contact sends to approve it."""
    body: dict[str, object] = {"contact": item["contact"], "version": item["version"]}
    return body | ({"cost_centre": "KP-200"} if item["cost_centre_required"] else {})


def _offers(portal: PortalSide, many: int) -> bool:
    return len(portal.everything("declarations", status="to-approve")) >= many
