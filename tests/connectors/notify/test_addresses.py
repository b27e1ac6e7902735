"""Mail addresses: what is one, and the form in which it travels."""

from __future__ import annotations

import pytest

from connectors.notify.addresses import read_address, split_addresses


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("ops@example.nl", "", "ops@example.nl"),
        (" ops@example.nl ", "", "ops@example.nl"),
        ("<ops@example.nl>", "", "ops@example.nl"),
        ("Ops Team <ops@example.nl>", "Ops Team", "ops@example.nl"),
        ('"Team, Ops" <ops@example.nl>', "Team, Ops", "ops@example.nl"),
        ("J\u00fcrgen <j\u00fcrgen@example.nl>", "J\u00fcrgen", "j\u00fcrgen@example.nl"),
        ("ops@m\u00fcller.example", "", "ops@xn--mller-kva.example"),
        ("ops@stra\u00dfe.example", "", "ops@xn--strae-oqa.example"),
        ("ops@XN--MLLER-KVA.example", "", "ops@xn--mller-kva.example"),
        ("a+b.c@localhost", "", "a+b.c@localhost"),
    ],
)
def test_an_address_is_read_as_it_is_meant(text, name, spec):
    address = read_address(text)
    assert (address.display_name, address.addr_spec) == (name, spec)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "ops",
            "@",
            "ops@",
            "@example.nl",
            "a@b@c",
            "a b@example.nl",
            "a..b@example.nl",
            ".a@example.nl",
        ),
        *("ops@exam ple.nl", "ops@-example.nl", "ops@[127.0.0.1]", "ops@example..nl", "ops@" + "a" * 300),
        *("x\r\nRCPT TO:<t@example.nl>", "Ops <ops@example.nl", "a@x.nl;b@x.nl"),
        *("x" * 65 + "@example.nl", "Ops <a@x.nl> <b@x.nl>"),
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(text):
    with pytest.raises(ValueError, match="mail address") as refused:
        read_address(text)
    assert len(text) < 13 or text not in str(refused.value)


def test_a_list_is_split_at_commas_outside_of_names():
    text = 'a@x.nl, "Jansen, Jan" <b@x.nl>,,Ops <c@x.nl> '
    assert split_addresses(text) == ["a@x.nl", '"Jansen, Jan" <b@x.nl>', "Ops <c@x.nl>"]
