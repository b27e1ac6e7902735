"""That stage, after everything was sent through it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from connectors.store.sealed.keyring import load_or_make
from sandbox.http.auth import AppConnector
from sandbox.running import new_world, start_sandbox
from sandbox.seed.seed import fill
from tests.end_to_end.canaries.canaries import SECRETS
from tests.end_to_end.canaries.receiver import receiver
from tests.end_to_end.canaries.stage import Stage, environ_of, live
from tests.stages.watch.mail_server import mail_server
from workers.compose.services import open_services
from workers.logs.set_up import set_up_logging
from workers.settings import read_settings


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    patch = pytest.MonkeyPatch()
    yield patch
    patch.undo()


@pytest.fixture(scope="module")
def stage(postgres_server, redis_server, module_database_url, tmp_path_factory, monkeypatch_module):
    """The whole product in this process, after everything below was sent through it."""
    folder = tmp_path_factory.mktemp("canaries")
    monkeypatch_module.chdir(folder)
    log = io.StringIO()
    monkeypatch_module.setattr(sys, "stderr", log)
    world: Any = new_world(workers=0)
    fill(world, workers=4, weeks=1, current="submitted")
    with ExitStack() as stack:
        app = AppConnector(client_secret=SECRETS["client secret"])
        sandbox = stack.enter_context(start_sandbox(world, app=app))
        hooks, mails = stack.enter_context(receiver()), stack.enter_context(mail_server())
        environ = environ_of(sandbox, (module_database_url, redis_server.url), hooks, mails, folder)
        for name, value in environ.items():
            monkeypatch_module.setenv(name, value)
        settings = read_settings(environ)
        load_or_make(folder / "keys")
        set_up_logging(level="debug", form="json", process="test")
        opened = open_services(settings, module_database_url, redis_server.url, size=12, process="test")
        with opened as services:
            made = Stage(sandbox, services, settings, hooks, mails, log)
            live(made)
            yield made
