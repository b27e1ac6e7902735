"""The templates of the console: what none of them may hold, and what each form must."""

from __future__ import annotations

import re

import pytest

from web.ops.shell import HERE

TEMPLATES = sorted((HERE / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_what_the_content_policy_forbids(template):
    text = template.read_text("utf-8")
    assert not re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.findall(r"""(?:src|href|action)="(?:https?:)?//""", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_posts_carries_its_token(template):
    for form in re.findall(r"<form\b.*?</form>", template.read_text("utf-8"), re.DOTALL):
        assert 'method="post"' not in form or "{{ csrf_field }}" in form
