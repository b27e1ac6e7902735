"""Who may call the sandbox, and how it says no."""

import base64
from typing import Any

import httpx
import pytest

from sandbox.http.auth import AppConnector
from sandbox.http.environment import Options
from tests.stages.sandbox.bare_sandbox import Caller, served

pytestmark = pytest.mark.slow


@pytest.fixture
def stage():
    with served() as made:
        yield made


@pytest.fixture
def newer():
    """The first Profit that says why it answers 401, and takes HTTP Basic."""
    with served(options=Options(version="9.0.1")) as made:
        yield made


def version(stage: Caller, authorization: str | None) -> httpx.Response:
    headers = {"Authorization": authorization} if authorization else {}
    return httpx.get(f"{stage.running.url}/profitversion", headers=headers, trust_env=False)


def grant(stage: Caller, auth: tuple[str, str] | None = None, **form: Any) -> httpx.Response:
    return httpx.post(f"{stage.running.url}/oauth/token", data=form, auth=auth, trust_env=False)


def client_of(stage: Caller) -> dict[str, Any]:
    return {"client_id": stage.running.app.client_id, "client_secret": stage.running.app.client_secret}


def test_the_base64_of_the_whole_token_lets_in(stage):
    encoded = base64.b64encode(stage.running.token.encode()).decode()
    assert version(stage, f"AfasToken {encoded}").status_code == 200


@pytest.mark.parametrize(
    "wrong", ["AfasToken {token}", "AfasToken {data}", "AfasToken", "Bearer {data}", "Basic eDp5", None]
)
def test_anything_else_is_unauthorized_with_an_empty_body(stage, wrong):
    app = stage.running.app
    answer = version(stage, wrong and wrong.format(token=app.token, data=app.data))
    assert (answer.status_code, answer.content) == (401, b"")
    assert "WWW-Authenticate" not in answer.headers


def test_from_profit_9_on_a_401_says_how_to_log_in(newer):
    answer = version(newer, None)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    newer.faults.add("unauthorized", "Loonbrug_Hours", "GET")
    assert "WWW-Authenticate" in newer.client.get("/connectors/Loonbrug_Hours").headers


def test_a_replaced_token_lets_nobody_in(stage):
    old = stage.running.app.authorization
    stage.running.app.replace_token()
    assert version(stage, old).status_code == 401
    assert version(stage, stage.running.app.authorization).status_code == 200


def test_client_credentials_give_a_bearer_token_for_an_hour(stage):
    answer = grant(stage, grant_type="client_credentials", **client_of(stage))
    body = answer.json()
    assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    assert "refresh_token" not in body
    assert version(stage, f"Bearer {body['access_token']}").status_code == 200


def test_an_ended_session_says_the_token_is_invalid_from_profit_9_on(stage, newer):
    for one, told in ((stage, None), (newer, 'Bearer error="invalid_token"')):
        token = grant(one, grant_type="client_credentials", **client_of(one)).json()["access_token"]
        one.running.app.end_sessions()
        answer = version(one, f"Bearer {token}")
        assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (401, told)


def test_profit_8_takes_client_and_secret_in_the_form_only(stage):
    basic = grant(stage, auth=tuple(client_of(stage).values()), grant_type="client_credentials")
    assert (basic.status_code, basic.json()) == (400, {"error": "invalid_request"})


def test_a_wrong_secret_is_an_invalid_client(newer):
    answer = grant(
        newer, grant_type="client_credentials", client_id=newer.running.app.client_id, client_secret="no"
    )
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})
    basic = grant(newer, auth=(newer.running.app.client_id, "no"), grant_type="client_credentials")
    assert (basic.status_code, basic.json()) == (401, {"error": "invalid_client"})


def test_two_ways_at_once_or_a_missing_parameter_is_an_invalid_request(newer):
    app = newer.running.app
    both = grant(
        newer, auth=(app.client_id, app.client_secret), grant_type="client_credentials", **client_of(newer)
    )
    for answer in (both, grant(newer, **client_of(newer)), grant(newer, grant_type="client_credentials")):
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    basic = grant(newer, auth=(app.client_id, app.client_secret), grant_type="client_credentials")
    assert basic.status_code == 200


def test_a_connector_outside_the_app_connector_is_refused_and_not_listed(stage):
    stage.running.app.allow_only("Loonbrug_Hours")
    assert stage.client.get("/connectors/Loonbrug_Hours").status_code == 200
    refused = stage.client.get("/connectors/Loonbrug_Claims")
    assert refused.status_code == 500
    assert refused.json()["externalMessage"].startswith("GetConnector niet ondersteund")
    assert stage.client.put("/connectors/PtDeclaration", json={}).status_code == 500
    overview = stage.client.get("/metainfo").json()
    assert [one["id"] for one in overview["getConnectors"]] == ["Loonbrug_Hours"]
    assert overview["updateConnectors"] == []


def test_two_app_connectors_never_share_a_secret():
    one, other = AppConnector(), AppConnector()
    assert len({one.token, other.token, one.client_secret, other.client_secret}) == 4
    assert not one.admits(other.authorization)
