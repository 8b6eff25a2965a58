"""The API document: current, complete, and true of what the application answers to whatever is sent."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.routes.whole import FIRST, Stage, stage
from tools.openapi import TARGET, document

EXAMPLES = 4  # for each operation: bounded, and the same every time


@pytest.fixture
async def house(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", migrated_file) as made:
        yield made


def test_the_document_in_the_repository_is_current() -> None:
    """Else: python -m tools.openapi, and `npm run api` in frontend."""
    assert TARGET.read_text("utf-8") == document()


def test_every_route_says_what_it_does_and_how_it_fails(tmp_path: Path) -> None:
    """A summary, a tag, and for each error the one shape."""
    wanting = []
    for path, methods in json.loads(document())["paths"].items():
        for method, operation in methods.items():
            if not operation.get("summary"):
                wanting.append(f"{method} {path}: no summary")
            if path.startswith("/api/v1/") and not operation.get("tags"):
                wanting.append(f"{method} {path}: no tag")
            for status, answer in operation["responses"].items():
                if status[0] in "45" and "application/problem+json" not in answer.get("content", {}):
                    wanting.append(f"{method} {path}: {status} has not the one shape")
    assert wanting == [], "\n".join(wanting)


async def test_no_input_breaks_a_route_or_gets_an_answer_that_is_not_documented(house: Stage) -> None:
    """Made from the document by schemathesis: no 5xx, only documented statuses, answers that match their schema."""
    marta = await house.signed_in(FIRST)
    await house.event(marta)
    schema = schemathesis.openapi.from_dict(house.app.openapi())
    wrong: list[str] = []
    cases: list[Any] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/sse") or operation.path in ("/api/v1/session", "/api/v1/me/password"):
            continue

        @settings(
            max_examples=EXAMPLES,
            database=None,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), known=st.booleans())
        def collect(case: Any, known: bool) -> None:
            if known and "event_id" in (case.path_parameters or {}):
                case.path_parameters["event_id"] = "flood"
            cases.append(case)

        with contextlib.suppress(Exception):
            collect()
    for case in cases:
        made = case.as_transport_kwargs(base_url="https://tocsin.test")
        request = marta.build_request(
            made["method"],
            made["url"],
            params=made.get("params"),
            headers={
                name: value
                for name, value in dict(made.get("headers") or {}).items()
                if name.lower() not in ("host", "authorization", "cookie", "origin", "user-agent", "x-tocsin")
                and str(value).isascii()
            },
            **({"json": made["json"]} if "json" in made else {"content": made.get("data")}),
        )
        with capture_logs():  # what breaks is told below, without a picture of every frame
            answer = await marta.send(request)
        told = f"{case.method} {case.path} -> {answer.status_code} {answer.text[:160]}"
        documented = case.operation.definition.raw["responses"]
        if answer.status_code >= 500 and answer.status_code not in (503, 507):
            wrong.append(f"broken: {told}")
        elif str(answer.status_code) not in documented:
            wrong.append(f"not documented: {told}")
        elif answer.status_code >= 400:
            missing = {"type", "title", "status", "code", "detail"} - set(answer.json())
            if missing:
                wrong.append(f"not the one shape: {told}")
    assert wrong == [], "\n".join(wrong)
    assert len(cases) > 200
