"""An alert has a name that is known, and so a runbook."""

from __future__ import annotations

import pytest

from domain.message import Message
from domain.watch.alert import Alert


def test_an_unknown_alert_is_refused():
    with pytest.raises(ValueError, match="no such alert"):
        Alert("nonsense", Message("told.no-worker"))
