"""What the OpenAPI document says beside the routes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from web.api.fields import ProblemDocument
from web.api.signed_upload import Evidence
from web.problems import PROBLEM_JSON

ABOUT = """\
For a portal's backend. Keys (`Authorization: Bearer lb_...`) open an environment, or one client in it.

* **Numbers.** Quantities and amounts are decimal numbers as text (`"7.5"`), exact; counts and ids of
  contacts and documents are JSON integers. Times are UTC with a zone; dates are Dutch calendar days.
* **Lists** come in pages: pass `next` back as `cursor` until it is null.
* **Changes** answer after they are committed. They reach AFAS shortly after; `delivery` tells how far.
* **Repeating** is safe: a request with the same `Idempotency-Key` and the same content gets the same answer,
  a refusal included. A new attempt after a refusal takes a new key.
* **Errors** are problem documents (RFC 9457). What is not yours to see is 404.
"""


def describe(document: dict[str, Any]) -> None:
    """Complete the document in place: our own schemas, and problem documents instead of FastAPI's errors."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in (ProblemDocument, Evidence):
        schemas.update(_schemas(model))
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    for path in document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    answer["content"] = content


def _schemas(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), model.__name__: schema}
