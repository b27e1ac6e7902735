"""Clients (*verkooprelaties*)."""

from domain.records.clients import Client
from mappings.pull.fields import flag, moment, optional_text, text
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

CLIENTS = RowMapping(
    Client,
    {
        "client": ("DebtorId", text(16)),
        "organisation": ("OrgNumber", text(15)),
        "name": ("Name", text(255)),
        "chamber_of_commerce": ("ChamberOfCommerce", optional_text(15)),
        "email": ("Email", optional_text(120)),
        "phone": ("Phone", optional_text(50)),
        "blocked": ("Blocked", flag()),
        "changed_at": ("ChangedOn", moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Clients", CLIENTS),)
