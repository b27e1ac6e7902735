"""What the query string of a GetConnector selects and sorts, and how it is refused."""

import json

import pytest

from sandbox.errors import Refusal
from sandbox.reading.query import parse, read
from sandbox.reading.tables import Tables
from tests.stages.sandbox.bare_sandbox import hour

LINES = [
    hour(1, Description="Lassen", Quantity=8, ChangedOn="2026-11-16T10:00:00", ClaimNumber="000000000001.01"),
    hour(2, Description="lassen en slijpen", Quantity=4.5, ChangedOn="2026-11-17T10:00:00"),
    hour(3, Description="Slijpen", Quantity=-0.5, ChangedOn="2026-11-17T10:00:00", Finished=False),
    hour(4, Description=None, Quantity=0, ChangedOn="2026-11-18T10:00:00"),
    hour(
        5, Description="100%_af", Quantity=2, ChangedOn="2026-11-19T10:00:00", ClaimNumber="000000000002.01"
    ),
]


@pytest.fixture(scope="module")
def tables():
    made = Tables()
    made.insert_many("Loonbrug_Hours", LINES)
    return made


@pytest.fixture
def ask(tables):
    shape = tables.connector("Loonbrug_Hours")

    def asked(shuffle=None, cells=150_000, **parameters):
        given = {"orderbyfieldids": "LineId"} | {name: str(value) for name, value in parameters.items()}
        page = read(tables, shape, parse(shape, given), shuffle=shuffle, cells=cells)
        return [row["LineId"] for row in json.loads(b"[" + page.rows + b"]")]

    return asked


def one(field: str, operator: int | str, value: str = "") -> dict[str, int | str]:
    return {"filterfieldids": field, "operatortypes": operator, "filtervalues": value}


@pytest.mark.parametrize(
    ("field", "operator", "value", "found"),
    [
        ("LineId", 1, "3", [3]),
        ("LineId", 2, "3", [3, 4, 5]),
        ("LineId", 3, "3", [1, 2, 3]),
        ("LineId", 4, "3", [4, 5]),
        ("LineId", 5, "3", [1, 2]),
        ("Description", 6, "slijpen", [2, 3]),
        ("Description", 7, "Slijpen", [1, 2, 5]),
        ("ClaimNumber", 8, "", [2, 3, 4]),
        ("ClaimNumber", 8, "[is leeg]", [2, 3, 4]),
        ("ClaimNumber", 9, "", [1, 5]),
        ("Description", 10, "Lassen", [1, 2]),
        ("Description", 11, "slijpen", [1, 5]),
        ("Description", 12, "lassen", [3, 5]),
        ("Description", 13, "slijpen", [2, 3]),
        ("Description", 14, "slijpen", [1, 5]),
        ("Description", 15, "en", [1, 2, 3]),
        ("Description", 6, "_", [5]),
        ("Quantity", 5, "0", [3]),
        ("Quantity", 1, "4.5", [2]),
        ("Finished", 1, "false", [3]),
        ("Finished", 1, "1", [1, 2, 4, 5]),
        ("ChangedOn", 4, "2026-11-17T10:00:00", [4, 5]),
        ("ChangedOn", 2, "2026-11-18", [4, 5]),
        ("ChangedOn", 3, "2026-11-17T10:00:00", [1, 2, 3]),
        ("changedon", 1, "2026-11-18T10:00:00", [4]),
    ],
)
def test_every_operator_finds_what_afas_would_find(ask, field, operator, value, found):
    assert ask(**one(field, operator, value)) == found


def test_a_comma_is_and_a_semicolon_is_or_and_and_binds_stronger(ask):
    assert ask(**one("LineId,Quantity", "4,5", "1,3")) == [3, 4, 5]
    assert ask(**one("LineId;LineId", "1;1", "1;4")) == [1, 4]
    assert ask(**one("LineId,Quantity;LineId", "4,5;1", "3,1;1")) == [1, 4]


def test_filterjson_says_the_same_with_lists_and_with_single_objects(ask):
    field = {"@FieldId": "LineId", "@OperatorType": "4", "#text": "3"}
    other = {"@FieldId": "ClaimNumber", "@OperatorType": 1, "#text": "000000000001.01"}
    listed = {"Filters": {"Filter": [{"@FilterId": "a", "Field": [field]}, {"Field": [other]}]}}
    assert ask(filterjson=json.dumps(listed)) == [1, 4, 5]
    assert ask(filterjson=json.dumps({"Filters": {"Filter": {"Field": field}}})) == [4, 5]
    assert ask(filterjson=json.dumps({"Filters": {"Filter": {"Field": [field, other]}}})) == []


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-17T10:00:00Z",
        "2026-11-17T10:00:00z",
        "2026-11-17Z",
        "2026-11-17T10:00:00+01:00",
        "2026-11-17T10:00:00.000",
        "2026-11-17 10:00:00",
        "17-11-2026",
        "20261117",
        "2026-02-30",
        "2026-11-17T25:00:00",
    ],
)
@pytest.mark.parametrize("spelt", ["lists", "filterjson"])
def test_a_moment_is_written_without_a_zone_or_refused(ask, moment, spelt):
    field = {"@FieldId": "ChangedOn", "@OperatorType": "2", "#text": moment}
    given = one("ChangedOn", 2, moment)
    if spelt == "filterjson":
        given = {"filterjson": json.dumps({"Filters": {"Filter": {"Field": field}}})}
    with pytest.raises(Refusal, match="Type mismatch"):
        ask(**given)


