"""A write as it may be kept for years: which fields were sent, without what is personal or large."""

from __future__ import annotations

import json
from collections.abc import Collection

from domain.message import Message, verbatim
from domain.outbox.afas_call import Answer, Call
from domain.pull.query import Row

SHOWN = frozenset(
    (
        *("DcCo", "ExUs", "ApprovWorkflow", "CcSr"),
        *("SbId", "@SbId", "StId", "WfNm", "TkNm", "AcNm"),
        *("BcCoOga", "BcCoPer", "BcCo", "MatchPer"),
        *("DoCRM", "SfTp", "SfId"),
    )
)
"""Fields that hold keys and codes. Anything else is masked, a new field too until somebody thinks."""


def masked(call: Call) -> dict[str, object]:
    """Verb, path and body with every value masked that is not a key or a code.

    >>> masked(Call("PUT", "KnPerson", {"Fields": {"BcCo": "7", "MbN2": "+31612345678"}}))
    {'verb': 'PUT', 'path': 'KnPerson', 'body': {'Fields': {'BcCo': '7', 'MbN2': '***'}}}
    """
    return {"verb": call.verb, "path": call.path, "body": _masked(call.body)}


def masked_answer(answer: Answer) -> str | None:
    """What AFAS named in its answer to a write, masked alike; None when it named nothing.

    >>> masked_answer(Answer(201, {"KnSubject": {"SbId": "7", "Ds": "Vraag"}}, None))
    '{"KnSubject": {"SbId": "7", "Ds": "***"}}'
    """
    return json.dumps(_masked(answer.results)) if answer.results else None


def _masked(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _masked(each, str(key)) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(each, name) for each in value]
    return value if name in SHOWN else "***"


def masked_row(row: Row, shown: Collection[str]) -> dict[str, Message]:
    """A row of AFAS for people: keys, ids, yes and no as they are; of anything else only what it looks like.

    >>> {name: look.id for name, look in masked_row({"LineId": 7, "Name": "Jan"}, ["LineId"]).items()}
    {'LineId': 'said.verbatim', 'Name': 'looks.text'}
    """
    return {name: _look(name, value, shown) for name, value in row.items()}


def _look(name: str, value: object, shown: Collection[str]) -> Message:
    if value is None or value == "":
        return Message("looks.empty")
    if isinstance(value, bool) or name in shown or name.endswith("Id"):
        return verbatim(value)
    if isinstance(value, (int, float)):
        return Message("looks.number")
    if isinstance(value, str):
        return Message("looks.text", {"length": len(value)})
    return Message("looks.nested")
