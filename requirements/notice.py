"""``./loonbrug notice``: the licences of everything that runs, as the text of the file NOTICE."""

from __future__ import annotations

import sys

from requirements.pinned import CARRIED, NotInstalledError, Package, pinned

_HEAD = """\
Loonbrug
Apache License 2.0 (LICENSE)

The image and every installation run these packages too, each under the licence that it states. The text of
each licence lies in the package itself (its folder .dist-info). Made by: ./loonbrug notice > NOTICE
"""
_CARRIED = """\
In this tree, with their licences beside them (connectors/paper/fonts, web/ops/static/vendor):
"""
_LIBRARIES = """\
Licences of the LGPL kind (dramatiq, fpdf2, psycopg, python-stdnum) are kept by using these packages
unchanged and replaceable. psycopg-binary holds libpq (PostgreSQL Licence) and OpenSSL (Apache-2.0).
"""


def notice() -> str:
    """The whole text, the same on every machine. Raises NotInstalledError."""
    packages = pinned()
    width = max(len(f"{each.name} {each.version}") for each in (*packages, *CARRIED))
    return "\n".join([_HEAD, _table(packages, width), _LIBRARIES, _CARRIED, _table(CARRIED, width)])


def _table(packages: list[Package] | tuple[Package, ...], width: int) -> str:
    return "".join(f"{f'{each.name} {each.version}':{width}}  {each.licence}\n" for each in packages)


if __name__ == "__main__":
    try:
        sys.stdout.write(notice())
    except NotInstalledError as reason:
        print(f"loonbrug: {reason}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
