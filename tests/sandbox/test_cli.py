"""The sandbox as a program of its own."""

import json
import signal
import socket
import subprocess
import sys

import httpx
import pytest

pytestmark = pytest.mark.slow


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--workers", "0", *arguments], stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_one_line_says_how_to_reach_it_and_a_signal_ends_it():
    with start("--port", "0", "--hours", "50", "--start", "2026-11-20T12:00:00") as process:
        try:
            card = json.loads(said(process))
            form = {
                "grant_type": "client_credentials",
                "client_id": card["client_id"],
                "client_secret": card["client_secret"],
            }
            granted = httpx.post(f"{card['url']}/oauth/token", data=form, trust_env=False).json()
            headers = {"Authorization": f"Bearer {granted['access_token']}"}
            path = f"{card['url']}/connectors/Loonbrug_Hours?orderbyfieldids=-LineId&take=1"
            row = httpx.get(path, headers=headers, trust_env=False).json()["rows"][0]
            assert (row["LineId"], row["ChangedOn"]) == (10_000_050, "2026-11-20T11:59:00Z")
            assert httpx.get(f"{card['control']}/calls", trust_env=False).json()["total"] == 2
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_taken_port_is_one_line_and_exit_code_2():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        start("--port", str(taken.getsockname()[1])) as process,
    ):
        assert process.wait(60) == 2
        assert "cannot listen on port" in said(process)
