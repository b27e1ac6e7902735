"""No token and no personal data in the log, whatever is logged (G13)."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from workers.logs.redaction import is_citizen_number, redact
from workers.logs.set_up import KEYS, begin_job, set_up_logging

TOKEN = "<token><version>1</version><data>" + "A1B2C3D4" * 8 + "</data></token>"


def json_log() -> None:
    """Called within a test: before it, stderr is another file."""
    set_up_logging(form="json", process="test")


CANARIES = {
    "token": TOKEN,
    "base64 token": "AfasToken PHRva2VuPjx2ZXJzaW9uPjE8L3ZlcnNpb24+",
    "bearer": "Bearer eyJhbGciOiJIUzI1NiJ9.abc.def",
    "api key": "lb_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
    "mobile": "+31612345678",
    "mobile with spaces": "+31 6 12 34 56 78",
    "national mobile": "0612345678",
    "mobile with a dash": "06-12345678",
    "e-mail": "jan.de-vries+werk@voorbeeld.nl",
    "iban": "NL91ABNA0417164300",
    "iban with spaces": "NL91 ABNA 0417 1643 00",
    "bsn": "111222333",
    "password": "postgresql://loonbrug:hunter2@db/loonbrug",
    "filter": "https://1.rest.afas.online/x?filtervalues=Jansen",
}
INNER = {
    "token": "A1B2C3D4A1B2",
    "base64 token": "PHRva2Vu",
    "bearer": "eyJhbGci",
    "password": "hunter2",
    "filter": "Jansen",
}


@pytest.fixture(autouse=True)
def _put_back():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers, root.level = handlers, level


@pytest.mark.parametrize("name", CANARIES)
@pytest.mark.parametrize("key", ["event", "reason", "error", "correlation", "unheard_of"])
def test_a_canary_never_reaches_the_log(name, key, capsys):
    json_log()
    fields = {key: f"before {CANARIES[name]} after"}
    structlog.get_logger("loonbrug.x").warning(fields.pop("event", "something"), **fields)
    written = capsys.readouterr().err
    assert written
    assert INNER.get(name, CANARIES[name]) not in written


@pytest.mark.parametrize("name", CANARIES)
def test_a_canary_in_a_traceback_or_a_librarys_message_is_struck_out(name, capsys):
    json_log()
    try:
        raise ValueError(CANARIES[name])  # noqa: TRY301 - caught right here
    except ValueError:
        logging.getLogger("library").exception("it said %s", CANARIES[name])
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert INNER.get(name, CANARIES[name]) not in written


def test_a_name_that_postgresql_quotes_is_struck_out():
    assert "Jansen" not in redact("duplicate key\nDETAIL:  Key (name)=(Jansen) already exists.\nMORE")
    assert "MORE" in redact("DETAIL: x\nMORE")


def test_ids_times_and_claim_numbers_stay_readable():
    text = "claim 000000000005.01 run 123 at 2026-11-20T14:03:27Z subject claim:000000000005.01 hours 38.5"
    assert redact(text) == text


def test_keys_that_nobody_allowed_lose_their_value(capsys):
    json_log()
    structlog.get_logger("loonbrug.x").info("hello", employee_name="Jan")
    assert json.loads(capsys.readouterr().err)["employee_name"] == "[hidden]"
    assert "employee_name" not in KEYS


def test_every_line_of_a_job_tells_the_job(capsys):
    json_log()
    begin_job("pull", 12)
    logging.getLogger("library").warning("hello")
    line = json.loads(capsys.readouterr().err)
    assert (line["job"], line["correlation"], line["process"]) == ("pull", "12", "test")


@pytest.mark.parametrize(
    "name",
    ["httpx", "httpcore.http11", "pypdf", "python_multipart.multipart", "dramatiq", "fontTools", "new.one"],
)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL])
def test_of_a_library_the_place_is_told_and_never_its_words(name, level, capsys):
    set_up_logging(level="debug", form="json")
    logging.getLogger(name).log(level, "about %s", "Jansen", extra={"reason": "Jansen", "event": "Jansen"})
    written = capsys.readouterr().err
    assert "Jansen" not in written
    if level < logging.WARNING:
        assert written == ""
    else:
        line = json.loads(written)
        assert line["event"] == "a library said something"
        assert line["place"].startswith("tests/workers/logs/test_set_up.py:")
        assert line["logger"] == name


def test_what_we_say_ourselves_stays(capsys):
    json_log()
    logging.getLogger("sync.pull.pages").warning("read %s pages", 3, extra={"flow": "hours"})
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["flow"], line["logger"]) == ("read 3 pages", "hours", "sync.pull.pages")


def test_an_exception_within_a_library_shows_its_kind_and_no_words(capsys):
    json_log()
    try:
        raise ValueError("Jansen")  # noqa: TRY301 - caught right here
    except ValueError:
        logging.getLogger("asyncio").exception("Task of Jansen failed", stack_info=True)
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "Jansen" not in json.dumps({**json.loads(written), "exception": ""})


def test_a_line_that_cannot_be_written_is_not_repeated(capsys):
    json_log()
    logging.getLogger("library").warning("%d apples", "Jansen")
    logging.getLogger("loonbrug.web").warning("%d apples", "Jansen")
    written = capsys.readouterr().err
    assert "Jansen" not in written
    assert "could not be written: tests/workers/logs/test_set_up.py:" in written


def test_a_warning_tells_its_kind_and_place(capsys):
    json_log()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        json_log()  # within: leaving puts back what was there before
        warnings.warn("about Jansen", DeprecationWarning, stacklevel=1)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["error_type"]) == ("a warning", "DeprecationWarning")
    assert line["place"].startswith("tests/workers/logs/test_set_up.py:")


def test_an_exception_that_nobody_caught_tells_its_kind_and_place(capsys):
    def fail() -> None:
        raise ValueError("Jansen")

    json_log()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["nobody caught an exception"] * 2
    assert all("ValueError" in line["exception"] for line in lines)
    assert all("Jansen" not in str(line) for line in lines)


@given(st.integers(min_value=0, max_value=99_999_999))
def test_exactly_one_last_digit_at_most_makes_a_citizen_number(start):
    candidates = [f"{start:08}{last}" for last in range(10)]
    assert sum(is_citizen_number(each) for each in candidates) <= 1


@given(st.text())
def test_redacting_never_fails_and_redacts_once(text):
    assert redact(redact(text)) == redact(text)
