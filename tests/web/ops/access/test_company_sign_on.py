"""The company's own sign-on: whom its proxy names is signed in, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.store.access.people import ConsolePeople
from domain.access.person import Role
from tests.web.ops.access.signing import give_password
from tests.web.visitor import Visitor
from web.app import create_app
from web.ops.console import SignInRules, TrustedHeader

SECRET = "what only the proxy of the company knows"


def outside(services, ops, proxies=("127.0.0.1",)):
    roles = {"payroll": Role.APPROVER, "ict": Role.ADMINISTRATOR}
    trusted = TrustedHeader("X-Remote-User", "X-Remote-Groups", proxies, SECRET, roles)
    ops = replace(ops, door=SignInRules(url="http://testserver", trusted=trusted))
    client = Visitor(create_app(services, ops), client=("127.0.0.1", 5000), follow_redirects=False)
    client.headers.update({"X-Remote-User": "clara", "X-Remote-Groups": "staff, payroll, viewer"})
    client.headers["X-Loonbrug-Proxy"] = SECRET
    return client


def written(database):
    """Whom the store knows, and what was done."""
    with database.connection() as connection:
        people = connection.execute("select name, role from console_person").fetchall()
        return people, connection.execute("select actor, action from audit").fetchall()


def test_whom_the_company_s_proxy_names_is_signed_in_with_the_best_role_of_the_groups(services, ops):
    with outside(services, ops) as client:
        shown = client.get("/ops/me").text
    assert "clara" in shown
    assert "approver" in shown
    assert "Password of now" not in shown


def test_the_header_counts_from_the_proxy_only(services, ops):
    with outside(services, ops, proxies=("10.0.0.0/8",)) as client:
        assert client.get("/ops/me").status_code == 303
        assert client.get("/ops/sign-in").status_code == 403


@pytest.mark.parametrize("said", [[], ["wrong"], [SECRET, "wrong"], [SECRET[:-1]], ["é"], [SECRET.upper()]])
def test_an_address_alone_is_no_proof_of_being_the_proxy(services, ops, database, said):
    with outside(services, ops) as client:
        del client.headers["X-Loonbrug-Proxy"]
        headers = [("X-Loonbrug-Proxy", each.encode()) for each in said]
        assert client.get("/ops/me", headers=headers).status_code == 303
    assert written(database) == ([], [])


@pytest.mark.parametrize("name", ["X_Remote_User", "X-Remote_User", "x_remote_groups", "X_Loonbrug-Proxy"])
def test_a_header_that_also_comes_with_underscores_opens_nothing(services, ops, database, name):
    """A proxy before us may have replaced the one and left the other."""
    with outside(services, ops) as client:
        said = {"x-remote-user": "clara", "x-remote-groups": "payroll", "x-loonbrug-proxy": SECRET}
        answer = client.get("/ops/me", headers={name: said[name.lower().replace("_", "-")]})
        assert answer.status_code in (303, 403)
    assert written(database) == ([], [])


def test_an_address_that_leads_nowhere_signs_nobody_on_and_writes_nothing(services, ops, database):
    with outside(services, ops) as client:
        client.headers["X-Remote-Groups"] = "ict"
        for path in ("/ops/nothing", "/ops/static/nothing.css", "/ops/%2e%2e/v1/x", "/ops//v1/x"):
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert "clara" not in answer.text, path
        assert client.get("/ops/sign-out").status_code == 405
    assert written(database) == ([], [])


def test_a_page_that_does_not_exist_still_leads_on_whoever_was_here_before(services, ops):
    with outside(services, ops) as client:
        client.get("/ops/")
        assert "clara" in client.get("/ops/nothing").text


def test_nobody_is_an_administrator_by_the_mere_name_of_a_group(services, ops):
    with outside(services, ops) as client:
        client.headers["X-Remote-Groups"] = "administrator"
        assert client.get("/ops/").status_code == 403
        client.headers["X-Remote-Groups"] = "administrator, viewer"
        assert "viewer" in client.get("/ops/me").text
        client.headers["X-Remote-Groups"] = "ict"
        assert "administrator" in client.get("/ops/me").text


def test_groups_without_a_role_open_nothing(services, ops):
    with outside(services, ops) as client:
        client.headers["X-Remote-Groups"] = "staff"
        assert client.get("/ops/").status_code == 403


def test_a_password_opens_nothing_where_the_company_signs_people_on(services, ops, enrolled):
    with outside(services, ops, proxies=("10.0.0.0/8",)) as client:
        assert give_password(client).headers["location"].startswith("/ops/sign-in")


def test_somebody_disabled_here_stays_out_whatever_the_company_says(services, ops):
    with outside(services, ops) as client:
        client.get("/ops/")
        ops.of(ConsolePeople).disable("clara", actor="test")
        assert client.get("/ops/").status_code == 409


def test_a_name_that_is_written_twice_is_believed_from_nobody(services, ops):
    """A proxy that adds its header to what came from outside, instead of replacing it, opens nothing."""
    with outside(services, ops) as client:
        del client.headers["X-Remote-User"]
        twice = [("X-Remote-User", "administrator"), ("X-Remote-User", "clara")]
        assert client.get("/ops/me", headers=twice).status_code == 303


def test_groups_count_in_one_header_or_in_several(services, ops):
    with outside(services, ops) as client:
        del client.headers["X-Remote-Groups"]
        several = [("X-Remote-Groups", "staff"), ("X-Remote-Groups", "payroll")]
        assert "approver" in client.get("/ops/me", headers=several).text


def test_a_form_needs_its_token_behind_the_company_s_sign_on_too(services, ops):
    with outside(services, ops) as client:
        client.headers["X-Remote-Groups"] = "ict"
        client.get("/ops/flows")
        assert client.post("/ops/switches/pause", data={"reason": "forged"}).status_code == 403
        assert client.submit("/ops/switches/pause", reason="meant").status_code == 303


def test_signing_out_is_the_proxy_s_matter(services, ops):
    with outside(services, ops) as client:
        assert "Sign out" not in client.get("/ops/me").text
    trusted = TrustedHeader(
        "X-Remote-User", "X-Remote-Groups", ("127.0.0.1",), SECRET, sign_out="/oauth2/sign_out"
    )
    ops = replace(ops, door=SignInRules(url="http://testserver", trusted=trusted))
    with Visitor(create_app(services, ops), client=("127.0.0.1", 5000)) as client:
        client.headers.update(
            {"X-Remote-User": "clara", "X-Remote-Groups": "viewer", "X-Loonbrug-Proxy": SECRET}
        )
        assert '<a href="/oauth2/sign_out">Sign out</a>' in client.get("/ops/me").text
