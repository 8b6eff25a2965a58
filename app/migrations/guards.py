"""
What the database itself refuses, laid after every migration: the audit record is neither changed nor shortened.

Kept apart from the numbered migrations, which are written from the models: triggers are not in those. Laid again at
every start, so that one that was taken away by hand is back.
"""

from __future__ import annotations

from sqlalchemy import Connection

WORDS = "the audit record is never changed"

SQLITE = (
    f"""CREATE TRIGGER IF NOT EXISTS audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    # REPLACE deletes without asking the trigger above.
    """CREATE TRIGGER IF NOT EXISTS audit_entry_no_replace BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the audit record is never changed'); END""",
)

POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{WORDS}'; END $$""",
    """CREATE OR REPLACE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()""",
    """CREATE OR REPLACE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()""",
)


def lay_guards(connection: Connection) -> None:
    """Harmless where they stand already."""
    for statement in POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE:
        connection.exec_driver_sql(statement)
