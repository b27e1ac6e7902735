"""Only a plain PDF is taken in; hostile ones neither act nor hold us up."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from domain.errors import Incomplete
from sync.signed_pdf import plain_pdf
from tests.web.pdfs import pdf


def test_a_plain_pdf_is_taken():
    plain_pdf(pdf())


def test_a_pdf_with_any_bytes_broken_is_taken_or_refused_and_nothing_else():
    whole, chance = pdf(), random.Random(7)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with suppress(Incomplete):
            plain_pdf(bytes(broken))


def test_a_pdf_that_goes_round_in_circles_is_refused_or_taken_in_finite_time():
    circle = pdf().replace(b"/Count 1", b"/Parent 1 0 R /Kids [1 0 R 2 0 R 3 0 R] /Count 1")
    with pytest.raises(Incomplete):
        plain_pdf(circle[:-6] + b"no end")


@pytest.mark.parametrize("depth", [100, 50_000])
def test_a_deeply_nested_pdf_is_no_trouble(depth):
    nested = pdf().replace(b"/Type /Pages", b"/X " + b"[" * depth + b"]" * depth + b" /Type /Pages")
    with suppress(Incomplete):
        plain_pdf(nested)
