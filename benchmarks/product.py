"""The whole product on a sandbox with a submitted week: ``loonbrug up`` in processes of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.stage import Latency, folder, sandbox
from mappings.flows import FLOWS
from workers.demo.afas_side import AfasSide
from workers.demo.portal_side import Item, PortalClient, wait_for
from workers.demo.product import start_product

SELDOM = {"LOONBRUG_INTERVALS": ",".join(f"{flow}=86400" for flow in FLOWS)}
"""Once at the start, and not again while we measure: so every call is one of the deliveries."""
ENDED = {"done", "parked", "void"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A running product and the sandbox behind it."""

    afas: AfasSide
    portal: PortalClient

    @property
    def offered(self) -> list[Item]:
        """The declarations that wait for an approval."""
        return self.portal.everything("declarations", status="to-approve")

    def calls(self) -> dict[str, int]:
        """Calls to AFAS so far, by the sandbox's own count: ``"GET Loonbrug_Claims"`` and so on."""
        return {f"{each['verb']} {each['connector']}": each["count"] for each in self.afas.calls()["calls"]}


@contextmanager
def submitted_week(workers: int, latency: Latency) -> Iterator[Stage]:
    """Everybody has handed in the week; the portal shows it. Raises DemoFailed when that does not come."""
    with sandbox(workers=workers, latency=latency) as afas:
        claims = afas.people("submit-all")["claims"]
        with running(afas, SELDOM) as stage:
            wait_for(
                "the declarations to be offered", lambda: len(stage.offered) >= len(claims), patience=180
            )
            yield stage


@contextmanager
def running(afas: AfasSide, settings: Mapping[str, str]) -> Iterator[Stage]:
    """``loonbrug up`` on this sandbox, ready. ``settings`` as in the environment."""
    with ExitStack() as stack:
        data = stack.enter_context(folder())
        product = start_product(afas, data / "data", data / "loonbrug.log", settings=settings)
        stack.callback(product.close)
        portal = PortalClient(product.address, product.key)
        stack.callback(portal.close)
        yield Stage(afas, portal)


def approval_of(item: Item) -> dict[str, object]:
    """What the contact sends to approve it."""
    body: dict[str, object] = {"contact": item["contact"], "version": item["version"]}
    return body | ({"cost_centre": "KP-200"} if item["cost_centre_required"] else {})
