"""AFAS Profit over REST, one environment: ``AfasClient`` and what it needs to be made."""

from connectors.afas.client import AfasClient
from connectors.afas.options import AfasOptions, ClassicToken, ClientCredentials, base_address
from connectors.afas.records import CallRecord
from connectors.afas.wire.limits import NoLimit, Slot, Slots

__all__ = [
    "AfasClient",
    "AfasOptions",
    "CallRecord",
    "ClassicToken",
    "ClientCredentials",
    "NoLimit",
    "Slot",
    "Slots",
    "base_address",
]
