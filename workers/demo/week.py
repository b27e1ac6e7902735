"""The story: a week from hours booked in Pocket to wages paid, each step taken by whose step it is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from domain.calendar import week_of
from workers.demo.afas_side import AfasSide
from workers.demo.portal_side import Item, PortalClient, wait_for
from workers.demo.telling import Teller

REASON = "Donderdag was er een uur minder gewerkt"
SETTLED = {"done", "parked", "void"}


class Week:
    """One week. ``monday``: naive Amsterdam time of its beginning."""

    def __init__(self, afas: AfasSide, portal: PortalClient, teller: Teller, monday: datetime) -> None:
        self._afas = afas
        self._portal = portal
        self._tell = teller
        self._monday = monday
        self.week = week_of(monday.date())
        self.rejected: str | None = None
        self.signed: list[int] = []

    def play(self) -> None:
        """Play the whole week and the pay run of the next. Raises DemoFailed when something does not come."""
        self._book()
        self._submit()
        self._welcome()
        self._decide()
        self._sign()
        self._change_mobile_and_ask()
        self._wait_for_delivery()
        self._correct()
        self._pay()

    def _to(self, day: int, hour: int, title: str) -> None:
        now = self._monday.replace(hour=hour) + timedelta(days=day)
        self._afas.move_clock(now)
        self._tell.day(now, title)

    def _book(self) -> None:
        for day in range(1, 4):
            self._to(day, 17, "workers book their hours in Pocket")
            booked = self._afas.people("book-day")
            self._tell.afas(f"{booked['lines']} lines booked")
        expected = Decimal(str(self._state()["open_hours"]))
        wait_for("the booked hours to show", lambda: self._hours("open") == expected)
        shown = self._portal.declarations(self.week, "open")
        self._tell.portal(
            f"{len(shown)} open declarations, {self._hours('open'):.2f} hours, not yet submitted"
        )

    def _submit(self) -> None:
        self._to(4, 16, "workers book their last day and submit the week")
        self._afas.people("book-day")
        claims = self._afas.people("submit-all")["claims"]
        self._tell.afas(f"{len(claims)} claims handed in")
        wait_for("the claims to show, whole", lambda: len(self._whole()) == len(claims))
        offered = self._portal.declarations(self.week, "to-approve")
        self._tell.portal(
            f"{len(offered)} declarations offered for approval, {self._hours('to-approve'):.2f} hours"
        )
        for held in self._submitted():
            if held["missing"]:
                self._tell.portal(f"{held['number']} is not offered: {', '.join(held['missing'])}")

    def _welcome(self) -> None:
        worker = self._afas.people("new-worker", first="Noëlle", last="Wolde", prefix="ter")["result"]
        for do, state in _HIRING:
            if do:
                self._afas.people(do, employee=worker)
            wait_for(f"the new worker to be {state}", lambda state=state: self._stands(worker) == state)  # type: ignore[misc]
            self._tell.portal(f"new worker {worker}: {state}")

    def _decide(self) -> None:
        self._to(7, 9, "clients approve, and reject one")
        offered = self._portal.declarations(self.week, "to-approve")
        rejected, approved = offered[0], offered[1:]
        for item in approved:
            self._approve(item)
        self._tell.portal(f"{len(approved)} approved by their contacts")
        body = {"contact": rejected["contact"], "version": rejected["version"], "reason": REASON}
        self._portal.do(f"declarations/{rejected['number']}/reject", body)
        self.rejected = str(rejected["number"])
        self._tell.portal(f"{self.rejected} rejected: {REASON}")

    def _approve(self, item: Item) -> None:
        body: dict[str, object] = {"contact": item["contact"], "version": item["version"]}
        if item["cost_centre_required"]:
            body["cost_centre"] = "KP-200"
        self._portal.do(f"declarations/{item['number']}/approve", body)

    def _sign(self) -> None:
        for document in self._portal.everything("documents", status="to-sign"):
            pdf = self._portal.file(document["id"], document["files"][0]["id"])
            self._portal.sign(document["id"], pdf, _evidence(pdf), document["contact"])
            self.signed.append(document["id"])
            self._tell.portal(f"signed after e-mail code and SMS code: {document['title']}")

    def _change_mobile_and_ask(self) -> None:
        contact = self._portal.everything("contacts")[0]
        self._portal.do(f"contacts/{contact['contact']}/mobile", {"mobile": "06-10004711"})
        self._tell.portal(f"contact {contact['contact']} has a new mobile number")
        question = {"contact": contact["contact"]}
        question |= {"title": "Vakantieweek", "text": "Werkt iedereen door in week 52?"}
        self._portal.do("questions", question)
        self._tell.portal(f"contact {contact['contact']} asks a question")

    def _wait_for_delivery(self) -> None:
        self._tell.loonbrug("looks, sends, looks again; what is unclear waits out AFAS's own time limit")
        wait_for("every decision to be seen in AFAS", self._all_delivered, patience=180)
        for fault in self._afas.calls()["faults"]:
            self._tell.afas(f"fault: {fault['fault']} on {fault['connector']} ({fault['verb']})")
        for item in self._portal.declarations(self.week):
            delivery = item["delivery"]
            if delivery and delivery["attempts"] > 1:
                self._tell.loonbrug(
                    f"{item['number']}: {delivery['state']} after {delivery['attempts']} attempts"
                )
        self._tell.loonbrug("every decision is seen in AFAS")

    def _all_delivered(self) -> bool:
        deliveries = [item["delivery"] for item in self._portal.declarations(self.week)]
        deliveries += [self._portal.one(f"documents/{signed}")["delivery"] for signed in self.signed]
        deliveries += [item["delivery"] for item in self._portal.everything("contacts")]
        return all(delivery["state"] in SETTLED for delivery in deliveries if delivery)

    def _correct(self) -> None:
        self._to(8, 10, "the rejected worker corrects and resubmits")
        self._afas.people("resubmit", claim=self.rejected)
        wait_for("the corrected claim to be offered", lambda: self._status_of_rejected() == "to-approve")
        item = self._portal.one(f"declarations/{self.rejected}")
        self._tell.portal(f"{self.rejected} offered again, now {item['hours']} hours")
        self._approve(item)
        wait_for("the correction to be approved in AFAS", self._all_delivered, patience=120)
        self._tell.loonbrug(f"{self.rejected}: the new approval is seen in AFAS")

    def _pay(self) -> None:
        self._to(11, 14, "the back office approves and processes; the pay run")
        done = self._afas.people("close-week")
        self._tell.afas(
            f"{len(done['processed'])} processed, {len(done['paid'])} paid, {len(done['invoiced'])} invoiced"
        )
        paid = self._state()["paid"]
        wait_for(
            "the wages to show as paid", lambda: len(self._portal.declarations(self.week, "paid")) == paid
        )
        self._tell.portal(f"{paid} declarations paid, {self._hours('paid'):.2f} hours")

    def _state(self) -> dict[str, Any]:
        year, week, _ = self._monday.isocalendar()
        return self._afas.state(year, week)

    def _hours(self, status: str) -> Decimal:
        return sum(
            (Decimal(item["hours"]) for item in self._portal.declarations(self.week, status)), Decimal(0)
        )

    def _submitted(self) -> list[Item]:
        return [item for item in self._portal.declarations(self.week) if "@" not in item["number"]]

    def _whole(self) -> list[Item]:
        return [item for item in self._submitted() if "hours-do-not-add-up" not in item["missing"]]

    def _status_of_rejected(self) -> object:
        return self._portal.one(f"declarations/{self.rejected}")["status"]

    def _stands(self, employee: str) -> object:
        everybody = self._portal.everything("onboarding")
        return next((each["state"] for each in everybody if each["employee"] == employee), None)


_HIRING = (
    ("", "awaiting-data"),
    ("send-data", "data-complete"),
    ("hire", "hired"),
    ("send-contract", "contract-sent"),
    ("sign-contract", "contract-signed"),
)


def _evidence(pdf: bytes) -> str:
    """What the portal knows of a signature, as it hands it in."""
    now = datetime.now().astimezone()
    return json.dumps(
        {
            "signer": "The contact who signs",
            "method": "email-and-sms-code",
            "email_code_at": (now - timedelta(minutes=2)).isoformat(),
            "sms_code_at": (now - timedelta(minutes=1)).isoformat(),
            "signed_at": now.isoformat(),
            "document_sha256": sha256(pdf).hexdigest(),
        }
    )
