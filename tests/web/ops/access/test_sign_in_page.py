"""Signing in: password, code, lock-out, coming back."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from connectors.store.access.people import ConsolePeople
from connectors.store.access.sessions import ConsoleSessions
from connectors.store.database import Database
from connectors.store.sealed.keyring import new_ring
from domain.access.person import Role
from tests.web.ops.access.signing import audited, give_code, give_password
from tests.web.ops.conftest import PASSWORD
from tests.web.visitor import Visitor
from web.app import create_app
from web.ops.access import codes
from web.ops.access.passwords import is_right
from web.ops.console import SignInRules


def test_a_first_sign_in_enrols_a_secret_that_is_shown_once(visitor, anna, ops, database):
    answer = give_password(visitor)
    assert answer.headers["location"] == "/ops/code?next=/ops/flows"
    shown = visitor.get("/ops/code").text
    secret = shown.split("secret=")[1].split("&")[0]
    assert codes.spelled(secret) in shown
    answer = give_code(visitor, secret)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ops/flows")
    assert visitor.get("/ops/flows").status_code == 200
    assert secret not in visitor.get("/ops/me").text
    assert ops.of(ConsolePeople).credentials("anna").code_secret == secret
    assert [action for action, _ in audited(database)] == ["user.add", "user.enrol", "user.sign-in"]


def test_the_password_alone_opens_nothing(visitor, enrolled):
    give_password(visitor)
    assert visitor.get("/ops/flows").status_code == 303


def test_a_code_works_once(visitor, application, enrolled):
    now = time.time()
    give_password(visitor)
    assert give_code(visitor, enrolled, at=now).status_code == 303
    with Visitor(application, follow_redirects=False) as other:
        give_password(other)
        assert give_code(other, enrolled, at=now).status_code == 422


def test_the_session_gets_another_token_when_it_opens(visitor, enrolled):
    give_password(visitor)
    before = visitor.cookies["loonbrug-session"]
    give_code(visitor, enrolled)
    after = visitor.cookies["loonbrug-session"]
    assert before != after
    visitor.cookies.set("loonbrug-session", before)
    assert visitor.get("/ops/flows").status_code == 303


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_many_wrong_passwords_lock_and_say_so_whether_the_name_is_known_or_not(visitor, anna, database, name):
    answers = [give_password(visitor, name, "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429] * 2
    assert "Tries left before a pause: 4" in answers[0].text
    assert "locked until" in answers[4].text
    who = "user:anna" if name == "anna" else "user:unknown"
    told = [("user.failed-sign-in", who)] + ([("user.locked", who)] if name == "anna" else [])
    assert audited(database)[1:] == told


def test_a_locked_name_does_not_open_with_the_right_password(visitor, enrolled):
    for _ in range(5):
        give_password(visitor, password="wrong")
    assert give_password(visitor).status_code == 429


def test_the_lock_ends_by_itself(services, ops, enrolled):
    ops = replace(ops, door=SignInRules(url="http://testserver", lock_after=2, lock_for=0.2))
    with Visitor(create_app(services, ops), follow_redirects=False) as visitor:
        give_password(visitor, password="wrong")
        give_password(visitor, password="wrong")
        deadline = time.monotonic() + 60
        while (answer := give_password(visitor)).status_code != 303 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert answer.status_code == 303


def test_many_wrong_codes_lock_even_when_the_password_is_given_again_in_between(visitor, enrolled):
    for _ in range(5):
        give_password(visitor)
        visitor.submit("/ops/code", code="000000", next="/ops/")
    assert give_code(visitor, enrolled).status_code == 429


def test_a_session_ends_when_nothing_was_asked_for_long(as_operator, database):
    with database.connection() as connection:
        connection.execute("update console_session set seen_at = now() - interval '31 minutes'")
    assert as_operator.get("/ops/flows").status_code == 303


def test_a_session_ends_after_a_day_of_work_whatever_was_asked(as_operator, database):
    with database.connection() as connection:
        connection.execute("update console_session set began_at = now() - interval '13 hours'")
    assert as_operator.get("/ops/flows").status_code == 303


def test_a_form_sent_after_the_session_ended_does_nothing_and_leads_back_to_its_page(
    as_operator, database, visitor
):
    with database.connection() as connection:
        connection.execute("delete from console_session")
    answer = as_operator.submit("/ops/me/language", language="nl")
    assert answer.headers["location"] == "/ops/sign-in?next=/ops/"
    with database.connection() as connection:
        assert not connection.execute("select from console_person where language is not null").fetchall()


def test_htmx_is_sent_to_the_sign_in_and_back_to_the_page_that_it_was_on(visitor):
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ops/flows?x=1"}
    answer = visitor.get("/ops/", headers=asked)
    assert answer.headers["hx-redirect"] == "/ops/sign-in?next=/ops/flows%3Fx%3D1"


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.test/ops/",
        "//evil.test",
        "/\\evil.test",
        "/ops/\n",
        "/v1/x",
        "/ops/../v1",
        "/ops/%2E./v1",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(visitor, enrolled, away):
    give_password(visitor)
    assert give_code(visitor, enrolled, back=away).headers["location"] == "/ops/"


def test_a_page_opened_from_a_mail_asks_once_more_by_itself(visitor):
    answer = visitor.get("/ops/flows", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'http-equiv="refresh"' in answer.text


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_forged_form_is_refused(as_operator, token):
    answer = as_operator.post("/ops/me/language", data={"csrf": token, "language": "nl"})
    assert answer.status_code == 403


def test_a_form_of_another_site_is_refused_whatever_it_knows(as_operator):
    as_operator.headers["Sec-Fetch-Site"] = "cross-site"
    assert as_operator.submit("/ops/me/language", language="nl").status_code == 403


def test_signing_out_ends_the_session_for_good(as_operator, database):
    cookie = as_operator.cookies["loonbrug-session"]
    assert as_operator.submit("/ops/sign-out").status_code == 303
    as_operator.cookies.set("loonbrug-session", cookie)
    assert as_operator.get("/ops/").status_code == 303
    assert audited(database)[-1][0] == "user.sign-out"


def test_somebody_disabled_is_out_at_once(as_operator, ops):
    ops.of(ConsolePeople).disable("operator person", actor="test")
    assert as_operator.get("/ops/").status_code == 303


def test_who_has_a_password_of_somebody_else_chooses_an_own_one_first(visitor, ops, kept):
    people = ops.of(ConsolePeople)
    bert = people.add(name="bert", email="", role=Role.VIEWER, password=kept, password_due=True, actor="test")
    secret = codes.new_secret()
    people.enrol(bert, secret, 0)
    give_password(visitor, "bert")
    give_code(visitor, secret)
    assert visitor.get("/ops/flows").headers["location"] == "/ops/me?next=/ops/flows"
    new = "nine horses on a bridge"
    answer = visitor.submit("/ops/me/password", current=PASSWORD, new=new, again=new)
    assert answer.headers["location"] == "/ops/me?done=password"
    assert visitor.get("/ops/flows").status_code == 200
    assert is_right(new, people.credentials("bert").password)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("wrong", "nine horses on a bridge", "nine horses on a bridge"), "was not right"),
        ((PASSWORD, "Loonbrug2026!", "Loonbrug2026!"), "anybody would guess"),
        ((PASSWORD, "short", "short"), "at least 12"),
        ((PASSWORD, "long enough for me", "long enough for you"), "not the same"),
        ((PASSWORD, PASSWORD, PASSWORD), "password of now"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason(visitor, enrolled, typed, said):
    give_password(visitor)
    give_code(visitor, enrolled)
    fields = dict(zip(("current", "new", "again"), typed, strict=True))
    answer = visitor.submit("/ops/me/password", **fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_the_secret_of_the_codes_is_encrypted_at_rest(database_url, kept):
    database = Database(database_url, size=2, keys=new_ring())
    people, sessions = ConsolePeople(database, "main"), ConsoleSessions(database, "main")
    anna = people.add(name="anna", email="", role=Role.VIEWER, password=kept, actor="test")
    secret = codes.new_secret()
    token = sessions.begin(anna.id, idle=60, longest=60, new_secret=secret)
    people.enrol(anna, secret, 0)
    session, known = sessions.find(token, idle=60, longest=60), people.credentials("anna")
    assert session is not None
    assert known is not None
    assert session.new_secret == known.code_secret == secret
    with database.connection() as connection:
        rows = connection.execute(
            "select code_secret as kept from console_person union all select new_secret from console_session"
        ).fetchall()
    database.close()
    assert all(row["kept"].startswith("enc:") and secret not in row["kept"] for row in rows)


def test_an_outdated_hash_is_made_anew_at_sign_in(visitor, ops, anna, enrolled):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    people = ops.of(ConsolePeople)
    people.renew_hash(anna, old)
    give_password(visitor)
    assert people.credentials("anna").password != old
    assert is_right(PASSWORD, people.credentials("anna").password)


def test_cookies_are_for_this_host_and_https_only_when_the_console_is_reached_so(services, ops):
    ops = replace(ops, door=SignInRules(url="https://loonbrug.example.test"))
    with Visitor(create_app(services, ops), base_url="https://testserver") as visitor:
        cookie = visitor.get("/ops/sign-in").headers["set-cookie"]
    assert cookie.startswith("__Host-loonbrug-form=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "path",
    ["/ops/sign-in", "/ops/flows", "/ops", "/ops/static/console.css", "/v1/x", "/healthz", "/ops/../x"],
)
def test_a_browser_is_told_to_come_by_https_only_on_every_answer_where_it_can(services, ops, path):
    told = []
    for url in ("https://loonbrug.example.test", "http://127.0.0.1:8080"):
        application = create_app(services, replace(ops, door=SignInRules(url=url)))
        with Visitor(application, follow_redirects=False) as visitor:
            told.append(visitor.get(path).headers.get("strict-transport-security"))
    assert told == ["max-age=31536000", None]
