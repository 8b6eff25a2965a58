"""A template that the hospital brought in; the starter library is part of the program."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class StoredTemplate(SQLModel, table=True):
    __tablename__ = "stored_template"

    id: str = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=Json)
    imported_by: str = ""
    imported_at: datetime = Field(sa_type=UtcDateTime)
