"""Metrics are named as Prometheus names them: its tools know no more than the name."""

from __future__ import annotations

import pytest

from domain.watch.measures import METRICS, MetricKind


@pytest.mark.parametrize("name", METRICS)
def test_a_name_tells_whose_it_is_and_whether_it_only_grows(name):
    assert name.startswith("loonbrug_")
    assert name.endswith("_total") is (METRICS[name].kind is MetricKind.COUNTER)


@pytest.mark.parametrize("name", METRICS)
def test_no_metric_names_the_label_that_all_have(name):
    assert "environment" not in METRICS[name].labels
    assert len(set(METRICS[name].labels)) == len(METRICS[name].labels)
