"""Lists of people who get SMS: making one, bringing numbers in, and what the desk is told of them."""

from __future__ import annotations

from pydantic import Field

from app.schemas.bodies import Answer, Body


class NewAudienceBody(Body):
    name: str = Field(min_length=1, max_length=80)


class RecipientBody(Body):
    number: str = Field(max_length=40)
    consent: str = Field(max_length=500, examples=["Paper form 12, 2026-11-03"])
    lang: str | None = None


class ImportBody(Body):
    recipients: list[RecipientBody] = Field(max_length=10_000)
    region: str | None = Field(default=None, min_length=2, max_length=2, examples=["ES"])


class ImportAnswer(Answer):
    added: int
    known: int
    refused: list[tuple[int, str]]


class AudienceAnswer(Answer):
    id: str
    name: str
    people: int
    stopped: int
