"""Rows of the people and papers of an agency, with sensible values for every column."""

from typing import Any

from sandbox.contract import Row
from sandbox.profit.names import PersonName, mobile
from sandbox.profit.world import World


def client_row(world: World, name: str, now: str) -> Row:
    """A sales relation; its chamber-of-commerce number is none that is given out."""
    debtor, organisation = world.next("debtor"), world.next("organisation")
    return {
        "DebtorId": str(debtor),
        "OrgNumber": str(organisation),
        "Name": name,
        "ChamberOfCommerce": f"{99000000 + debtor}",
        "Email": f"info@klant{debtor}.example.nl",
        "Phone": f"085-0000{debtor % 1000:03}",
        "Blocked": False,
        "ChangedOn": now,
    }


def contact_row(world: World, client: Row, name: PersonName, now: str, **columns: Any) -> Row:
    """A contact of a client."""
    number, person = world.next("contact"), world.next("person")
    row = {
        "ContactId": number,
        "DebtorId": client["DebtorId"],
        "OrgNumber": client["OrgNumber"],
        "PerNumber": str(person),
        "Name": name.full,
        "JobTitle": "Planner",
        "MailWork": f"{name.mailbox}@klant{client['DebtorId']}.example.nl",
        "MobWork": mobile(number),
        "MobPrivate": None,
        "Blocked": False,
        "ChangedOn": now,
    }
    return row | columns


def agreement_row(world: World, client: Row, start: str, now: str) -> Row:
    """A customer agreement."""
    return {
        "AgreementId": f"KO{world.next('agreement'):06}",
        "DebtorId": client["DebtorId"],
        "Description": f"Raamovereenkomst {client['Name']}",
        "StartDate": start,
        "EndDate": None,
        "Closed": False,
        "ChangedOn": now,
    }


def placement_row(world: World, employee: Row, agreement: Row, start: str, now: str, **columns: Any) -> Row:
    """A placement without contacts and without a cost centre rule, unless `columns` say so."""
    row = {
        "PlacementId": str(world.next("placement")),
        "EmployeeId": employee["EmployeeId"],
        "AgreementId": agreement["AgreementId"],
        "DebtorId": agreement["DebtorId"],
        "JobId": "0010",
        "JobDescription": "Orderpicker",
        "StartDate": start,
        "EndDate": None,
        "ClaimContact": None,
        "SignatureContact": None,
        "AccountManager": "101",
        "CostCentreClient": None,
        "CostCentreRule": "0",
        "TargetHours": 40.0,
        "ChangedOn": now,
        "LineChangedOn": now,
    }
    return row | columns


def employee_row(world: World, name: PersonName, now: str, **columns: Any) -> Row:
    """A flex worker who is not employed yet."""
    number, person = world.next("employee"), world.next("person")
    row = {
        "EmployeeId": str(number),
        "PersonId": str(person),
        "Flex": True,
        "Blocked": False,
        "Initials": name.initials,
        "FirstName": name.first,
        "Prefix": name.prefix,
        "LastName": name.last,
        "WorkEmail": None,
        "PrivateEmail": f"{name.mailbox}.{number}@example.nl",
        "MobileWork": None,
        "MobilePrivate": mobile(person),
        "PocketUser": False,
        "ChangedOn": now,
        "PersonChangedOn": now,
        "ContractChangedOn": None,
    }
    nothing = dict.fromkeys(
        ("EmploymentNo", "EmploymentStart", "EmploymentEnd", "ContractStart", "ContractEnd", "ContractType")
    )
    return row | nothing | columns


def employment(start: str, now: str, number: int = 1) -> Row:
    """The columns of somebody who was hired, with a contract from that day."""
    return {
        "EmploymentNo": number,
        "EmploymentStart": start,
        "ContractStart": start,
        "ContractType": "B",
        "ContractChangedOn": now,
        "ChangedOn": now,
    }
