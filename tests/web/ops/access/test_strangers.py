"""What strangers can do at the door: cost next to nothing, lock nobody out, fill nothing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median

import httpx
import pytest

from connectors.store.access.devices import ConsoleDevices
from connectors.store.access.failed_sign_ins import ConsoleFailures, Counted
from connectors.store.access.people import ConsolePeople
from connectors.store.audit.reads import AuditReads
from connectors.store.audit.tally import tell_the_rest
from connectors.store.keeping.retention import Retention
from tests.web.ops.access.signing import audited, give_code, give_password
from tests.web.ops.browsing import served
from tests.web.ops.conftest import PASSWORD
from tests.web.visitor import Visitor
from web.app import create_app
from web.ops.cookies import _token
from web.requests.limits import Buckets, DoorLimits


def at(application, address):
    """A browser at this address, behind a proxy on this machine."""
    client = Visitor(application, client=("127.0.0.1", 5000), follow_redirects=False)
    client.headers["X-Forwarded-For"] = f"6.6.6.6, {address}"
    return client


@pytest.fixture
def application(services, ops):
    return create_app(replace_proxies(services), ops)


def replace_proxies(services):
    return replace(services, proxies=("127.0.0.1",))


def lock_out(application, address, name="anna", times=6):
    with at(application, address) as stranger:
        return [give_password(stranger, name, "wrong").status_code for _ in range(times)]


def test_wrong_passwords_of_a_stranger_lock_nobody_out_elsewhere(application, enrolled):
    assert lock_out(application, "203.0.113.9")[-1] == 429
    with at(application, "198.51.100.7") as anna:
        assert give_password(anna).status_code == 303
    with at(application, "203.0.113.9") as stranger:
        assert give_password(stranger).status_code == 429


def test_of_ipv6_a_whole_network_is_one_stranger(application, enrolled):
    assert lock_out(application, "2001:db8::1", times=3) == [422] * 3
    assert lock_out(application, "2001:db8::ffff", times=2) == [422, 429]
    assert lock_out(application, "2001:db8:0:1::1", times=1) == [422]


def test_many_strangers_lock_a_name_for_strangers_and_not_for_a_browser_that_is_known(
    application, enrolled, ops
):
    with at(application, "198.51.100.7") as anna:
        give_password(anna)
        assert give_code(anna, enrolled).status_code == 303
        for stranger in range(20):
            assert lock_out(application, f"203.0.113.{stranger}", times=5)[-1] in (422, 429)
        with at(application, "192.0.2.1") as another:
            assert give_password(another).status_code == 429
        anna.submit("/ops/sign-out")
        assert give_password(anna).status_code == 303
        assert [give_password(anna, password="wrong").status_code for _ in range(6)] == [422] * 4 + [429] * 2


def test_a_cookie_of_another_s_browser_or_a_made_up_one_counts_as_a_stranger(application, enrolled, ops):
    devices = ops.of(ConsoleDevices)
    theirs = devices.new()
    for number, cookie in enumerate((theirs, "made.up", f"x{theirs}", theirs + "0", "", ".")):
        name = f"192.0.2.{number}"
        with at(application, name) as stranger:
            stranger.cookies.set("loonbrug-device", cookie)
            codes = [give_password(stranger, password="wrong").status_code for _ in range(5)]
        assert codes[-1] == 429, cookie
        assert lock_out(application, name, times=1) == [429], cookie


def test_a_reset_makes_every_browser_a_stranger(application, enrolled, ops, kept):
    with at(application, "198.51.100.7") as anna:
        give_password(anna)
        give_code(anna, enrolled)
        device = ops.of(ConsoleDevices).opened(anna.cookies["loonbrug-device"])
    assert ops.of(ConsoleDevices).knows(device, "ANNA")
    ops.of(ConsolePeople).reset("anna", kept, actor="test")
    assert not ops.of(ConsoleDevices).knows(device, "anna")


def test_who_is_unlocked_may_try_again_everywhere(application, enrolled, ops):
    for address in ("203.0.113.1", "203.0.113.2"):
        assert lock_out(application, address)[-1] == 429
    ops.of(ConsoleFailures).unlock("anna", actor="test")
    for address in ("203.0.113.1", "203.0.113.2"):
        assert lock_out(application, address, times=1) == [422]


def test_guesses_of_the_password_of_now_are_counted(application, enrolled, ops):
    with at(application, "198.51.100.7") as anna:
        give_password(anna)
        give_code(anna, enrolled)
        new = "nine horses on a bridge"
        wrong = [
            anna.submit("/ops/me/password", current="wrong", new=new, again=new).status_code for _ in range(6)
        ]
        assert wrong == [422] * 4 + [429] * 2
        answer = anna.submit("/ops/me/password", current=PASSWORD, new=new, again=new)
        assert (answer.status_code, int(answer.headers["retry-after"]) > 800) == (429, True)
    assert audited(ops.database)[-2:] == [("user.failed-sign-in", "user:anna"), ("user.locked", "user:anna")]


def test_signing_out_leaves_nothing_in_the_browser_but_that_it_is_known(application, enrolled):
    with at(application, "198.51.100.7") as anna:
        give_password(anna)
        give_code(anna, enrolled)
        answer = anna.submit("/ops/sign-out")
        assert answer.headers["clear-site-data"] == '"cache", "storage"'
        assert "loonbrug-session" not in anna.cookies
        assert "loonbrug-device" in anna.cookies


def test_names_that_nobody_bears_are_told_together_once_a_minute(application, anna, ops, database):
    def told() -> list[object]:
        records = [each for each in AuditReads(database, "main").all() if each.actor == "user:unknown"]
        return [record.details["times"] for record in records]

    def told_at(moment: str) -> None:
        with database.connection() as connection:
            connection.execute(f"update tally set told_at = {moment}")

    lock_out(application, "203.0.113.1", name="nobody", times=1)
    told_at("now() + interval '1 hour'")  # however slow this machine is, the minute is not over
    for number in range(2):
        lock_out(application, f"203.0.113.{number}", name=f"nobody {number}", times=5)
    assert tell_the_rest(database, "main") == 0
    assert told() == [1]
    told_at("now() - interval '61 seconds'")
    assert tell_the_rest(database, "main") == 1
    assert tell_the_rest(database, "main") == 0
    assert told() == [1, 10]


def test_a_stranger_who_is_counted_does_not_wait_for_the_trail_nor_hold_it(application, anna, database):
    lock_out(application, "203.0.113.1", name="nobody", times=1)
    with database.transaction() as deciding:
        deciding.execute("select from audit_head where environment = 'main' for update")
        done = threading.Thread(target=lock_out, args=(application, "203.0.113.2", "no one", 1))
        done.start()
        done.join(20)
        assert not done.is_alive()


def test_what_was_counted_goes_when_it_is_old(application, database):
    lock_out(application, "203.0.113.1", name="nobody", times=5)
    with database.connection() as connection:
        connection.execute("update console_failure set last_at = now() - interval '2 days'")
        connection.execute("update console_failure set locked_until = last_at")
        connection.execute("update tally set times = 0, told_at = now() - interval '2 days'")
    gone = Retention(database, "main").sweep()
    assert gone == {"console_failure": 2, "tally": 1}


def test_the_next_try_takes_old_rows_along(ops, database):
    failures = ops.of(ConsoleFailures)
    for number in range(4):
        failures.attempt(Counted("password", f"n{number}", "a", 5), pause=900)
    with database.connection() as connection:
        connection.execute("update console_failure set last_at = now() - interval '2 hours'")
    failures.attempt(Counted("password", "another", "a", 5), pause=900)
    with database.connection() as connection:
        assert connection.execute("select from console_failure").rowcount == 1


def test_an_address_that_tries_again_and_again_is_refused_before_anything_is_looked_at(
    services, ops, database
):
    limits = DoorLimits(addresses=Buckets(rate=0.0001, burst=3))
    application = create_app(replace_proxies(services), replace(ops, limits=limits))
    with at(application, "203.0.113.1") as stranger:
        answers = [give_password(stranger, f"n{number}", "wrong") for number in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 3 + [429] * 3
    assert int(answers[-1].headers["retry-after"]) > 60
    assert "Too many are signing in" in answers[-1].text
    with database.connection() as connection:
        assert connection.execute("select from console_failure").rowcount == 2 * 3
    with at(application, "198.51.100.1") as another:
        assert give_password(another, "somebody", "wrong").status_code == 422


def test_a_body_of_a_stranger_is_small(application):
    with at(application, "203.0.113.1") as stranger:
        assert stranger.get("/ops/sign-in").status_code == 200
        assert stranger.submit("/ops/sign-in", name="a", password="x" * 9000).status_code == 413


@pytest.mark.slow
def test_a_flood_of_sign_ins_is_refused_at_once_and_the_api_answers_as_before(
    services, ops, monkeypatch, keys
):
    """Comparing stands still: whoever does not fit into the line is refused, no thread of the API waits."""
    held = threading.Event()

    def stuck(password: str, kept: str | None) -> bool:
        held.wait(60)
        return False

    monkeypatch.setattr("web.ops.access.signing_in.is_right", stuck)
    application = create_app(replace_proxies(services), ops)
    with served(application) as address, ThreadPoolExecutor(60) as strangers:

        def post(number: int) -> tuple[int, float]:
            cookie = "a-form"
            began = time.monotonic()
            answer = httpx.post(
                f"{address}/ops/sign-in",
                data={"name": "anna", "password": "x", "csrf": _token(cookie)},
                cookies={"loonbrug-form": cookie},
                headers={"X-Forwarded-For": f"10.0.{number}.1"},
                timeout=120,
                trust_env=False,
            )
            return answer.status_code, time.monotonic() - began

        try:
            posts = [strangers.submit(post, number) for number in range(60)]
            until_answered(posts, 53)
            times = []
            for _ in range(20):
                began = time.monotonic()
                assert httpx.get(f"{address}/healthz", trust_env=False, timeout=30).status_code == 200
                times.append(time.monotonic() - began)
            assert median(times) < 2, times
        finally:
            held.set()
        answers = [each.result() for each in posts]
    assert sorted(status for status, _ in answers) == [422] * 7 + [429] * 53


def until_answered(posts, count):
    deadline = time.monotonic() + 60
    while sum(each.done() for each in posts) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sum(each.done() for each in posts) >= count
