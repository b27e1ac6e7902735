"""A whole bridge on a sandbox, to reconcile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stages.reconcile.reconciling import Stage, a_stage


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with a_stage(database_url) as made:
        yield made
