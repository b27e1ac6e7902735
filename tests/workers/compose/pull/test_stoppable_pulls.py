"""A worker that stops gives its run back at the next page."""

import threading
from datetime import timedelta
from functools import partial

import pytest

from connectors.store.pull.handing_back import hand_back
from connectors.store.pull.pulls import Pulls
from connectors.store.pull.runs import RunRepository
from domain.pull.run import LostRun, Page
from mappings.flows import FLOWS
from workers.compose.pull.stoppable_pulls import StoppablePulls


@pytest.mark.slow
def test_a_run_of_a_worker_that_stops_is_taken_by_another_at_once(database):
    book, stop = RunRepository(database, "main"), threading.Event()
    wanted = book.want("hours")
    run = book.take(wanted)
    assert run is not None
    store = Pulls(database, "main", timedelta(minutes=2))
    pulls = StoppablePulls(store, partial(hand_back, database), stopping=stop.is_set)
    pulls.save(run, FLOWS["hours"].mapping.record, Page())
    stop.set()
    with pytest.raises(LostRun):
        pulls.save(run, FLOWS["hours"].mapping.record, Page())
    again = book.take(wanted)
    assert again is not None
    assert (again.id, again.attempts) == (run.id, run.attempts)
    assert again.token != run.token
