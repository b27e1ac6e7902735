"""Every word of the console is there in both languages."""

from __future__ import annotations

import re
import string

import pytest

from web.ops.shell import HERE
from web.ops.shown import age, number
from web.ops.words.catalogue import Words, all_texts, language_of

TEMPLATES = sorted((HERE / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_that_a_template_names_exists(template):
    named = re.findall(r"""\bt\(\s*['"]([^'"]+)['"]\s*[,)]""", template.read_text("utf-8"))
    assert not [key for key in named if key not in all_texts()]


def test_both_languages_take_the_same_values():
    for key, (english, dutch) in all_texts().items():
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, dutch)
        ]
        assert fields[0] == fields[1], key
        assert english, key
        assert dutch, key


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_what_the_content_policy_forbids(template):
    text = template.read_text("utf-8")
    assert not re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.findall(r"""(?:src|href|action)="(?:https?:)?//""", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_posts_carries_its_token(template):
    for form in re.findall(r"<form\b.*?</form>", template.read_text("utf-8"), re.DOTALL):
        assert 'method="post"' not in form or "{{ csrf_field }}" in form


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("nl", "nl"), ("en-GB,nl;q=0.3", "en"), ("fr;q=1, nl-BE;q=0.9", "nl"), ("", "en"), (";;q=x,\x00", "en")],
)
def test_the_browser_s_language_is_spoken(accepted, language):
    assert language_of(None, accepted) == language


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (-3, "0 s"), (59.4, "59 s"), (60, "1 min"), (7500, "2 h 5 min"), (90000, "1 d 1 h")],  # noqa: RUF001
)
def test_ages_are_told_in_their_two_largest_units(seconds, text):
    assert age(seconds, Words("en")) == text


def test_numbers_are_written_as_the_language_does():
    assert [number(1234567, Words(language)) for language in ("en", "nl")] == ["1,234,567", "1.234.567"]
