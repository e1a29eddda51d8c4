"""Custom fields: the same interface over a value kept in `Record.custom` under the field's id."""

from orbita.records.fields.custom.making import (
    TYPES,
    custom_defaults,
    custom_fields,
    fields_of_definitions,
    make_field,
)

__all__ = ["TYPES", "custom_defaults", "custom_fields", "fields_of_definitions", "make_field"]
