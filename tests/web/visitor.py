"""Somebody at the console, without a browser."""

from __future__ import annotations

from tests.web.asking import TestClient
from web.ops.cookies import _token


class Visitor(TestClient):
    """A browser without a screen. ``submit`` posts a form of a page of ours."""

    def submit(self, path, **fields):
        token = _token(self.cookies.get("loonbrug-session") or self.cookies.get("loonbrug-form"))
        return self.post(path, data={"csrf": token, **fields}, headers={"Referer": f"{self.base_url}/ops/"})
