"""The ledger's triggers: one function, put on every table that names its record.

A model is tracked when it has `ledger_record`, the column that holds the record's id. A row that
concerns several records names a column for each; the ledger then has its changes once for each
record. The triggers run once a statement, over transition tables, and write only what differs. They
are installed after each migration, so a new kind is tracked from its first row.

The rows of a transition table have no statistics: a plain join with the records would now and then
read the whole table for a thousand new rows. OFFSET 0 keeps it at one look-up by id for each.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models

from orbita.records.ledger_erasing import statement as erasing_function

FUNCTION = """
CREATE OR REPLACE FUNCTION orbita_ledger() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    row_key text := TG_ARGV[0];
    of_old text := (SELECT string_agg(format('(o.%I)', c), ',') FROM unnest(TG_ARGV[1]::text[]) c);
    of_new text := (SELECT string_agg(format('(n.%I)', c), ',') FROM unnest(TG_ARGV[1]::text[]) c);
    skipped text[] := TG_ARGV[2]::text[];
    opened uuid := nullif(current_setting('orbita.change_set', true), '')::uuid;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format($sql$
            INSERT INTO records_change
                (changeset_id, at, record_id, "table", "row", action, before, after)
            SELECT $1, clock_timestamp(), e.id, $2, n.%1$I::text, 'U', d.before, d.after
            FROM old_rows o JOIN new_rows n ON o.%1$I = n.%1$I
            CROSS JOIN LATERAL (VALUES %2$s) e(id)
            CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(a.key, b.value) AS before,
                       jsonb_object_agg(a.key, a.value) AS after
                FROM jsonb_each(to_jsonb(n) - $3) a JOIN jsonb_each(to_jsonb(o) - $3) b USING (key)
                WHERE a.value IS DISTINCT FROM b.value
            ) d
            WHERE d.after IS NOT NULL
        $sql$, row_key, of_new) USING opened, TG_TABLE_NAME, skipped;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format($sql$
            INSERT INTO records_change
                (changeset_id, at, record_id, "table", "row", action, before, after)
            SELECT $1, clock_timestamp(), e.id, $2, o.%1$I::text, 'D', to_jsonb(o) - $3, NULL
            FROM old_rows o CROSS JOIN LATERAL (VALUES %2$s) e(id)
        $sql$, row_key, of_old) USING opened, TG_TABLE_NAME, skipped;
    ELSE
        EXECUTE format($sql$
            INSERT INTO records_change
                (changeset_id, at, record_id, "table", "row", action, before, after)
            SELECT $1, clock_timestamp(), e.id, $2, n.%1$I::text, 'I', NULL, to_jsonb(n) - $3
            FROM new_rows n CROSS JOIN LATERAL (VALUES %2$s) e(id)
            CROSS JOIN LATERAL
                (SELECT changeset_id FROM records_record WHERE id = e.id OFFSET 0) r
            WHERE $1 IS NULL OR r.changeset_id IS DISTINCT FROM $1
        $sql$, row_key, of_new) USING opened, TG_TABLE_NAME, skipped;
    END IF;
    RETURN NULL;
END
$body$
"""

TRIGGER = """
CREATE OR REPLACE TRIGGER orbita_ledger_{name} AFTER {event} ON {table}
REFERENCING {transition} FOR EACH STATEMENT
EXECUTE FUNCTION orbita_ledger({arguments})
"""

EVENTS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}

LOCKED = ("records_change", "records_changeset")


def tracked_models() -> list[type[models.Model]]:
    """Every model whose writes go into the ledger."""
    return [model for model in apps.get_models() if hasattr(model, "ledger_record")]


def record_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns that name the records whose histories tell of a row; a record names itself."""
    key: Any = model._meta.pk
    if key.remote_field is not None or model._meta.db_table == "records_record":
        return (key.column,)
    named = model.ledger_record  # type: ignore[attr-defined]
    return (named,) if isinstance(named, str) else tuple(named)


def install(using: str = "default", **kwargs: Any) -> None:
    """Put the triggers on all tracked tables and take from the role what history does not allow.

    Safe to run again. The role keeps INSERT and SELECT on the ledger.
    """
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if not {"records_record", *LOCKED} <= existing:
        return
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        cursor.execute("SELECT quote_ident(current_schema())")
        cursor.execute(erasing_function(cursor.fetchone()[0]))
        for model in tracked_models():
            if model._meta.db_table in existing:
                for statement in _statements(model, connection.ops.quote_name):
                    cursor.execute(statement)
        cursor.execute(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(LOCKED)} FROM CURRENT_USER, PUBLIC"
        )


def _statements(model: type[models.Model], quote: Any) -> list[str]:
    """The statements for one table; a record's own tables log no creation."""
    parent_link = model._meta.pk
    is_record_table = parent_link is not None and (
        parent_link.remote_field is not None or model._meta.db_table == "records_record"
    )
    column = parent_link.column if parent_link is not None else "id"
    named = "{" + ",".join(record_columns(model)) + "}"
    skipped = "{" + ",".join(getattr(model, "ledger_skip", ())) + "}"
    arguments = ", ".join(f"'{value}'" for value in (column, named, skipped))
    return [
        TRIGGER.format(
            name=event,
            event=event.upper(),
            table=quote(model._meta.db_table),
            transition=transition,
            arguments=arguments,
        )
        for event, transition in EVENTS.items()
        if not (is_record_table and event == "insert")
    ]
