"""Forms are read as browsers and programs write them; what is none, or is too much, is refused."""

from __future__ import annotations

import pytest
from fastapi import HTTPException, Request
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Incomplete
from tests.stages.loops import run
from web.requests.form import read_form

WANTED = {"contact": 10, "file": 100_000}
FILE = b"%PDF-1.7\r\n--no boundary\r\n\x00\xff"


def read(
    body: bytes, content_type: str = "multipart/form-data; boundary=x", step: int = 7
) -> dict[str, bytes]:
    """Read a form that comes in a few bytes at a time."""
    pieces = [body[at : at + step] for at in range(0, len(body), step)] or [b""]

    async def receive() -> dict[str, object]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def whole() -> dict[str, bytes]:
        headers = [(b"content-type", content_type.encode("latin-1"))]
        parts = await read_form(Request({"type": "http", "headers": headers}, receive), WANTED)
        return {name: bytes(content) for name, content in parts.items()}

    found: dict[str, bytes] = run(whole)
    return found


def part(disposition: str, content: bytes = b"7", *further: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in (f"Content-Disposition: {disposition}", *further))
    return b"--x\r\n" + lines.encode() + b"\r\n" + content + b"\r\n"


END = b"--x--\r\n"
CONTACT = part('form-data; name="contact"', b"22834")


@pytest.mark.parametrize(
    "disposition",
    [
        'form-data; name="file"; filename="signed.pdf"',
        'form-data; name="file"; filename="Order; name=contact.pdf"',
        'form-data; name="file"; filename="name=\\"contact\\".pdf"',
        'form-data; filename="Order; name=x.pdf"; name="file"',
        "form-data; name=file; filename=signed.pdf",
        'form-data; name="file"; filename="e.pdf"; filename*=UTF-8\'\'%e2%82%ac%20order.pdf',
        'form-data;name="file";filename=""',
        'form-data; NAME = "file" ; FileName="x"',
        'form-data; name="file"',
        'Form-Data; name="file"; filename="café.pdf"; size=12',
    ],
)
def test_a_part_is_known_by_its_name_whatever_its_file_is_called(disposition):
    assert read(CONTACT + part(disposition, FILE, "Content-Type: application/pdf") + END) == {
        "contact": b"22834",
        "file": FILE,
    }


@pytest.mark.parametrize(
    "other",
    [
        part('form-data; name="_charset_"', b"utf-8"),
        part('form-data; name="submit"', b"Verzenden"),
        part('form-data; name="send.x"', b"12") + part('form-data; name="send.y"', b"7"),
        part('form-data; name="photo"; filename=""', b"", "Content-Type: application/octet-stream"),
        part('form-data; name="contact2"'),
    ],
)
def test_parts_that_nobody_asked_for_are_harmless(other):
    assert read(other + CONTACT + END) == read(CONTACT + other + END) == {"contact": b"22834"}


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/form-data; boundary="a b"',
        'Multipart/Form-Data; charset=utf-8; BOUNDARY="a b"',
        'multipart/form-data ; boundary = "a b" ; x=y',
        'multipart/form-data;boundary="a b";',
    ],
)
def test_a_boundary_may_hold_blanks_and_stand_in_quotes(content_type):
    assert read((CONTACT + END).replace(b"--x", b"--a b"), content_type) == {"contact": b"22834"}


@pytest.mark.parametrize("boundary", ["'()+_,-./:=?", "x" * 70, "----WebKitFormBoundaryAbC0", "=_Part_1_2.3"])
def test_a_boundary_is_what_the_standard_allows(boundary):
    body = (CONTACT + END).replace(b"--x", b"--" + boundary.encode())
    assert read(body, f'multipart/form-data; boundary="{boundary}"') == {"contact": b"22834"}


def test_empty_lines_before_and_anything_behind_are_passed_over():
    assert read(b"\r\n" + CONTACT + END + b"\r\nepilogue") == {"contact": b"22834"}
    assert read(
        CONTACT + (CONTACT + END).replace(b"--x\r\n", b"--x \t\r\n").replace(b"contact", b"other")
    ) == {"contact": b"22834"}


@pytest.mark.parametrize("step", [1, 2, 3, 64, 100_000])
def test_it_makes_no_difference_in_which_pieces_a_body_comes(step):
    body = CONTACT + part('form-data; name="file"', b"\r\n--x-\r\n--\r\r\n" * 50) + END
    assert read(body, step=step) == {"contact": b"22834", "file": b"\r\n--x-\r\n--\r\r\n" * 50}


@pytest.mark.parametrize(
    "content_type", ["", "application/pdf", "multipart/mixed; boundary=x", "multipart/form-data"]
)
def test_what_says_it_is_no_form_is_of_another_kind(content_type):
    with pytest.raises(HTTPException) as refusal:
        read(CONTACT + END, content_type)
    assert refusal.value.status_code == 415


@pytest.mark.parametrize("boundary", ['""', '" "', "x" * 300])
def test_a_boundary_that_is_none_is_of_another_kind(boundary):
    with pytest.raises(HTTPException) as refusal:
        read(CONTACT + END, f"multipart/form-data; boundary={boundary}")
    assert refusal.value.status_code == 415


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"--y\r\n", "body"),
        (CONTACT, "body"),
        (CONTACT + b"--x", "body"),
        (CONTACT.replace(b"\r\n", b"\n") + b"--x--\n", "body"),
        (part("attachment; name=contact") + END, "body"),
        (part("form-data") + END, "body"),
        (b"--x\r\nContent-Type: text/plain\r\n\r\n7\r\n" + END, "body"),
        (b"--x\r\nNo colon\r\n\r\n7\r\n" + END, "body"),
        (CONTACT + CONTACT + END, "contact"),
        (part('form-data; name="contact"', b"7" * 11) + END, "contact"),
        (part('form-data; name="file"', bytes(100_001)) + END, "file"),
        (part('form-data; name="other"', bytes(20_000)) + END, "body"),
        (part('form-data; name="other"') * 30 + END, "body"),
        (part('form-data; name="contact"', b"7", *[f"X-{number}: y" for number in range(20)]) + END, "body"),
        (part('form-data; name="contact"', b"7", "X: " + "y" * 9000) + END, "body"),
        (part('form-data; name="file"', b"JVBERg==", "Content-Transfer-Encoding: base64") + END, "file"),
    ],
)
def test_what_is_no_whole_form_or_too_much_is_refused_by_the_name_of_its_part(body, field):
    with pytest.raises(Incomplete) as refusal:
        read(body, step=4096)
    assert refusal.value.field == field


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused_and_nothing_else(some):
    for body in (some, CONTACT + some + END, b"--x\r\n" + some, part('form-data; name="file"', some)):
        try:
            read(body, step=50)
        except Incomplete:
            continue
