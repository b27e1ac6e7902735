"""A write as it may be kept for years: which fields were sent, without what is personal or large."""

from __future__ import annotations

from domain.afas_call import Call

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


def _masked(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _masked(each, str(key)) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(each, name) for each in value]
    return value if name in SHOWN else "***"
