"""Figures: what an aim means, and how they read."""

from __future__ import annotations

import json

import pytest

from benchmarks.figures import Aim, Figure, Measured, percentile


def test_an_aim_is_met_on_its_bound():
    assert Aim(0.9).met(0.9)
    assert Aim(2, at_least=False).met(2)


def test_an_aim_is_missed_beyond_its_bound():
    assert not Aim(0.9).met(0.89)
    assert not Aim(2, at_least=False).met(2.1)


def test_a_figure_without_an_aim_is_neither_met_nor_missed():
    assert Figure("seconds", 1.5, "s").as_json() == {"name": "seconds", "value": 1.5, "unit": "s"}


def test_a_figure_with_an_aim_says_whether_it_was_met():
    told = Figure("rate", 19_000, "rows/s", Aim(20_000)).as_json()
    assert told["aim"] == "at least 20,000"
    assert told["met"] is False


def test_what_was_measured_can_be_printed_as_json():
    measured = Measured("idle", "one poll", [Figure("requests", 14, "requests")])
    assert json.loads(json.dumps(measured.as_json()))["figures"][0]["value"] == 14


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.05, 1)], ids=["half", "95", "all", "5"]
)
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile([float(each) for each in range(20, 0, -1)], share) == expected
