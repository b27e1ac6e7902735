"""Who stands at the door, before anybody is known: a browser, and the address that it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request, Response

from connectors.store.access.devices import ConsoleDevices
from connectors.store.access.failed_sign_ins import Counted
from domain.access.person import Person
from web.ops.console import Console
from web.ops.cookies import device_cookie, set_device
from web.requests.callers import counted_as

_FROM_EVERYWHERE = 20
"""Strangers everywhere together may fail so many times as often as one of them."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """``device``: the browser, when somebody signed in there before (a cookie of ours, maybe of another)."""

    address: str
    device: bytes | None

    def counts(self, console: Console, step: str, name: str) -> list[Counted]:
        """By which counts a try is judged: a browser where this person signed in before has its own.

        A password is counted per name and address, and per name from everywhere. A code follows a right
        password and is short: per name, wherever it is typed.
        """
        most = console.door.lock_after
        if self.device is not None and console.of(ConsoleDevices).knows(self.device, name):
            return [Counted(step, name, self.device.hex(), most)]
        if step == "password":
            return [
                Counted(step, name, self.address, most),
                Counted(step, name, "", most * _FROM_EVERYWHERE),
            ]
        return [Counted(step, name, "", most)]


def visitor_of(request: Request, console: Console) -> Visitor:
    """Who asks this."""
    address = counted_as(getattr(request.state, "address", ""))
    return Visitor(address, console.of(ConsoleDevices).opened(device_cookie(request, console)))


def remember_device(request: Request, response: Response, console: Console, person: Person) -> None:
    """The person signed in to the end: the browser is no stranger any more."""
    devices = console.of(ConsoleDevices)
    cookie = device_cookie(request, console)
    device = devices.opened(cookie)
    if cookie is None or device is None:
        cookie = devices.new()
        device = devices.opened(cookie)
    if device is not None:
        devices.remember(device, person.id)
        set_device(response, console, cookie)


async def in_line(request: Request, console: Console, work: Callable[[], Response]) -> Response:
    """Do it when it is this visitor's turn. Raises TooMany at once when that takes too long.

    Neither the threads nor the connections of the portal API wait meanwhile.
    """
    limits, visitor = console.limits, visitor_of(request, console)
    if visitor.device is not None:
        return await limits.known.run(work)
    limits.addresses.take(visitor.address)
    return await limits.strangers.run(work)
