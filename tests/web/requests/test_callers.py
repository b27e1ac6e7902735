"""From which address somebody calls, and how often one may."""

from __future__ import annotations

import pytest

from web.requests.callers import address_of, counted_as, networks
from web.requests.limits import Buckets, TooMany


@pytest.mark.parametrize(
    ("nearest", "said", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "6.6.6.6, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "no address", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.1, no address", "10.0.0.5"),
        ("::ffff:10.0.0.5", "2001:DB8::1", "2001:db8::1"),
        ("10.0.0.5", "10.0.0.8, 10.0.0.7", "10.0.0.8"),
        ("testclient", "198.51.100.1", "testclient"),
    ],
)
def test_the_last_address_that_is_no_proxy_s_is_who_calls(nearest, said, address):
    headers = [(b"x-forwarded-for", said.encode())] if said else []
    scope = {"type": "http", "client": (nearest, 1), "headers": headers}
    assert address_of(scope, networks(["10.0.0.0/8"])) == address


def test_of_ipv6_a_network_is_one_caller():
    assert counted_as("2001:db8::1") == counted_as("2001:db8::2") == "2001:db8::/64"
    assert counted_as("203.0.113.9") == "203.0.113.9"


def test_a_bucket_gives_its_burst_and_then_so_many_a_second():
    now = [100.0]
    buckets = Buckets(rate=2, burst=3, clock=lambda: now[0])
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(TooMany) as raised:
        buckets.take("a")
    assert raised.value.after == 1
    buckets.take("b")
    now[0] += 0.5
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")
    now[0] += 1000
    for _ in range(3):
        buckets.take("a")
    assert buckets.empty("a")


def test_however_many_callers_there_are_memory_stays_bounded():
    buckets = Buckets(rate=1, burst=1, most=100)
    for number in range(1000):
        buckets.take(str(number))
    assert len(buckets._left) == 100
