"""Looking through a PDF happens in a process of its own, which is held to its limits."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import anyio
import pytest

from connectors.pdf.faults import Fault
from connectors.pdf.look import PdfInspector
from domain.decisions.signed_pdf import PlainPdf
from domain.errors import Incomplete
from tests.connectors.pdf.written import SCRIPT, written
from tests.stages.decisions.pdfs import pdf
from tests.stages.loops import run

pytestmark = pytest.mark.slow

HOUSE = Path(__file__).parents[3]
OVERLAPPING = b"%PDF-1.4\n" + b"1 0 obj <</A<</X<</B 1>>>>>>" * 500_000 + b"\n%%EOF"
"""Fourteen megabytes of small things: more than anybody looks through in a second."""


def look(content: bytes, *, seconds: int = 10) -> PlainPdf:
    async def looked() -> PlainPdf:
        return await PdfInspector(seconds=seconds)(content)

    return run(looked)


def refused(content: bytes, *, seconds: int = 10) -> str:
    with pytest.raises(Incomplete) as refusal:
        look(content, seconds=seconds)
    assert refusal.value.field == "file"
    return refusal.value.problem.id


def test_a_plain_pdf_comes_back_as_it_was():
    content = pdf(ballast=15 * 1024 * 1024)
    assert look(content) == PlainPdf(content)


def test_it_works_from_a_thread_as_the_server_runs_in_one():
    looked: list[PlainPdf] = []
    thread = threading.Thread(target=lambda: looked.append(look(pdf())))
    thread.start()
    thread.join()
    assert looked == [PlainPdf(pdf())]


def test_the_reason_of_a_refusal_comes_back():
    assert refused(written(f"/OpenAction{SCRIPT}")) == Fault.ACTS.value
    assert refused(b"") == Fault.NOT_A_PDF.value


def test_a_file_that_takes_too_long_is_given_up():
    assert refused(OVERLAPPING, seconds=1) == Fault.COSTLY.value


def test_a_file_that_unpacks_without_end_is_given_up():
    bomb = zlib.compress(bytes(200 * 1024 * 1024))
    about = f"/Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(bomb)}"
    packed = f"9 0 obj\n<<{about}>>\nstream\n".encode() + bomb + b"\nendstream\nendobj\n"
    assert refused(written(raw=packed)) == Fault.COSTLY.value


def test_whoever_stops_waiting_ends_the_process(monkeypatch):
    started = []
    opened = anyio.open_process

    async def open_process(*command, **options):
        started.append(await opened(*command, **options))
        return started[0]

    async def stop_waiting() -> None:
        with anyio.move_on_after(0.5) as waiting:
            await PdfInspector(seconds=30)(OVERLAPPING)
        assert waiting.cancelled_caught

    monkeypatch.setattr(anyio, "open_process", open_process)
    run(stop_waiting)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)


def test_no_more_than_so_many_look_at_once(monkeypatch):
    running, most = 0, 0
    opened = anyio.open_process

    async def open_process(*command, **options):
        nonlocal running, most
        running += 1
        most = max(most, running)
        process = await opened(*command, **options)
        ended = process.aclose

        async def aclose() -> None:
            nonlocal running
            await ended()
            running -= 1

        monkeypatch.setattr(process, "aclose", aclose, raising=False)
        return process

    async def crowd() -> None:
        at_the_door = PdfInspector(at_once=2)
        async with anyio.create_task_group() as visitors:
            for _ in range(6):
                visitors.start_soon(at_the_door, pdf())

    monkeypatch.setattr(anyio, "open_process", open_process)
    run(crowd)
    assert most == 2


def test_a_process_that_cannot_start_is_our_fault_and_not_the_files(monkeypatch):
    monkeypatch.setattr("connectors.pdf.look._HOUSE", Path(__file__).parent)
    with pytest.raises(RuntimeError, match="exit code 1"):
        look(pdf())


CONFINED = """
import os, socket, sys
from connectors.pdf.child import confine
confine(5)
for attempt in (lambda: open("/etc/passwd"), socket.socket, lambda: os.open("/tmp", os.O_RDONLY), os.pipe):
    try:
        attempt()
    except OSError:
        continue
    sys.exit("it could")
"""


def test_the_process_opens_no_file_and_no_connection():
    done = subprocess.run(
        [sys.executable, "-c", CONFINED], env={}, cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its memory")
def test_the_process_is_held_to_its_memory():
    code = "from connectors.pdf.child import confine; confine(5); bytes(2 << 30)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert "MemoryError" in done.stderr


def test_the_process_gets_none_of_our_secrets(monkeypatch):
    told = []
    opened = anyio.open_process

    async def open_process(*command, **options):
        told.append(options["env"])
        return await opened(*command, **options)

    monkeypatch.setenv("LOONBRUG_AFAS_CLIENT_SECRET", "secret")
    monkeypatch.setattr(anyio, "open_process", open_process)
    look(pdf())
    assert set(told[0]) <= {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
