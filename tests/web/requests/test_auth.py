"""API keys: shown once, kept as a hash, opening what their scopes say and nothing else."""

from __future__ import annotations

import hashlib

import pytest

from domain.access.api_key import Scope
from domain.errors import NotFound
from tests.stages.decisions.portal_world import CLAIM
from tests.web.asking import approve, bearer, problem


def test_a_key_is_kept_as_a_hash_only(keys, world):
    key, secret = keys.create(name="portal", scopes=[Scope.PORTAL], environment="main")
    [row] = world.look("select * from api_key")
    assert secret.startswith("lb_")
    assert len(secret) == 3 + 43
    assert bytes(row["key_hash"]) == hashlib.sha256(secret.encode()).digest()
    assert secret not in str(row)
    assert keys.list("main") == [key]
    assert keys.list("other") == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer lb_wrong"},
        {"Authorization": "Basic lb_wrong"},
        {"Authorization": b"Bearer lb_\xe9"},
        {"Authorization": "Bearer " + "lb_" + "x" * 5000},
    ],
)
@pytest.mark.parametrize("path", ["/v1/declarations", "/v1/nothing"])
def test_nobody_enters_without_a_key(anonymous, world, headers, path):
    answer = anonymous.get(path, headers=headers)
    problem(answer, 401, "no-key")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_without_a_key_even_bad_json_is_not_looked_at(anonymous, world):
    answer = anonymous.post(f"/v1/declarations/{CLAIM}/approve", content=b"{")
    problem(answer, 401, "no-key")


def test_a_revoked_key_opens_nothing(anonymous, keys, world):
    key, secret = keys.create(name="old", scopes=[Scope.PORTAL], environment="main")
    assert anonymous.get("/v1/declarations", headers=bearer(secret)).status_code == 200
    assert keys.revoke(key.id).revoked_at == keys.revoke(key.id).revoked_at
    problem(anonymous.get("/v1/declarations", headers=bearer(secret)), 401, "no-key")
    with pytest.raises(NotFound):
        keys.revoke("key-unknown")


def test_a_scope_opens_its_own_part(anonymous, keys, world):
    _, looks = keys.create(name="looks", scopes=[Scope.READ], environment="main")
    _, decides = keys.create(name="decides", scopes=[Scope.DECIDE], environment="main")
    assert anonymous.get("/v1/declarations", headers=bearer(looks)).status_code == 200
    problem(anonymous.get("/v1/declarations", headers=bearer(decides)), 403, "key-opens-not")
    anonymous.headers.update(bearer(looks))
    problem(approve(anonymous), 403, "key-opens-not")
    assert world.count("decision") == 0
    anonymous.headers.update(bearer(decides))
    assert approve(anonymous).status_code == 200


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(keys, world):
    _, secret = keys.create(name="portal", scopes=[Scope.PORTAL], environment="main")
    assert keys.holder(secret, "main").last_used_at is None
    first = keys.holder(secret, "main").last_used_at
    assert first is not None
    assert keys.holder(secret, "main").last_used_at == first
