"""Fields out of model columns: what a kind gets without saying a word."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from orbita.records.fields.addresses import AddressesField, AddressPart
from orbita.records.fields.base import Field
from orbita.records.fields.contact import ContactField
from orbita.records.fields.dates import DateField, MomentField
from orbita.records.fields.labels import GroupsField, TagsField
from orbita.records.fields.numbers import NumberField, NumberIdField, WholeNumberField
from orbita.records.fields.origin import ChangedByField, OriginField
from orbita.records.fields.participants import ParticipantsField
from orbita.records.fields.people import OwnerField, UserField
from orbita.records.fields.phones import PhonePart, PhonesField
from orbita.records.fields.reference import ReferenceField
from orbita.records.fields.scalars import (
    ChoiceField,
    LongTextField,
    TextField,
    TitleField,
    YesNoField,
)
from orbita.records.fields.segment import SegmentField
from orbita.records.fields.source import SourceField
from orbita.records.fields.visibility import VisibilityField
from orbita.records.models import ContactType, PhoneType, Record

if TYPE_CHECKING:
    from orbita.records.kinds import Kind


def built_in_fields(kind: "Kind") -> dict[str, Field]:
    """All built-in fields of a kind by key: name, own columns, contact data, the common ones."""
    fields: dict[str, Field] = {}
    own = [column_field(kind, column) for column in kind.model._meta.local_fields]
    for found in (
        *_first(kind),
        *own,
        *_contact_data(kind),
        *_common(kind),
        *kind.declared_fields(),
    ):
        if found is not None and found.key not in kind.without:
            fields[found.key] = found
    own_columns = {column.name for column in kind.model._meta.local_fields}
    for key, found in fields.items():
        found.kind = kind
        if found.path == key and key in own_columns:
            found.path = f"as_{kind.key}__{key}"
        found.basic = found.basic or key in kind.basic
        found.synonyms += tuple(kind.headers.get(key, ()))
    return fields


def _first(kind: "Kind") -> list[Field]:
    """The name and the ID number."""
    composed = kind.title_from != ("title",)
    label = kind.title_label or kind.model._meta.get_field("title").verbose_name
    synonyms = () if composed else ("nazwa", "name")
    title = TitleField("title", label, required=True, synonyms=synonyms)
    title.editable = title.inline = not composed
    title.fills = kind.title_from if composed else ()
    return [title]


def _contact_data(kind: "Kind") -> list[Field]:
    """E-mails, phones, web addresses and postal addresses, for kinds that have them."""
    return [*_contact_points(), *_addresses()] if kind.has_contact_data else []


def _contact_points() -> list[Field]:
    """What one writes to, calls and opens."""
    return [
        ContactField(
            "emails",
            _("E-mail"),
            type=ContactType.EMAIL,
            synonyms=("mail", "email", "adres e-mail", "adres email", "e-mail address", "poczta"),
        ),
        PhonesField(
            "phones",
            _("Phone"),
            type=ContactType.PHONE,
            synonyms=("tel", "telefon", "nr telefonu", "phone number"),
        ),
        PhonePart(
            "mobile",
            _("Mobile phone"),
            part=PhoneType.MOBILE,
            synonyms=("komorka", "mobile", "tel komorkowy", "tel kom", "telefon kom", "cell"),
        ),
        PhonePart("fax", _("Fax"), part=PhoneType.FAX, synonyms=("faks", "nr faksu")),
        ContactField(
            "www",
            _("Website"),
            type=ContactType.WWW,
            synonyms=("strona www", "strona", "web", "url", "website"),
        ),
    ]


def _addresses() -> list[Field]:
    """Postal addresses, and the parts of the main one."""
    return [
        AddressesField("addresses", _("Addresses")),
        AddressPart("street", _("Street"), part="street", synonyms=("adres", "ulica", "address")),
        AddressPart(
            "street2",
            _("Address, second line"),
            part="street2",
            synonyms=("adres cd", "ulica cd", "address continued"),
        ),
        AddressPart(
            "postcode",
            _("Postcode"),
            part="postcode",
            synonyms=("kod", "kod pocztowy", "zip", "zip code", "postal code"),
        ),
        AddressPart("city", _("City"), part="city", synonyms=("miasto", "miejscowosc", "town")),
        AddressPart("country", _("Country"), part="country", synonyms=("kraj", "panstwo")),
    ]


def _common(kind: "Kind") -> list[Field]:
    """What every record has."""
    fields: list[Field] = [
        OwnerField(
            "owner", _("Owner"), synonyms=("opiekun", "wlasciciel", "handlowiec", "assigned to")
        ),
        VisibilityField("visibility", _("Visibility"), synonyms=("widocznosc",)),
        ParticipantsField("participants", _("Participants")),
        TagsField("tags", _("Tags"), synonyms=("tag", "tagi", "etykiety", "labels")),
        GroupsField("groups", _("Groups"), synonyms=("grupa", "grupy", "group")),
        NumberIdField("number", _("ID number"), synonyms=("id", "numer", "nr")),
        UserField("author", _("Added by")),
        MomentField("created_at", _("Added")),
        MomentField("updated_at", _("Changed")),
        ChangedByField("changed_by", _("Changed by")),
        OriginField("origin", _("Origin")),
    ]
    if kind.has_source:
        fields.insert(
            1,
            SourceField(
                "source",
                _("Acquisition source"),
                feature="sources",
                synonyms=("zrodlo", "zrodlo pozyskania", "source", "lead source"),
            ),
        )
    if kind.segmented:
        fields.append(SegmentField("segment", _("Segment")))
    return fields


def column_field(kind: "Kind", column: models.Field) -> Field | None:
    """The Field for a column of the child table, by its type; None for keys and the parent link."""
    if column.primary_key or not column.editable:
        return None
    path = f"as_{kind.key}__{column.name}"
    options: dict[str, Any] = {
        "path": path,
        "required": not column.blank,
        "help": column.help_text,
    }
    label = column.verbose_name
    if isinstance(column, models.ForeignKey):
        return _relation(column, label, options)
    if column.choices:
        choices = getattr(column, "choices_class", None) or _choices_class(kind.model, column)
        return ChoiceField(column.name, label, choices=choices, **options)
    for column_type, field_type in _BY_TYPE:
        if isinstance(column, column_type):
            if field_type is TextField:
                options["max_length"] = column.max_length
                options["null"] = column.null
                options["sortable"] = column.name in _indexed(kind.model)
            if field_type is WholeNumberField:
                low, high = connection.ops.integer_field_range(column.get_internal_type())
                options |= {"low": low, "high": high}
            return field_type(column.name, label, **options)
    raise TypeError(f"No field for {kind.model.__name__}.{column.name}")


def _relation(column: models.ForeignKey, label: Any, options: dict[str, Any]) -> Field | None:
    """A reference to another record, or to a user."""
    target = column.related_model
    if isinstance(target, type) and issubclass(target, Record):
        return ReferenceField(column.name, label, target=str(target._meta.model_name), **options)
    if target is not None and target._meta.label == settings.AUTH_USER_MODEL:
        return UserField(column.name, label, **options)
    return None


def _choices_class(model: type[models.Model], column: models.Field) -> type[models.Choices]:
    """The choices class of a column: the one nested in the model or beside it in its module."""
    import sys

    values = [value for value, _label in column.choices or ()]
    places = [*vars(model).values(), *vars(sys.modules[model.__module__]).values()]
    for found in places:
        if isinstance(found, type) and issubclass(found, models.Choices) and found.values == values:
            return found
    raise TypeError(f"Give the choices of {model.__name__}.{column.name} as a Choices class")


def _indexed(model: type[models.Model]) -> set[str]:
    """The columns with an index of their own, by which a long list can be sorted."""
    names = {index.fields[0] for index in model._meta.indexes if index.fields}
    for index in model._meta.indexes:
        for expression in getattr(index, "expressions", ()):
            sources = [expression] if isinstance(expression, models.F) else expression.flatten()
            names |= {str(getattr(one, "name", "")) for one in sources if isinstance(one, models.F)}
    return names | {
        column.name for column in model._meta.local_fields if getattr(column, "db_index", False)
    }


_BY_TYPE: list[tuple[type[models.Field], type[Field]]] = [
    (models.TextField, LongTextField),
    (models.CharField, TextField),
    (models.BooleanField, YesNoField),
    (models.DateTimeField, MomentField),
    (models.DateField, DateField),
    (models.DecimalField, NumberField),
    (models.IntegerField, WholeNumberField),
]
