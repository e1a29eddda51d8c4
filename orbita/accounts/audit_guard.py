"""The audit log stays as it was written: the database refuses what would change it.

A trigger refuses every change but a growing count (and that a user is gone, whose name stays), and
every deletion of an entry that is younger than what the account keeps: the setting
`audit.keep_days`, never less than the shortest that it can be. Names of records that are deleted
for good, and of what mergers took in, may be taken out (`erasing`), nothing put in their place. The
role gives up TRUNCATE. As with the ledger, the owner of the table could take the trigger off (see
ADR 4).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as default_connection

KEEP_DAYS = "audit.keep_days"
SHORTEST = 90

FUNCTION = f"""
CREATE OR REPLACE FUNCTION orbita_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    counted text[] := '{{times,last_at,actor_id}}';
    named text[] := '{{subject,details}}';
    days integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        days := (SELECT value::text::integer FROM preferences_storedsetting
                 WHERE key = '{KEEP_DAYS}');
        IF days >= {SHORTEST}
            AND coalesce(OLD.last_at, OLD.at) < now() - make_interval(days => days)
        THEN
            RETURN OLD;
        END IF;
    ELSIF to_jsonb(NEW) - counted = to_jsonb(OLD) - counted AND NEW.times >= OLD.times
        AND (NEW.actor_id IS NULL OR NEW.actor_id = OLD.actor_id)
    THEN
        RETURN NEW;
    ELSIF current_setting('orbita.erasing', true) = 'on'
        AND to_jsonb(NEW) - named = to_jsonb(OLD) - named
        AND ((NEW.subject = '' AND NEW.details = OLD.details AND OLD.details ? 'record'
              AND NOT EXISTS (SELECT FROM records_record WHERE id::text = OLD.details->>'record'))
          OR (OLD.action = 'merged' AND NEW.subject = OLD.subject
              AND NEW.details = OLD.details - 'before'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit log stays as it was written' USING ERRCODE = '42501';
END
$body$
"""  # noqa: S608

TRIGGER = """
CREATE OR REPLACE TRIGGER orbita_audit_guard BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION orbita_audit_guard()
"""

RIGHTS = "REVOKE TRUNCATE ON accounts_auditentry FROM CURRENT_USER, PUBLIC"


@contextmanager
def erasing() -> Iterator[None]:
    """Let names be taken out of entries, inside a transaction."""
    with default_connection.cursor() as cursor:
        cursor.execute("SELECT set_config('orbita.erasing', 'on', true)")
        yield
        cursor.execute("SELECT set_config('orbita.erasing', '', true)")


def install(*, connection: Any) -> None:
    """Put the guard on the table; safe to run again."""
    if "accounts_auditentry" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in (FUNCTION, TRIGGER, RIGHTS):
            cursor.execute(statement)
