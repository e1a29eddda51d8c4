"""From a JSON body to clean values by field key, or sentences about what is wrong.

Exactly the editable fields may change; each checks its value as it does for forms and imports.
"""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orbita.api.problems import invalid
from orbita.api.shapes import fits, sentence
from orbita.records.fields.base import Context

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

READ_ONLY = (
    *("id", "kind", "number", "title", "url", "version", "is_open"),
    *("relations", "relations_more"),
)
MAX_LIST = 200
Errors = dict[str, list[str]]


def read_values(
    kind: "Kind",
    viewer: "User",
    body: dict[str, Any],
    record: Any,
    fields: "dict[str, Field]",
) -> dict[str, Any]:
    """The values that differ from the record's, in the order of the fields; raises Problem 422.

    `record` is the one to change, its fields loaded, or a new one with its defaults.
    """
    errors: Errors = refused_keys(body, fields)
    values: dict[str, Any] = {}
    context = Context(viewer)
    for key, field in fields.items():
        if key in errors or key not in body:
            continue
        try:
            if record._state.adding or body[key] != field.json(record):
                values[key] = read_value(field, body[key], context)
                if refusal := field.refuses(record, values[key], viewer):
                    errors[key] = [refusal]
        except ValidationError as error:
            errors[key] = list(error.messages)
    if record._state.adding:
        errors |= missing(fields, values, record, errors)
    if not errors:
        errors = {key: [text] for key, text in kind.problems(values, record).items()}
    if errors:
        raise invalid(errors)
    return values


def refused_keys(body: dict[str, Any], fields: "dict[str, Field]") -> Errors:
    """Sentences about keys that do not exist, cannot be set, or contradict each other."""
    errors: Errors = {}
    for key in body:
        field = fields.get(key)
        if (field is None and key in READ_ONLY) or (field is not None and not field.editable):
            errors[key] = [_("This value cannot be set")]
        elif field is None:
            errors[key] = [_("There is no such field")]
        elif field.part_of and field.part_of in body:
            whole = fields[field.part_of].label
            errors[key] = [_("Give either this value or “%(whole)s”") % {"whole": whole}]
    return errors


def read_value(field: "Field", value: Any, context: Context) -> Any:
    """The value of one field; null and the empty value of its type mean none."""
    if value is not None and not fits(value, field.json_input):
        raise ValidationError(sentence(field.json_input))
    if isinstance(value, list) and len(value) > MAX_LIST:
        raise ValidationError(_("At most %(limit)d values") % {"limit": MAX_LIST})
    if value is None and field.many:
        value = []
    cleaned = field.clean(value, context)
    if field.required and field.is_empty(cleaned):
        raise ValidationError(_("A value is required"))
    return cleaned


def missing(
    fields: "dict[str, Field]", values: dict[str, Any], record: Any, errors: Errors
) -> Errors:
    """Sentences about required values that neither the body nor a default gives."""
    return {
        key: [_("A value is required")]
        for key, field in fields.items()
        if field.required
        and field.editable
        and key not in values
        and key not in errors
        and field.is_empty(field.value(record))
    }
