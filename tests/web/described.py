"""A caller to whom nothing may be answered that ``/v1/openapi.json`` does not promise."""

from __future__ import annotations

import re
from typing import Any

from httpx import Response

from tests.web.asking import TestClient


class DescribedClient(TestClient):
    """Every answer is compared with the description: its status and its media type."""

    def request(self, method: str, *args: Any, **options: Any) -> Response:
        answer: Response = super().request(method, *args, **options)
        path = answer.request.url.raw_path.decode().partition("?")[0]
        operation = self._described(path).get(method.lower())
        if operation and answer.status_code != 500:  # nobody promises our own mistakes
            promised = operation["responses"].get(str(answer.status_code))
            assert promised is not None, f"{method} {path} is not described to answer {answer.status_code}"
            kind = answer.headers.get("content-type", "").partition(";")[0]
            assert kind in promised.get("content", {}), f"{method} {path} is not described to answer {kind}"
        return answer

    def _described(self, path: str) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = self.app.openapi()["paths"]  # type: ignore[attr-defined]
        plain_first = sorted(paths, key=lambda template: template.count("{"))
        found = (template for template in plain_first if _matches(template, path))
        return paths.get(next(found, ""), {})


def _matches(template: str, path: str) -> bool:
    parts = (re.escape(part) for part in re.split(r"\{\w+\}", template))
    return re.fullmatch("[^/]+".join(parts), path) is not None
