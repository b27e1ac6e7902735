"""Customer agreements (*klantovereenkomsten*)."""

from domain.records.clients import Agreement
from mappings.pull.fields import flag, moment, optional_day, text
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

AGREEMENTS = RowMapping(
    Agreement,
    {
        "agreement": ("AgreementId", text(15)),
        "client": ("DebtorId", text(16)),
        "description": ("Description", text(255)),
        "start_date": ("StartDate", optional_day()),
        "end_date": ("EndDate", optional_day()),
        "closed": ("Closed", flag()),
        "changed_at": ("ChangedOn", moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Agreements", AGREEMENTS, every=300.0),)
