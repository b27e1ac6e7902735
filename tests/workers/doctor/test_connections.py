"""``doctor`` about our lines to others: what leaves this machine unencrypted is told, without any secret."""

from __future__ import annotations

import pytest

from workers.doctor.connections import examine_connections
from workers.settings import read_settings


def examined(environ, **libpq):
    return list(examine_connections(read_settings(environ), libpq))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://me:geheim@db.example/x"),
        ("DATABASE_URL", "postgresql://me:geheim@db.example/x?sslmode=disable"),
        ("DATABASE_URL", "postgresql://me:geheim@db.example/x?sslmode=prefer"),
        ("DATABASE_URL", "postgresql://me:geheim@db.example/x?sslmode=require"),
        ("DATABASE_URL", "postgresql://me:geheim@db.example/x?sslmode=verify-ca"),
        ("DATABASE_URL", "postgresql://me:geheim@localhost,db.example/x"),
        ("DATABASE_URL", "postgresql://me:geheim@localhost/x?hostaddr=10.0.0.4"),
        ("REDIS_URL", "redis://:geheim@redis.example:6379/0"),
        ("REDIS_URL", "rediss://:geheim@redis.example:6379/0?ssl_cert_reqs=none"),
        ("LOONBRUG_PING_URL", "http://ping.example/geheim"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://10.0.0.9:4318"),
    ],
)
def test_a_line_that_can_be_overheard_is_told_by_its_setting_and_without_its_secret(name, value):
    [finding] = examined({name: value})
    assert finding.health == "warning"
    assert finding.found.startswith(f"{name}: ")
    assert finding.remedy
    assert "geheim" not in str(finding)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://me:geheim@db.example/x?sslmode=verify-full"),
        ("DATABASE_URL", "postgresql:///x?host=/var/run/postgresql"),
        ("DATABASE_URL", "postgresql://me@127.0.0.1/x"),
        ("DATABASE_URL", "postgresql://me@[::1]/x"),
        ("DATABASE_URL", "postgresql:///x"),
        ("REDIS_URL", "rediss://:geheim@redis.example:6379/0"),
        ("REDIS_URL", "redis://localhost:6379/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("LOONBRUG_PING_URL", "https://ping.example/geheim"),
        ("LOONBRUG_PING_URL", "http://localhost:9/x"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
    ],
)
def test_what_is_encrypted_or_stays_on_this_machine_is_fine(name, value):
    assert [each.health for each in examined({name: value})] == ["fine"]


def test_variables_of_libpq_count_where_the_address_is_silent():
    address = {"DATABASE_URL": "postgresql:///x"}
    assert [each.health for each in examined(address, PGHOST="db.example")] == ["warning"]
    [checked] = examined(address, PGHOST="db.example", PGSSLMODE="verify-full")
    assert checked.health == "fine"
