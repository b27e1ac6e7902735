"""A worker process of its own that delivers until it is killed: ``python -m`` and this module's name."""

from __future__ import annotations

import os
import time

from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, ClassicToken
from connectors.store.database import Database
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.slots.slots import PostgresSlots
from domain.outbox.policy import Patience
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import EnvironmentTerms, kinds

PATIENCE = Patience(
    server_limit=2.0,
    margin=0.5,
    look_gap=0.2,
    first_look=0.05,
    longest_look=0.5,
    retries=(0.1, 0.2),
    environment_retry=0.2,
    crash_rests=(0.0,),
    most_sends=1000,
    lease=1.5,
)


def main() -> None:
    """Deliver for ever."""
    url = os.environ["TEST_DATABASE_URL"]
    login = ClassicToken(SecretStr(os.environ["TEST_AFAS_TOKEN"]))
    options = AfasOptions(os.environ["TEST_AFAS_URL"], login, write_deadline=1.0, retry_for=1.0)
    slots = PostgresSlots(url, "main", server_limit=2.0, write_patience=0.4)
    with AfasClient(options, slots=slots) as afas:
        outbox = PostgresOutbox(Database(url, size=4), url, "main")
        deliverer = Deliverer(afas, outbox, kinds(EnvironmentTerms()), PATIENCE)
        while True:
            if not deliverer.work_one_batch():
                time.sleep(0.01)


if __name__ == "__main__":
    main()
