"""The nginx that docs/ops/console.md shows, run for real: nobody outside speaks for the company's sign-on."""

from __future__ import annotations

import http.server
import re
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from domain.access.person import Role
from tests.web.ops.browsing import served
from tests.web.raw import ask, status
from web.app import create_app
from web.ops.console import SignInRules, TrustedHeader

pytestmark = pytest.mark.slow

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
GUIDE = Path(__file__).parents[4] / "docs" / "ops" / "console.md"
SECRET = "0123456789abcdef0123456789abcdef"
FORGED = {
    "X-Forwarded-Email": "mallory@example.com",
    "X_Forwarded_Email": "mallory@example.com",
    "X-Forwarded-Groups": "ict",
    "X_Forwarded_Groups": "ict",
    "X-Loonbrug-Proxy": SECRET,
    "X_Loonbrug_Proxy": SECRET,
}
PATHS = [
    "/ops/../v1/x",
    "/ops/../v1/../ops/",
    "/ops/..;/v1/x",
    "/v1/../ops/",
    "/v1/..%2fops/",
    "/v1/%2e%2e/ops/",
    "/v1/%252e%252e/ops/",
    "/v1/..%5cops/",
    "//ops/",
    "/v1//../ops/",
    "/v1/x",
    "/v1/ops/",
    "/oauth2/../ops/",
]


class SignOn(http.server.BaseHTTPRequestHandler):
    """Stands for oauth2-proxy: takes the headers of the sign-on out, and sets those of who is signed in."""

    email = ""
    upstream = ""

    def do_GET(self) -> None:
        headers = [
            (name, value)
            for name, value in self.headers.items()
            if name.lower() not in ("x-forwarded-email", "x-forwarded-groups", "connection")
        ]
        if not self.email:
            self.send_response(302)
            self.send_header("Location", "/oauth2/sign_in")
            self.end_headers()
            return
        headers += [("X-Forwarded-Email", self.email), ("X-Forwarded-Groups", "ict")]
        answer = httpx.get(self.upstream + self.path, headers=headers, trust_env=False)
        self.send_response(answer.status_code)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


def block(after: str) -> str:
    """The piece of nginx's configuration behind these words of the guide."""
    found = re.search(r"```nginx\n(.*?)```", GUIDE.read_text("utf-8").partition(after)[2], re.DOTALL)
    assert found, after
    return found[1]


@contextmanager
def nginx(folder: Path, sign_on: int, upstream: int):
    """The documented nginx, on ports of ours and without TLS; yields its port."""
    port = free_port()
    headers, secret = block("`/etc/nginx/loonbrug-headers.conf`"), block("`/etc/nginx/loonbrug-secret.conf`")
    server = block("\nThe server:\n").replace("/etc/nginx/", f"{folder}/")
    server = re.sub(r"\n *ssl_cert[^\n]*", "", server).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    server = server.replace("127.0.0.1:4180", f"127.0.0.1:{sign_on}").replace(":8080", f":{upstream}")
    (folder / "loonbrug-headers.conf").write_text(headers)
    (folder / "loonbrug-secret.conf").write_text(re.sub('".*"', f'"{SECRET}"', secret))
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nuser root;\npid {folder}/pid;\nerror_log {folder}/log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{kept}{server}}}\n"
    )
    command = [NGINX, "-p", str(folder), "-c", "nginx.conf", "-e", str(folder / "log")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            until_it_listens(port, process)
            yield port
        finally:
            process.terminate()


def until_it_listens(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr and process.stderr.read()
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def sign_on(services, ops, tmp_path):
    """The console behind both; yields nginx's port and the class that stands for oauth2-proxy."""
    if not Path(NGINX).exists():
        pytest.skip("no nginx here: apt-get install nginx-light")
    roles = {"ict": Role.ADMINISTRATOR}
    trusted = TrustedHeader("X-Forwarded-Email", "X-Forwarded-Groups", ("127.0.0.1",), SECRET, roles)
    ops = replace(ops, door=SignInRules(url="http://127.0.0.1", trusted=trusted))
    with served(create_app(services, ops)) as address:
        handler = type("SignedOn", (SignOn,), {"upstream": address})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with nginx(tmp_path, server.server_address[1], urlsplit(address).port or 0) as port:
            yield port, handler
        server.shutdown()
        server.server_close()


def people_and_records(database):
    with database.connection() as connection:
        people = connection.execute("select name from console_person").fetchall()
        return [row["name"] for row in people], connection.execute("select from audit").rowcount


@pytest.mark.parametrize("path", PATHS)
def test_no_stranger_draws_a_page_or_writes_a_record_by_headers_and_an_odd_path(sign_on, database, path):
    port, _ = sign_on
    answer = ask(port, path, FORGED)
    assert status(answer) in (302, 303, 400, 401, 404), answer
    assert "mallory" not in answer
    assert people_and_records(database) == ([], 0)


def test_whom_the_sign_on_names_is_in_and_nobody_else_whatever_the_browser_sends(sign_on, database):
    port, handler = sign_on
    assert status(ask(port, "/ops/me", FORGED)) == 302
    assert people_and_records(database) == ([], 0)
    handler.email = "clara@example.com"
    shown = ask(port, "/ops/me", FORGED)
    assert "clara@example.com" in shown
    assert "mallory" not in shown
    assert people_and_records(database) == (["clara@example.com"], 1)
