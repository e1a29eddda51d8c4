"""Fields out of definitions, remembered by each process until somebody changes one."""

from typing import TYPE_CHECKING, Any

from orbita.preferences.cached import cached
from orbita.records.fields.base import Field
from orbita.records.fields.custom import choices, numbers, texts
from orbita.records.models import CustomField, CustomFieldType

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

TYPES: dict[str, type[Any]] = {
    "text": texts.CustomText,
    "long_text": texts.CustomLongText,
    "number": numbers.CustomNumber,
    "money": numbers.CustomMoney,
    "percent": numbers.CustomPercent,
    "date": numbers.CustomDate,
    "moment": numbers.CustomMoment,
    "yes_no": numbers.CustomYesNo,
    "choice": choices.CustomChoice,
    "choices": choices.CustomChoices,
    "user": choices.CustomUser,
    "email": texts.CustomEmail,
    "phone": texts.CustomPhone,
    "www": texts.CustomWww,
}


def fields_of_definitions() -> list[Any]:
    """The fields of all definitions in use, of every kind; no question to the database."""
    return cached("custom_fields", _load)


def _load() -> list[Any]:
    from orbita.records.kinds import kinds

    known = [kind.key for kind in kinds]
    rows = CustomField.objects.in_use().filter(kind__in=known).prefetch_related("options")
    return [make_field(definition) for definition in rows]


def custom_fields(kind: "Kind", viewer: Any) -> dict[str, Field]:
    """The account's own fields of a kind that the viewer's role may see, by key, in order."""
    return {
        field.key: field
        for field in fields_of_definitions()
        if field.definition.kind == kind.key and may_see(field.definition, viewer)
    }


def may_see(definition: CustomField, viewer: Any) -> bool:
    """Whether the field exists for the viewer; administrators and the system see all."""
    if not definition.roles or viewer is None or viewer.is_administrator:
        return True
    return viewer.role in definition.roles


def custom_defaults(kind: "Kind") -> dict[str, Any]:
    """What a new record keeps before anybody says anything."""
    return {
        field.name: field.definition.default
        for field in fields_of_definitions()
        if field.definition.kind == kind.key
        and field.definition.default is not None
        and not field.is_empty(field.stored(field.definition.default))
    }


def make_field(definition: CustomField) -> Any:
    """The Field of a definition. Its key is the definition's id, so a new label breaks nothing."""
    from orbita.records.kinds import kinds

    field = TYPES[definition.type](
        definition.key,
        definition.label,
        required=definition.required and definition.type != "yes_no",
        help=definition.help,
    )
    field.definition, field.kind = definition, kinds.by_key(definition.kind)
    field.custom_section = definition.section
    if definition.type == CustomFieldType.TEXT:
        field.suggests = definition.suggests and not definition._state.adding
    if definition.has_options and not definition._state.adding:
        field.all_options = {str(option.pk): option for option in definition.options.all()}
    else:
        field.all_options = {}
    return field
