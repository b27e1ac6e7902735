"""Mail addresses as people write them, in the form that travels: the domain in ASCII (IDNA 2008)."""

from __future__ import annotations

import re
from email.headerregistry import Address

import idna

_NAMED = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<name>[^"<>,]*?))\s*<(?P<spec>[^<>]*)>\s*')
_ATOM = r"[^\s()<>\[\]:;@\\,\"\x00-\x1f\x7f]+"
_SPEC = re.compile(rf"(?P<local>{_ATOM})@(?P<domain>[^\s@<>,;\[\]]+)")
_PARTS = re.compile(r'(?:"[^"]*"|[^,"])+')
_MOST_LOCAL = 64


def split_addresses(text: str) -> list[str]:
    """The addresses of a list with commas; a comma between quotes belongs to a name.

    >>> split_addresses('a@example.nl, "Jansen, Jan" <jan@example.nl>')
    ['a@example.nl', '"Jansen, Jan" <jan@example.nl>']
    """
    return [part.strip() for part in _PARTS.findall(text) if part.strip()]


def read_address(text: str) -> Address:
    """``ops@example.nl`` or ``Ops Team <ops@example.nl>``. Raises ValueError, without the address in it.

    >>> str(read_address("Ops Team <ops@müller.example>"))
    'Ops Team <ops@xn--mller-kva.example>'
    """
    named = _NAMED.fullmatch(text)
    name = ((named["quoted"] or named["name"] or "") if named else "").strip()
    spec = _SPEC.fullmatch((named["spec"] if named else text).strip())
    if spec is None or not name.isprintable():
        raise ValueError("is no mail address; write it as name@example.nl or Name <name@example.nl>")
    if len(spec["local"].encode()) > _MOST_LOCAL or ".." in f".{spec['local']}.":
        raise ValueError("is no mail address: what stands before the @ is too long, or has a dot too many")
    return Address(name, spec["local"], _in_ascii(spec["domain"]))


def needs_smtputf8(address: Address) -> bool:
    """Whether what stands before the @ has other letters than a-z: a server must offer to take it."""
    return not address.username.isascii()


def _in_ascii(domain: str) -> str:
    try:
        return idna.encode(domain.rstrip("."), uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise ValueError("is no mail address: there can be no such domain") from None
