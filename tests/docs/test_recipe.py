"""What the recipe "Adding a flow in" names is there for each record: a place that is forgotten fails here.

Its table has the record's columns: ``tests/connectors/store/records/test_mirror.py``. It goes in time:
``test_kept.py`` beside it.
"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from domain.records.catalogue import CATALOGUE, RecordType
from mappings.flows import FLOWS
from sandbox.contract import connectors
from tests.stages.records.rows import GOOD
from words.catalogue import LANGUAGES, template_of

HOUSE = Path(__file__).parents[2]
OFFERED = {each.name: each for each in connectors()}
SETUP = (HOUSE / "docs" / "afas-setup.md").read_text("utf-8")
every_record = pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.noun)


def test_every_flow_brings_a_record_of_the_catalogue_and_every_record_has_a_flow():
    assert [flow.mapping.record for flow in FLOWS.values()] == [kind.record for kind in CATALOGUE]
    assert list(FLOWS) == [flow.name for flow in FLOWS.values()] == [kind.flow for kind in CATALOGUE]


@every_record
def test_a_record_has_a_good_row(kind: RecordType):
    assert type(FLOWS[kind.flow].mapping.to_record(GOOD[kind.flow])) is kind.record


@every_record
def test_the_sandbox_offers_its_connector_with_our_columns(kind: RecordType):
    flow = FLOWS[kind.flow]
    assert set(flow.columns) <= OFFERED[flow.connector].columns


@every_record
def test_the_administrator_is_told_of_its_connector(kind: RecordType):
    flow = FLOWS[kind.flow]
    section = SETUP.partition(f"### {flow.connector}\n")[2].partition("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(flow.columns)
    assert ("optional" in section.lower()) == flow.optional, "what one loses without it"


@every_record
def test_a_flow_and_its_rows_have_a_name_in_both_languages(kind: RecordType):
    for language in LANGUAGES:
        assert template_of(language, f"flow.{kind.flow}")
        assert template_of(language, f"record.{kind.noun}")


@every_record
def test_the_fields_that_a_finding_may_name_have_words(kind: RecordType):
    if kind.compared or kind.weekly:
        names = [f"column.{each.name}" for each in fields(kind.record)]
        assert [name for name in names if template_of("nl", name) is None] == []


@every_record
def test_a_flow_is_polled_now_and_then(kind: RecordType):
    assert 5 <= FLOWS[kind.flow].every <= 3600


@pytest.mark.parametrize("place", ["domain/records/catalogue.py", "mappings/records/",
                                   "tests/stages/records/rows.py", "connectors/store/schema/",
                                   "sandbox/contract.json", "docs/afas-setup.md", "words/"])  # fmt: skip
def test_the_recipe_names_the_place(place: str):
    text = (HOUSE / "CONTRIBUTING.md").read_text("utf-8")
    recipe = text.partition("## Adding a flow in")[2].partition("\n## ")[0]
    assert f"`{place}" in recipe
