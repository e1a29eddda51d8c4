"""The one way in which something leaves the ledger: the history of records that are gone for good.

The application's role may not delete there. A function of the tables' owner may, and it does so
only for records that exist no more: it takes the right for the length of its own work. It also
takes what the histories of other records say about rows that they shared (relations), and the
names that mergers bear.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

FUNCTION = """
CREATE OR REPLACE FUNCTION orbita_erase(erased uuid[], shared text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $body$
DECLARE
    count bigint;
BEGIN
    IF EXISTS (SELECT FROM records_record WHERE id = ANY(erased)) THEN
        RAISE EXCEPTION 'Only the history of records that are gone can be erased'
            USING ERRCODE = '42501';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('orbita_erase'));
    GRANT DELETE ON records_change TO CURRENT_USER;
    GRANT UPDATE (label) ON records_changeset TO CURRENT_USER;
    UPDATE records_changeset deed SET label = ''
        WHERE label <> ''
        AND id IN (SELECT changeset_id FROM records_change WHERE record_id = ANY(erased))
        AND (channel = 'merge' OR channel = 'undo' AND EXISTS (
            SELECT FROM records_changeset former
            WHERE former.id = deed.undoes AND former.channel IN ('merge', 'undo')));
    DELETE FROM records_change other USING records_change own
        WHERE own.record_id = ANY(erased) AND own."table" = ANY(shared)
        AND other.changeset_id = own.changeset_id
        AND other."table" = own."table" AND other."row" = own."row";
    DELETE FROM records_change WHERE record_id = ANY(erased);
    GET DIAGNOSTICS count = ROW_COUNT;
    REVOKE DELETE ON records_change FROM CURRENT_USER;
    REVOKE UPDATE (label) ON records_changeset FROM CURRENT_USER;
    RETURN count;
END
$body$
"""


def statement(schema: str) -> str:
    """The statement that installs the function for tables of this schema (a quoted name)."""
    return FUNCTION.replace("{schema}", schema)


def erase_history(record_ids: Sequence[UUID], shared_tables: Sequence[str]) -> None:
    """Take the records' histories out of the ledger; they are deleted already.

    Raises ProgrammingError for records that are still there.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT orbita_erase(%s::uuid[], %s::text[])", [list(record_ids), list(shared_tables)]
        )
