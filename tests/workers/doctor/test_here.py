"""``doctor`` about the console: whether what people type can be overheard, or who they are be made up."""

from __future__ import annotations

import pytest

from workers.doctor.here import examine_console
from workers.settings import read_settings


def found(**environ):
    settings = read_settings({f"LOONBRUG_{name.upper()}": value for name, value in environ.items()})
    return [each.health for each in examine_console(settings)]


@pytest.mark.parametrize(
    ("environ", "health"),
    [
        ({}, "fine"),
        ({"http": "0.0.0.0:8080"}, "warning"),
        ({"http": "[::1]:8080"}, "fine"),
        ({"http": "10.0.0.4:8080", "ops_url": "https://loonbrug.example.com"}, "fine"),
        ({"ops_url": "http://loonbrug.example.com"}, "warning"),
        ({"ops_url": "http://localhost:8080"}, "fine"),
        ({"ops_url": "http://127.0.0.1:8080"}, "fine"),
    ],
)
def test_a_console_without_https_is_fine_on_this_machine_only(environ, health):
    assert found(**environ) == [health]


@pytest.mark.parametrize(
    ("proxies", "healths"),
    [("10.0.0.5", ["fine"]), ("10.0.0.5,0.0.0.0/0", ["fine", "wrong"]), ("::/0", ["fine", "wrong"])],
)
def test_a_header_of_sign_on_that_anybody_may_write_is_wrong(proxies, healths):
    secret = "s" * 32
    assert found(ops_person_header="X-Remote-User", ops_proxies=proxies, ops_proxy_secret=secret) == healths
