"""A small file that a person saved reads the same, whatever the editor made of it."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.file_text import text_of, unseen_in

BOM = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@pytest.mark.parametrize("encoding", BOM)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")))
def test_a_mark_tells_the_encoding_and_is_no_part_of_the_text(encoding, text):
    assert text_of(BOM[encoding] + text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", BOM)
def test_plain_letters_are_read_without_a_mark_too(encoding):
    assert text_of("geheim-123\r\n".encode(encoding)) == "geheim-123\n"


def test_an_empty_file_is_an_empty_text():
    assert text_of(b"") == ""


def test_another_encoding_is_refused_without_a_word_of_the_content():
    with pytest.raises(ValueError, match="save it as UTF-8") as refusal:
        text_of("wachtwoord café".encode("latin-1"))
    assert "wachtwoord" not in str(refusal.value)
    assert refusal.value.__suppress_context__, "the context would show the bytes"


@pytest.mark.parametrize("sign", ["\n", "\r", "\t", "\x00", "\u200b", "\ufeff", "\u2028", "\u2029"])
def test_what_no_header_bears_is_found(sign):
    assert unseen_in(f"geheim{sign}x")


def test_letters_spaces_and_accents_can_be_seen():
    assert not unseen_in("José van den Berg 123 é")
