"""U+0000, which no column of PostgreSQL takes: refused at every door, in words, and nothing breaks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.schemas import bodies
from tests.routes.test_bad_input import held_to
from tests.routes.whole import FIRST, stage

CODE = "nul_character"
ID = "00000000-0000-7000-8000-000000000000"


def with_nul(value: Any) -> Iterator[Any]:
    """The value once for each text in it, with a NUL in that text."""
    if isinstance(value, str):
        yield f"a\0{value}"
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from ([*value[:n], other, *value[n + 1 :]] for other in with_nul(one))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from ({**value, name: other} for other in with_nul(one))
            yield {**{k: v for k, v in value.items() if k != name}, f"{name}\0": one}


def whole(schema: dict[str, Any], components: dict[str, Any], depth: int = 0) -> Any:
    """A value with every field that a schema has, and an entry in every list."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return whole((components.get("$defs") or components)[name], components, depth)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return whole(schema[several][0], components, depth)
    match schema.get("type"):
        case "object":
            known = {
                name: whole(one, components, depth + 1) for name, one in schema.get("properties", {}).items()
            }
            if isinstance(more := schema.get("additionalProperties"), dict):
                known["en"] = whole(more, components, depth + 1)
            return known
        case "array":
            return [whole(schema.get("items", {}), components, depth + 1)]
        case "integer" | "number":
            return 1
        case "boolean":
            return False
        case _:
            return (schema.get("enum") or [schema.get("const", "x")])[0]


class TestEveryDoor:
    @pytest.mark.parametrize("body", sorted(bodies.Body.__subclasses__(), key=lambda b: b.__name__))
    def test_S10_no_body_takes_a_nul_in_any_of_its_texts(self, body: type[bodies.Body]) -> None:
        """One at a time, names and lists too; told by where it is, whatever else is wrong."""
        schema = body.model_json_schema()
        for given in with_nul(whole(schema, schema)):
            with pytest.raises(ValidationError) as caught:
                body.model_validate(given)
            assert [error["type"] for error in caught.value.errors()] == [CODE], given

    @pytest.mark.servers
    @pytest.mark.timeout(120)
    async def test_S10_no_door_of_the_api_hands_one_to_postgresql(
        self, tmp_path: Path, migrated_file: Path, postgres_url: str
    ) -> None:
        """Every operation, by its body and by its address: 422 with one code and a sentence, and no row changes."""
        async with stage(tmp_path / "data", migrated_file, database_url=postgres_url) as house:
            marta = await house.signed_in(FIRST)
            await house.event(marta)
            before, tried = await house.counts(), 0
            for method, address, content in doors(house.app.openapi()):
                headers = {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
                answer = await marta.request(
                    method, f"https://tocsin.test{address}", content=content, headers=headers
                )
                if content and answer.status_code == 404 and "/updates/" in address:
                    continue  # who may decide is asked first, and there is no such update
                held_to(answer, 422, CODE, (method, address, content))
                tried += 1
            for source in (b'[{"id": "a\\u0000b"}]', b"templates: a\0b"):
                answer = await marta.post("/templates/import", content=source)
                assert answer.status_code == 422, answer.text
            assert await house.counts() == before
            assert tried > 140


def doors(document: dict[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """Each operation with a NUL at the end of its body, and with one in all that its address takes."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names = [one for one in operation.get("parameters", []) if one["in"] in ("path", "query")]
            filled, wrong = path, path
            for name in names:
                filled = filled.replace(f"{{{name['name']}}}", "flood" if name["name"] == "event_id" else ID)
                wrong = wrong.replace(f"{{{name['name']}}}", "a%00b")
            asked = "&".join(f"{one['name']}=a%00b" for one in names if one["in"] == "query")
            for address in {wrong, f"{filled}?{asked}" if asked else wrong} - {path}:
                yield method.upper(), address, b""
            json_body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if json_body is not None:
                *_, last = [None, *with_nul(whole(json_body["schema"], document["components"]["schemas"]))]
                if last is not None:
                    yield method.upper(), filled, json.dumps(last).encode()
