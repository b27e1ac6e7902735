"""Is this a plain PDF, whole and unable to act? Pure; it may take a second."""

from __future__ import annotations

from connectors.pdf.doors import check_doors
from connectors.pdf.envelope import check_envelope
from connectors.pdf.faults import Fault, Unfit
from connectors.pdf.objects import Finder


def fault_of(content: bytes) -> Fault | None:
    """What is wrong with the file; None when nothing is."""
    try:
        check_envelope(content)
        check_doors(Finder(content).find())
    except Unfit as unfit:
        return unfit.fault
    except MemoryError:
        return Fault.COSTLY
    return None
