"""What an update is about, as one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outbox.subject import claim_of, subject_of_claim


@given(number=st.text())
def test_the_claim_of_a_claims_subject_is_that_claim(number: str) -> None:
    assert claim_of(subject_of_claim(number)) == number


@pytest.mark.parametrize("subject", ["item:9912", "contact:22834", "question:7", "claim", "", "a claim:5.01"])
def test_what_is_about_something_else_is_about_no_claim(subject: str) -> None:
    assert claim_of(subject) is None
