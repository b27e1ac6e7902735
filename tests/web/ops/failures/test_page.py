"""Failures at the console: found by their cause, and by what one looks for."""

from __future__ import annotations

import re

import pytest

from tests.stages.decisions.portal_world import CLAIM
from tests.stages.reasons import kept
from tests.web.ops.reading import cause_on, first_of


def test_nothing_failed_is_said(as_viewer, world):
    answer = as_viewer.get("/ops/failures")
    assert answer.status_code == 200
    assert "Nothing failed." in answer.text


def test_many_victims_of_one_cause_are_one_line(stuck, as_viewer):
    stuck.approvals(12)
    page = as_viewer.get("/ops/failures").text
    assert page.count("/ops/failures/causes/") == 1
    assert "Dat mag niet." in page
    listed = as_viewer.get(f"/ops/failures/causes/{cause_on(page)}").text
    assert "12 with this cause" in listed
    assert listed.count("/ops/failures/updates/") == 12
    assert "Plan the replay" not in listed


def test_a_viewer_can_look_and_not_replay(stuck, as_viewer):
    [update] = stuck.approvals(1)
    assert as_viewer.get(f"/ops/failures/updates/{update}").status_code == 200
    assert as_viewer.submit("/ops/failures/replays", update=str(update)).status_code == 403
    assert as_viewer.submit(f"/ops/failures/updates/{update}/cancel", reason="x").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=parked", True),
        ("state=unclear", False),
        ("kind=approve", True),
        ("kind=reject", False),
        ("flow=hours", False),
        ("client=10010", True),
        ("client=nobody", False),
        ("client=client+10010", True),
        ("client=%25", False),
        ("client=10010&week=2026-W47&kind=approve&text=niet&connector=PtDeclaration&state=parked", True),
        ("client=10010&kind=reject", False),
        ("text=mag+niet", True),
        ("text=100%25", False),
        ("connector=PtDeclaration", True),
        ("connector=KnPerson", False),
        ("age=1", False),
        ("week=2026-W47", True),
        ("week=2026-W46", False),
    ],
)
def test_failures_are_filtered(stuck, world, as_viewer, query, found):
    stuck.desk.afas.add_claim(CLAIM)
    stuck.refused([stuck.approval(CLAIM)])
    answer = as_viewer.get(f"/ops/failures?{query}")
    assert answer.status_code == 200
    assert ("/ops/failures/causes/" in answer.text) is found
    assert ("Nothing that failed fits this filter." in answer.text) is not found


def test_a_client_is_found_for_contacts_and_documents_too(stuck, world, as_viewer):
    stuck.mobile()
    stuck.desk.afas.add_document(9000)
    world.document(9000, "10020", None)
    stuck.refused([stuck.desk.owe_file(9000)])
    told = "mobile number", "signed file"
    for client, (kind, other) in (("10010", told), ("10020", told[::-1])):
        causes = as_viewer.get(f"/ops/failures?client={client}").text.partition("<tbody>")[2]
        assert kind in causes
        assert other not in causes


def test_what_ended_is_found_by_its_claim_and_by_its_id(stuck, as_operator):
    [update] = stuck.approvals(1)
    as_operator.submit(f"/ops/failures/updates/{update}/cancel", reason="the client withdrew it")
    for text in (f"{0:012}.01", str(update)):
        page = as_operator.get(f"/ops/failures?text={text}").text
        assert f"/ops/failures/updates/{update}" in page
        assert "void" in page


def test_strange_filters_are_refused_and_not_searched(as_viewer, world):
    for query in ("age=x", "age=-1", "after=-1", "text=%00", "client=" + "9" * 300):
        assert as_viewer.get(f"/ops/failures?{query}").status_code == 422, query
    assert as_viewer.get("/ops/failures/causes/xyz").status_code == 422
    assert as_viewer.get("/ops/failures/causes/000000000000").status_code == 404
    assert as_viewer.get("/ops/failures/replays/9").status_code == 404


def test_a_long_list_goes_on_behind_its_last(stuck, world, as_viewer):
    with world.database.connection() as connection:
        connection.execute(
            "insert into outbox (environment, kind, subject, state, payload, mark, reason)"
            " select 'main', 'approve', 'claim:' || n, 'parked', '{}', 'LB-' || n,"
            " replace(%s, '7', n::text)::jsonb from generate_series(1, 120) n",
            (kept("Regel 7"),),
        )
    first = as_viewer.get(f"/ops/failures/causes/{cause_on(as_viewer.get('/ops/failures').text)}").text
    following = first_of(r'href="([^"]+after=\d+)"', first).replace("&amp;", "&")
    second = as_viewer.get(following).text
    seen = [set(re.findall(r"/ops/failures/updates/(\d+)", page)) for page in (first, second)]
    assert [len(each) for each in seen] == [50, 50]
    assert not seen[0] & seen[1]


def test_the_pages_speak_dutch(stuck, as_viewer):
    [update] = stuck.approvals(1)
    for path, told in (("/ops/failures", "Getroffen"), (f"/ops/failures/updates/{update}", "geparkeerd")):
        assert told in as_viewer.get(path, headers={"Accept-Language": "nl"}).text
