"""Rows that could not be read, at the console."""

from __future__ import annotations

import orjson

from tests.stages.reasons import kept
from tests.web.ops.reading import cause_on


def park_row(world, key: str, row: dict[str, object]) -> int:
    world.put(
        "parked_row", flow="clients", key=key, reason=kept(f"Name: empty (row {key})"),
        row=orjson.dumps(row).decode(), content_hash=b"",
    )  # fmt: skip
    return int(world.look("select max(id) as id from parked_row")[0]["id"])


def test_rows_that_could_not_be_read_are_grouped_masked_and_read_again(world, wake, as_operator):
    row = park_row(world, "10030", {"DebtorId": "10030", "Email": "jan@client.example", "Name": ""})
    park_row(world, "10031", {"DebtorId": "10031"})
    groups = as_operator.get("/ops/failures").text
    assert groups.count("/ops/failures/causes/") == 1
    listed = as_operator.get(f"/ops/failures/causes/{cause_on(groups)}").text
    assert "Read all 2 again" in listed
    page = as_operator.get(f"/ops/failures/rows/{row}").text
    assert "jan@client.example" not in page
    assert "text of 18 characters" in page
    answer = as_operator.submit("/ops/failures/rows/retry", row=str(row))
    assert answer.status_code == 200
    assert "10030" not in answer.text
    assert as_operator.submit("/ops/failures/rows/retry").status_code == 409
