"""Contacts of a client: people, so no column of theirs may show a BSN."""

from domain.records.clients import Contact
from mappings.pull.fields import flag, identity, moment, optional_person_text, person_text, phone, text
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

CONTACTS = RowMapping(
    Contact,
    {
        "contact": ("ContactId", identity()),
        "client": ("DebtorId", text(16)),
        "organisation": ("OrgNumber", text(15)),
        "person": ("PerNumber", text(15)),
        "name": ("Name", person_text(255)),
        "job_title": ("JobTitle", optional_person_text(100)),
        "email": ("MailWork", optional_person_text(120)),
        "mobile": ("MobWork", phone()),
        "mobile_private": ("MobPrivate", phone()),
        "blocked": ("Blocked", flag()),
        "changed_at": ("ChangedOn", moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Contacts", CONTACTS),)
