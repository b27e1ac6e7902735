"""Keys are rotated, and what lies in the store is sealed by the newest one."""

from __future__ import annotations

from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions
from connectors.store.decisions.portal_reads import Portal
from connectors.store.keeping.rotation import left_with, rotate
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.pull.parked import ParkedRepository
from connectors.store.records import mirror
from connectors.store.sealed.keyring import KeyRing
from connectors.store.watch.notices import Notices
from domain.records.clients import Contact
from tests.connectors.store.keeping.kept import CALLER, CANARY, ENV, FILE, MOBILE, contact, fill


def everything(database: Database) -> str:
    """All that a thief of the database would see."""
    with database.connection() as connection:
        tables = connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
        return "".join(
            str(connection.execute(f'select t::text from "{table["relname"]}" t').fetchall())
            for table in tables
        )


def test_rotation_seals_everything_with_the_new_key(
    database: Database, database_url: str, keys: KeyRing
) -> None:
    old, newer = keys.newest.id, keys.with_new_key()
    held = left_with(database, old)
    rotated = Database(database_url, keys=newer)
    assert held >= 6
    assert sum(rotate(rotated, "cli:anna")) == held
    assert left_with(rotated, old) == 0
    rotated.close()
    only_new = Database(database_url, keys=newer.without([old]))
    row = Portal(only_new).contact(CALLER, 1)
    assert row is not None
    assert (row["email"], row["mobile_requested"]) == (CANARY, MOBILE)
    assert ParkedRepository(only_new, ENV).parked([1])[0][2] == {"Email": CANARY}
    assert PostgresOutbox(only_new, "", ENV).file(FILE) == b"%PDF canary"
    with Decisions(only_new)(ENV) as work:
        past = work.last_decision("contact:1")
        assert past is not None
        assert past.content["mobile"] == MOBILE
        rejected = work.last_decision("claim:C1")
        assert rejected is not None
        assert rejected.content["reason"] == CANARY
    notice = Notices(only_new, ENV).take(["mail"], 60)
    assert notice is not None
    assert notice.content == {"to": [CANARY], "subject": "Uren", "text": CANARY}
    only_new.close()


def test_a_thief_of_the_database_sees_no_address_no_number_and_no_reason(database: Database) -> None:
    text = everything(database)
    assert CANARY not in text
    assert MOBILE not in text


def test_rotation_may_stop_anywhere_and_goes_on(database: Database, database_url: str, keys: KeyRing) -> None:
    rotated = Database(database_url, keys=keys.with_new_key())
    first = next(rotate(rotated, "cli:anna"))
    assert first > 0
    assert sum(rotate(rotated, "cli:anna")) + first == left_with(rotated, rotated.keys.newest.id)  # type: ignore[union-attr]
    assert sum(rotate(rotated, "cli:anna")) == 0
    rotated.close()


def test_what_was_never_sealed_is_sealed_by_a_rotation(database_url: str, keys: KeyRing) -> None:
    plain = Database(database_url)
    fill(plain)
    assert MOBILE in everything(plain)
    plain.close()
    sealed = Database(database_url, keys=keys)
    list(rotate(sealed, "cli:anna"))
    text = everything(sealed)
    assert CANARY not in text
    assert MOBILE not in text
    sealed.close()


def test_unchanged_rows_stay_unchanged_after_a_rotation(
    database: Database, database_url: str, keys: KeyRing
) -> None:
    rotated = Database(database_url, keys=keys.with_new_key())
    list(rotate(rotated, "cli:anna"))
    with rotated.transaction() as connection:
        assert mirror.write(connection, ENV, Contact, [contact()]) == mirror.Written(0, 0)
    rotated.close()
