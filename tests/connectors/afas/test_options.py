"""Where AFAS is, and where we refuse to go."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.afas import AfasOptions, base_address
from connectors.afas.metainfo import days_until_expiry
from tests.connectors.afas.conftest import CLASSIC


@pytest.mark.parametrize(
    ("kind", "host"), [("O", "rest"), ("T", "resttest"), ("a", "restaccept"), ("C", "restcursus")]
)
def test_a_base_address_follows_from_number_and_type(kind, host):
    assert base_address("12345", kind) == f"https://12345.{host}.afas.online/ProfitRestServices"


@pytest.mark.parametrize(("number", "kind"), [("1234", "O"), ("123456", "O"), ("1234x", "O"), ("12345", "X")])
def test_a_wrong_number_or_type_is_said(number, kind):
    with pytest.raises(ValueError, match="AFAS"):
        base_address(number, kind)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "12345.rest.afas.online",
        "ftp://x/y",
        "https://",
        "http://10.0.0.7/ProfitRestServices",
        "http://afas.example/ProfitRestServices",
        "https://user:pass@x/y",
        "https://x/y?z=1",
    ],
)
def test_an_address_that_could_not_work_or_would_show_the_token_is_refused(address):
    with pytest.raises(ValueError, match="AFAS"):
        AfasOptions(address, CLASSIC)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/x", "https://x"]
)
def test_this_machine_may_be_reached_without_tls(address):
    assert AfasOptions(address, CLASSIC).address == address
    assert AfasOptions("http://sandbox:8080/x", CLASSIC, plain_http=True)


@pytest.mark.parametrize(
    ("expiry", "days"),
    [
        ("0", None),
        ("", None),
        ("soon", None),
        ("2027-05-01", 12),
        ("2027-05-01T00:00:00Z", 12),
        ("01-05-2027", 12),
        ("2027-04-18", -1),
    ],
)
def test_days_until_the_token_expires(expiry, days):
    assert days_until_expiry({"tokenExpiry": expiry}, date(2027, 4, 19)) == days
    assert days_until_expiry({}, date(2027, 4, 19)) is None
