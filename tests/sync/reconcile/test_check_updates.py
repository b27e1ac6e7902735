"""What was sent beside claims, held against what AFAS shows."""

from __future__ import annotations

from domain.reconcile.finding import Cure, FindingKind
from sandbox.people import act
from tests.stages.reconcile.reconciling import Stage


def test_a_file_that_is_gone_is_sent_again_and_one_that_is_there_twice_is_named(stage: Stage) -> None:
    item = act(stage.world, "put-document")["result"]
    stage.owe_file(item)
    stage.deliver()
    assert stage.whole().findings == ()
    [name] = [
        row
        for row in stage.world.tables.select("Loonbrug_DocumentFiles")
        if row["FileName"].startswith("Getekend")
    ]
    stage.world.tables.insert("Loonbrug_DocumentFiles", name | {"AttachmentId": 99999, "FileId": "B" * 32})
    stage.whole()
    [doubled] = stage.book.search()
    assert (doubled.finding.kind, doubled.finding.cure) == (FindingKind.DOUBLED_FILE, Cure.PERSON)
    stage.world.tables.delete("Loonbrug_DocumentFiles", (99999,))
    stage.world.tables.delete("Loonbrug_DocumentFiles", (name["AttachmentId"],))
    stage.whole()
    [gone] = stage.book.search()
    assert (gone.finding.kind, gone.finding.cure) == (FindingKind.FILE_GONE, Cure.SEND_AGAIN)
    stage.cure(gone)
    stage.deliver()
    assert stage.whole().findings == ()
    assert stage.book.search() == []