def test_a_value_with_a_comma_fits_only_in_filterjson(ask):
    with pytest.raises(Refusal, match="unexpected"):
        ask(**one("Description", 1, "a,b"))
    field = {"@FieldId": "Description", "@OperatorType": "1", "#text": "a,b"}
    assert ask(filterjson=json.dumps({"Filters": {"Filter": {"Field": field}}})) == []


def test_an_unknown_field_is_named_in_the_refusal(ask):
    with pytest.raises(Refusal, match="'Bsn' not found"):
        ask(**one("Bsn", 1, "1"))
    with pytest.raises(Refusal) as refused:
        ask(orderbyfieldids="-Salaris")
    assert refused.value.dutch == "Connector-veld 'Salaris' niet gevonden"


@pytest.mark.parametrize(
    "wrong",
    [
        {"skip": 2, "take": -1},
        {"skip": -1, "take": 5},
        {"take": -1},
        {"skip": -1},
        {"skip": -3, "take": -3},
        {"take": "ten"},
        {"take": 1.5},
        {"filterjson": "{"},
        {"filterjson": "[]"},
        {"filterjson": '{"Filters":{}}'},
        one("LineId", 16, "1"),
        one("LineId", "x", "1"),
        one("LineId,LineId", "1,1", "1"),
        one("LineId,LineId", "1", "1,1"),
        one("LineId", "1,1", "1"),
        one("LineId;LineId", "1,1", "1;1"),
        one("LineId,LineId", "1,1", "1;1"),
        one("LineId,LineId;LineId", "1;1,1", "1;1,1"),
        one("LineId", "", "1"),
        {"filterfieldids": "LineId", "operatortypes": "1"},
        {"filtervalues": "1", "operatortypes": "1"},
        {"operatortypes": "1"},
    ],
)
def test_what_cannot_be_read_is_the_generic_error(ask, wrong):
    with pytest.raises(Refusal) as refused:
        ask(**wrong)
    assert refused.value.number == -2147180999


@pytest.mark.parametrize(
    ("field", "value"), [("LineId", "one"), ("ChangedOn", "gisteren"), ("Finished", "misschien")]
)
def test_a_value_of_another_type_is_a_type_mismatch(ask, field, value):
    with pytest.raises(Refusal, match="Type mismatch"):
        ask(**one(field, 1, value))


def test_paging_takes_a_hundred_rows_from_the_start_unless_told(tables, ask):
    query = parse(tables.connector("Loonbrug_Hours"), {})
    assert (query.skip, query.take) == (0, 100)
    assert ask(skip=1, take=2) == [2, 3]
    assert ask(skip=4) == [5]
    assert ask(skip=100) == []
    assert ask(take=0) == []
    assert ask(skip=-1, take=-1) == [1, 2, 3, 4, 5]


def test_sorting_goes_both_ways_over_several_columns(ask):
    assert ask(orderbyfieldids="-ChangedOn,LineId") == [5, 4, 2, 3, 1]
    assert ask(orderbyfieldids="-LineId") == [5, 4, 3, 2, 1]


def test_without_a_full_sort_the_order_differs_between_calls(ask):
    orders = {tuple(ask(orderbyfieldids="", shuffle=number * 104_729)) for number in range(20)}
    assert len(orders) > 1
    assert all(sorted(order) == [1, 2, 3, 4, 5] for order in orders)
    ties = {tuple(ask(orderbyfieldids="ChangedOn", shuffle=number * 104_729)) for number in range(20)}
    assert ties == {(1, 2, 3, 4, 5), (1, 3, 2, 4, 5)}
    assert {tuple(ask(orderbyfieldids="LineId", shuffle=number)) for number in range(20)} == {(1, 2, 3, 4, 5)}


def test_too_many_cells_is_out_of_memory(tables, ask):
    width = len(tables.connector("Loonbrug_Hours").fields)
    assert len(ask(cells=width * 5)) == 5
    with pytest.raises(Refusal, match="Out of memory"):
        ask(cells=width * 5 - 1)
    assert len(ask(cells=width * 5 - 1, take=4)) == 4


def test_a_window_and_a_key_give_the_same_rows_by_either_index():
    made = Tables()
    made.insert_many(
        "Loonbrug_Hours", (hour(n, ChangedOn=f"2026-11-{n % 20 + 1:02d}T10:00:00") for n in range(1, 9_001))
    )
    shape = made.connector("Loonbrug_Hours")
    for since, expected in (("2026-11-01", range(8_901, 9_001)), ("2026-11-20", range(8_919, 9_000, 20))):
        asked = {
            "filterfieldids": "LineId,ChangedOn",
            "operatortypes": "4,2",
            "filtervalues": f"8900,{since}",
            "orderbyfieldids": "LineId",
        }
        page = read(made, shape, parse(shape, asked))
        assert [row["LineId"] for row in json.loads(b"[" + page.rows + b"]")] == list(expected)
