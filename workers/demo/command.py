"""``loonbrug demo``: set the stage, play the week, count on both sides, stay up until told to stop."""

from __future__ import annotations

import importlib.util
import json
import signal
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from domain.calendar import AMSTERDAM
from workers.demo.afas_side import AfasSide, start_afas
from workers.demo.faults import FAULTS
from workers.demo.portal_side import PortalClient
from workers.demo.product import SERVER_LIMIT, Product, start_product
from workers.demo.reckoning import DemoReckoning, reckon
from workers.demo.telling import Teller
from workers.demo.trouble import DemoFailed
from workers.demo.week import Week


def run_demo(*, once: bool, as_json: bool, workers: int, seed: int, port: int | None) -> int:
    """Play the demo; the exit code: 0 when both sides agree, 1 when they differ or something did not come."""
    teller = Teller()
    for number in (signal.SIGTERM, signal.SIGINT):  # who starts us in the background may have had it ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            return _play(stack, teller, once=once, as_json=as_json, workers=workers, seed=seed, port=port)
    except DemoFailed as error:
        teller.failed(f"the demo failed: {error}")
        return 1
    except KeyboardInterrupt:
        teller.loonbrug("stopped")
        return 0


def _play(
    stack: ExitStack, teller: Teller, *, once: bool, as_json: bool, workers: int, seed: int, port: int | None
) -> int:
    monday = monday_before_last()
    folder = Path(
        stack.enter_context(tempfile.TemporaryDirectory(prefix="loonbrug-demo-", ignore_cleanup_errors=True))
    )
    if importlib.util.find_spec("sandbox") is None:
        raise DemoFailed("there is no sandbox AFAS in this installation; start the demo from a checkout")
    teller.loonbrug("starting a sandbox AFAS, PostgreSQL, Redis, web, workers and clock")
    afas = start_afas(workers=workers, weeks=2, seed=seed, start=monday, time_limit=SERVER_LIMIT)
    stack.callback(afas.close)
    product = start_product(afas, folder / "data", folder / "loonbrug.log", port)
    stack.callback(product.close)
    portal = PortalClient(product.address, product.key)
    stack.callback(portal.close)
    teller.loonbrug(f"ready; portal API on {product.address}/v1, faults switched on: {len(FAULTS)}")
    afas.switch_on(FAULTS)
    week = Week(afas, portal, teller, monday)
    week.play()
    code = conclude(afas, portal, teller, week, monday, as_json=as_json)
    if not once:
        _stay(teller, product)
    return code


def conclude(
    afas: AfasSide, portal: PortalClient, teller: Teller, week: Week, monday: datetime, *, as_json: bool
) -> int:
    """Count on both sides and tell it; the exit code: 0 when they agree, 1 when they differ."""
    year, number, _ = monday.isocalendar()
    items = [portal.one(f"declarations/{item['number']}") for item in portal.declarations(week.week)]
    result = reckon(afas.state(year, number), afas.effects(), items, len(week.signed))
    calls = afas.calls()
    numbers = result.numbers | {
        "afas_calls": calls["total"],
        "faults_injected": calls["faults_injected"],
        "seconds": round(teller.seconds, 1),
    }
    _tell(teller, result)
    if as_json:
        teller.plain(json.dumps(numbers | {"differences": result.differences}))
    else:
        teller.loonbrug(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items()))
    return 1 if result.differences else 0


def _tell(teller: Teller, result: DemoReckoning) -> None:
    teller.loonbrug(
        "counted in AFAS and in the portal, and compared: "
        + ("they differ" if result.differences else "they agree")
    )
    for difference in result.differences:
        teller.loonbrug(f"DIFFERENCE {difference}")
    if result.differences:
        teller.failed(f"the demo failed: {len(result.differences)} differences between AFAS and the portal")


def _stay(teller: Teller, product: Product) -> None:
    password = product.let_in("demo")
    teller.loonbrug(f"still up; portal API: {product.address}/v1/openapi.json, key {product.key}")
    teller.loonbrug(f"console: {product.address}/ops, name demo, password {password}, and any app for codes")
    teller.loonbrug("stop with Ctrl-C")
    while product.process.poll() is None:
        time.sleep(0.5)


def monday_before_last() -> datetime:
    """Two weeks ago, so that the pay run of the story lies in the past; naive Amsterdam time."""
    today = datetime.now(AMSTERDAM).date()
    monday = today - timedelta(days=today.weekday() + 14)
    return datetime(monday.year, monday.month, monday.day, 17)  # noqa: DTZ001  # AFAS's clock has no zone
