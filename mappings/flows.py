"""The flows in, one per GetConnector.

Each stands in the file of its subject in ``mappings/records/``, as one of its ``FLOWS``; a new file is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from domain.records.catalogue import CATALOGUE
from mappings import records
from mappings.pull.flow import Flow


def _found() -> Iterator[Flow]:
    for each in iter_modules(records.__path__):
        yield from import_module(f"{records.__name__}.{each.name}").FLOWS


_BY_NAME = {flow.name: flow for flow in _found()}

FLOWS: Mapping[str, Flow] = {kind.flow: _BY_NAME[kind.flow] for kind in CATALOGUE}
"""By name, in the order of the catalogue: a record without a flow fails here, at the start."""
