"""The whole product works as ``loonbrug_app``, which cannot change the audit trail (production's login)."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from connectors.store.access.api_keys import ApiKeys
from connectors.store.audit.anchors import anchor
from connectors.store.audit.check import AuditCheck
from connectors.store.keeping.backup import take
from connectors.store.keeping.erasure import Erasure, Who
from connectors.store.keeping.retention import Retention
from connectors.store.keeping.rotation import rotate
from connectors.store.outbox import beat as life
from connectors.store.running.control import Control
from domain.access.api_key import Scope
from tests.stages.cutoff.week_world import week_world

pytestmark = pytest.mark.slow


def test_a_week_is_pulled_delivered_kept_and_backed_up_as_the_role_of_the_application(
    database_url: str, tmp_path: Path
) -> None:
    as_app = f"{database_url}&options=-c%20role%3Dloonbrug_app"
    with week_world(as_app, tmp_path) as world:
        assert world.rows("select current_user as name") == [{"name": "loonbrug_app"}]
        world.services.schedule.prepare()
        world.pull()
        for offered in world.offered():
            world.approve(offered["number"])
        world.deliver()
        assert {row["state"] for row in world.rows("select state from outbox")} == {"done"}
        database = world.database
        ApiKeys(database).create(name="x", scopes=[Scope.PORTAL], environment="main")
        Control(database, "main").pause_flow("hours", "x")
        [someone] = world.rows("select employee from employee order by employee limit 1")
        Erasure(database, "main").erase(Who.EMPLOYEE, someone["employee"], "cli:anna")
        Retention(database, "main").sweep()
        list(rotate(database, "cli:anna"))
        life.beat(database)
        assert anchor(database, "main")
        take(database, "main", tmp_path / "backup", "cli:anna")
        assert AuditCheck(database, "main").verify().fault is None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.do("delete from audit")
