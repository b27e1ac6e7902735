"""Flex employees: person, employment and contract in one row, each with a changed-on of its own."""

from domain.records.people import Employee
from mappings.pull.fields import (
    flag,
    moment,
    optional_day,
    optional_person_text,
    optional_text,
    optional_whole,
    person_text,
    phone,
    text,
)
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

CHANGED = ("ChangedOn", "PersonChangedOn", "ContractChangedOn")
"""A change of the person does not move the employee's changed-on (AFAS: howto-bi.md): watch all three."""

EMPLOYEES = RowMapping(
    Employee,
    {
        "employee": ("EmployeeId", text(15)),
        "person": ("PersonId", text(15)),
        "flex": ("Flex", flag()),
        "blocked": ("Blocked", flag()),
        "initials": ("Initials", optional_person_text(15)),
        "first_name": ("FirstName", optional_person_text(50)),
        "prefix": ("Prefix", optional_person_text(15)),
        "last_name": ("LastName", person_text(80)),
        "work_email": ("WorkEmail", optional_person_text(120)),
        "private_email": ("PrivateEmail", optional_person_text(120)),
        "mobile_work": ("MobileWork", phone()),
        "mobile_private": ("MobilePrivate", phone()),
        "employment": ("EmploymentNo", optional_whole()),
        "employment_start": ("EmploymentStart", optional_day()),
        "employment_end": ("EmploymentEnd", optional_day()),
        "contract_start": ("ContractStart", optional_day()),
        "contract_end": ("ContractEnd", optional_day()),
        "contract_type": ("ContractType", optional_text(20)),
        "pocket_user": ("PocketUser", flag()),
        "changed_at": (CHANGED, moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Employees", EMPLOYEES),)
