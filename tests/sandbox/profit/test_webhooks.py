"""Webhooks as AFAS sends them."""

import hashlib
import hmac
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

from sandbox.profit.webhooks import Webhooks

pytestmark = pytest.mark.slow


@pytest.fixture
def receiver():
    """A receiver that keeps what it gets, and answers with the statuses it was given."""
    got: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
    statuses = [200]

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            got.put((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield SimpleNamespace(got=got, statuses=statuses, url=f"http://127.0.0.1:{server.server_port}/hook")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def webhooks():
    closing = threading.Event()
    yield Webhooks(closing, pauses=(0.01, 0.01))
    closing.set()


def entered(subject: int) -> SimpleNamespace:
    return SimpleNamespace(type="workflow.task.entered", data={"SubjectTypeId": -104, "SubjectId": subject})


def test_an_event_arrives_signed_with_its_time_in_utc(webhooks, receiver):
    webhooks.subscribe(receiver.url, "s3cret")
    webhooks.tell(entered(50001))
    headers, body = receiver.got.get(timeout=60)
    told = json.loads(body)
    assert (
        headers["X-Profit-Signature-256"] == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    )
    assert (told["EventType"], told["Data"]["SubjectId"]) == ("workflow.task.entered", 50001)
    assert set(told) == {"EventId", "EnvironmentId", "EventType", "Data", "Timestamp"}
    assert told["Timestamp"].endswith("Z")


def test_a_refused_event_is_sent_again_with_the_same_id(webhooks, receiver):
    receiver.statuses[:] = [500, 200]
    webhooks.subscribe(receiver.url, "x")
    webhooks.tell(entered(50001))
    first, second = receiver.got.get(timeout=60)[1], receiver.got.get(timeout=60)[1]
    assert json.loads(first)["EventId"] == json.loads(second)["EventId"]


def test_nothing_is_told_without_a_subscription_and_nothing_leaves_this_machine(webhooks):
    webhooks.tell(entered(50001))
    assert webhooks.counts() == {}
    with pytest.raises(ValueError, match="to http:"):
        webhooks.subscribe("http://portal.example.nl/hook", "x")
