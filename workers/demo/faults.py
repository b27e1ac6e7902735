"""What goes wrong in the demo: faults of reading and of writing, at chosen calls."""

from __future__ import annotations

FAULTS: list[dict[str, object]] = [
    {"fault": "unavailable", "connector": "Loonbrug_Hours", "verb": "GET", "nth": 4, "retry_after": 1},
    {"fault": "truncate", "connector": "Loonbrug_Claims", "verb": "GET", "nth": 3},
    {"fault": "html", "connector": "Loonbrug_Placements", "verb": "GET", "nth": 2},
    {"fault": "reset", "connector": "Loonbrug_Employees", "verb": "GET", "nth": 3},
    {"fault": "drop-answer", "connector": "PtDeclaration", "verb": "PUT", "nth": 2},
    {"fault": "apply-late", "connector": "PtDeclaration", "verb": "PUT", "nth": 4, "seconds": 2},
    {"fault": "not-applied", "connector": "PtDeclaration", "verb": "PUT", "nth": 6},
    {"fault": "locked", "connector": "PtDeclaration", "verb": "PUT", "nth": 8},
    {"fault": "error-after-applying", "connector": "PtDeclaration", "verb": "PUT", "nth": 10},
    {"fault": "drop-answer", "connector": "KnSubjectWorkflowReaction", "verb": "POST", "nth": 1},
    {"fault": "garbage", "connector": "KnSubject", "verb": "POST", "nth": 1},
    {"fault": "drop-answer", "connector": "KnContact", "verb": "PUT", "nth": 1},
]
