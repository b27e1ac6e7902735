"""A standby that lacks the last seconds takes over: what was sent in them is not sent again (G12)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

from connectors.embedded.postgres import EmbeddedPostgres
from connectors.store.database import Database
from connectors.store.outbox.beat import Memory
from connectors.store.outbox.outbox import PostgresOutbox
from domain.outbox.update import Update
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import kinds
from tests.stages.outbox.desk import Desk
from tests.stages.outbox.fake_afas_writes import FakeAfas
from tests.stages.outbox.faults import Fault, never
from workers.compose.keeping.outside import Outside

CLAIM, OTHER = "000000000005.01", "000000000006.01"


class Standby:
    """A copy of a database as it was some seconds ago, that takes its place under the same address."""

    def __init__(self, server: EmbeddedPostgres, name: str) -> None:
        self._server = server
        self._name = name

    def copy(self) -> None:
        """From here on the standby hears nothing more."""
        self._cut_off(self._name)
        self._do(f'create database "{self._name}_standby" template "{self._name}"')

    def take_over(self) -> None:
        """The first one is gone, with everything since."""
        self._cut_off(self._name)
        self._do(f'alter database "{self._name}" rename to "{self._name}_lost"')
        self._do(f'alter database "{self._name}_standby" rename to "{self._name}"')

    def clear(self) -> None:
        self._do(f'drop database if exists "{self._name}_lost" with (force)')
        self._do(f'drop database if exists "{self._name}_standby" with (force)')

    def _cut_off(self, name: str) -> None:
        self._do(f"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{name}'")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture
def standby(postgres_server: EmbeddedPostgres, database_url: str) -> Iterator[Standby]:
    with psycopg.connect(database_url) as connection:
        name = connection.info.dbname
    made = Standby(postgres_server, name)
    yield made
    made.clear()


@pytest.fixture
def desk(standby: Standby, database_url: str) -> Iterator[Desk]:
    with closing(Database(database_url, size=4)) as database:
        desk = Desk(FakeAfas(), database, database_url)
        desk.afas.add_claim(CLAIM)
        desk.afas.add_claim(OTHER)
        yield desk


def a_process(desk: Desk, memory: Memory | None = None) -> Deliverer:
    """One that lives on through the failover, as far as its test wants."""
    outbox = PostgresOutbox(desk.database, desk.url, "main", memory=memory)
    return Deliverer(desk.afas, outbox, kinds(desk.words), desk.patience)


def held(desk: Desk) -> list[str]:
    with desk.database.connection() as connection:
        rows = connection.execute("select environment from restored order by 1").fetchall()
    return [row["environment"] for row in rows]


def send_then_lose(desk: Desk, standby: Standby, process: Deliverer) -> None:
    """AFAS is slow with it, and does it after the failover; then the next ones would be done at once."""
    standby.copy()
    desk.afas.faults = lambda call, number: Fault(late=3600) if number == 1 else Fault()
    process.work_one_batch()
    assert len(desk.afas.sent) == 1
    standby.take_over()
    assert desk.state(1) == "ready", "the standby knows nothing of it"


def test_a_process_that_lives_on_holds_everything_back(desk: Desk, standby: Standby) -> None:
    desk.owe_approval(CLAIM)
    process = a_process(desk)
    send_then_lose(desk, standby, process)
    for _ in range(3):
        assert process.work_one_batch() == 0
    assert held(desk) == ["main"]
    desk.afas.settle()
    assert desk.afas.effects == {f"approve {CLAIM}": 1}
    assert desk.row(1)["doubt"]


def test_it_is_held_back_also_where_no_row_names_the_environment(desk: Desk, standby: Standby) -> None:
    desk.owe_approval(CLAIM)
    process = a_process(desk)
    send_then_lose(desk, standby, process)
    desk.execute("delete from environment")
    assert process.work_one_batch() == 0
    assert held(desk) == ["main"]


def test_even_after_others_went_on_the_one_who_sent_notices(desk: Desk, standby: Standby) -> None:
    desk.owe_approval(CLAIM)
    process, other = a_process(desk), a_process(desk)
    send_then_lose(desk, standby, process)
    desk.execute("update epoch set beat = beat + 100")
    desk.execute("update outbox set state = 'void' where id = 1")
    desk.owe_approval(OTHER)
    assert other.work_one_batch() == 1, "it knows nothing, without any memory outside"
    assert process.work_one_batch() == 0
    assert held(desk) == ["main"]


def test_what_was_remembered_in_the_data_folder_is_noticed_by_other_processes(
    desk: Desk, standby: Standby, tmp_path: Path
) -> None:
    desk.owe_approval(CLAIM)
    died = a_process(desk, Outside(tmp_path / "life.json", None))
    send_then_lose(desk, standby, died)
    assert a_process(desk, Outside(tmp_path / "life.json", None)).work_one_batch() == 0
    assert held(desk) == ["main"]
    assert len(desk.afas.sent) == 1


def test_what_was_remembered_in_redis_is_noticed_on_other_machines(
    desk: Desk, standby: Standby, tmp_path: Path, redis_url: str
) -> None:
    desk.owe_approval(CLAIM)
    with redis.Redis.from_url(redis_url) as client:
        here, there = (Outside(tmp_path / name / "life.json", client) for name in ("here", "there"))
        send_then_lose(desk, standby, a_process(desk, here))
        assert a_process(desk, there).work_one_batch() == 0
    assert held(desk) == ["main"]
    assert len(desk.afas.sent) == 1


def test_a_batch_in_hand_sends_nothing_to_a_database_that_forgot(desk: Desk, standby: Standby) -> None:
    """It was claimed before the failover, and the claim is known to the standby."""
    for claim in (CLAIM, OTHER):
        desk.owe_approval(claim)
    outbox = PostgresOutbox(desk.database, desk.url, "main")
    batch = outbox.take(50, 60)
    assert batch
    first, *rest = [*batch.updates, *_more(outbox)]
    standby.copy()
    with outbox.sender(60) as sender, sender.sending(first, {}) as begun:
        assert begun == "go"
    standby.take_over()
    with outbox.sender(60) as sender, sender.sending(rest[0], {}) as begun:
        assert begun == "stop"
    assert outbox.take(50, 60) is None
    assert held(desk) == ["main"]


def _more(outbox: PostgresOutbox) -> Iterator[Update]:
    batch = outbox.take(50, 60)
    yield from batch.updates if batch else ()


def test_a_failover_that_lost_nothing_holds_nothing_back(
    desk: Desk, standby: Standby, tmp_path: Path, redis_url: str
) -> None:
    desk.owe_approval(CLAIM)
    with redis.Redis.from_url(redis_url) as client:
        process = a_process(desk, Outside(tmp_path / "life.json", client))
        process.work_one_batch()
        assert desk.state(1) == "done"
        standby.copy()
        standby.take_over()
        second = desk.owe_approval(OTHER)
        assert process.work_one_batch() == 1
    assert desk.state(second) == "done"
    assert held(desk) == []


def test_work_goes_on_when_everything_was_looked_up(desk: Desk, standby: Standby, tmp_path: Path) -> None:
    """What was remembered of the life before says nothing of the new one."""
    desk.owe_approval(CLAIM)
    process = a_process(desk, Outside(tmp_path / "life.json", None))
    send_then_lose(desk, standby, process)
    process.work_one_batch()
    desk.afas.settle()
    desk.execute("delete from restored")
    desk.work_until(lambda: desk.state(1) == "done")
    assert process.work_one_batch() == 0
    assert held(desk) == []
    assert desk.afas.effects == {f"approve {CLAIM}": 1}


def test_a_replay_takes_no_send_away(desk: Desk) -> None:
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: never()
    process = a_process(desk)
    process.work_one_batch()
    desk.execute("update outbox set sends = 0, due_at = now(), token = null, leased_until = null")
    process.work_one_batch()
    assert desk.row(update)["begun"] >= 1
    assert held(desk) == []


def test_a_database_that_lost_even_its_beat_is_held_back_by_who_knew_it(desk: Desk) -> None:
    desk.owe_approval(CLAIM)
    process, fresh = a_process(desk), a_process(desk)
    desk.execute("delete from epoch")
    assert process.work_one_batch() == 1, "who knew nothing begins"
    desk.owe_approval(OTHER)
    desk.execute("delete from epoch")
    assert process.work_one_batch() == 0
    assert fresh.work_one_batch() == 0
    assert held(desk) == ["main"]


def test_many_threads_remember_all_their_sends(tmp_path: Path, redis_url: str, database: Database) -> None:
    life = uuid4()
    with redis.Redis.from_url(redis_url) as client:
        outside = Outside(tmp_path / "life.json", client)

        def send(first: int) -> None:
            for update in range(first, first + 7):
                outside.sent(life, update, 1)

        threads = [threading.Thread(target=send, args=(n * 100,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wanted = {n * 100 + i: 1 for n in range(8) for i in range(7)}
        assert [beat.sends for beat in outside.load()] == [wanted]
        client.flushall()
        assert [beat.sends for beat in outside.load()] == [wanted]
        (tmp_path / "sends.txt").write_text(f"cut o\n{life} 1\n\n{life} 7 3\nnonsense é\n", "utf-8")
        assert [beat.sends for beat in outside.load()] == [{7: 3}]
