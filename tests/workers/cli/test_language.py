"""A terminal is spoken to in its language."""

from __future__ import annotations

import pytest

from workers.cli.language import SETTING, language, spoken


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"LC_ALL": "nl_NL.UTF-8"}, "nl"),
        ({"LC_ALL": "", "LC_MESSAGES": "nl_BE", "LANG": "en_US"}, "nl"),
        ({"LC_ALL": "C", "LANG": "nl_NL"}, "en"),
        ({"LC_ALL": "nl_NL", SETTING: "en"}, "en"),
        ({"LC_ALL": "de_DE", SETTING: "NL"}, "nl"),
        ({"LC_ALL": "nl_NL", SETTING: "klingon"}, "nl"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, "en"),
    ],
)
def test_the_setting_goes_before_the_locale_and_english_is_what_is_left(monkeypatch, environment, told):
    monkeypatch.delenv(SETTING, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language() == told
    assert spoken().language == told
