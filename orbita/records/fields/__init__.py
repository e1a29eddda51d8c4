"""Fields: a value is described once, and form, list, filter, import, export and API all ask it."""

from orbita.records.fields.base import Context, Field, Ordering
from orbita.records.fields.contact import AddressesField, AddressPart, ContactField
from orbita.records.fields.identifiers import NipField, PostcodeField, RegonField
from orbita.records.fields.labels import GroupsField, TagsField
from orbita.records.fields.people import OwnerField, ParticipantsField, UserField, VisibilityField
from orbita.records.fields.reference import ReferenceField, ReferencesField
from orbita.records.fields.scalars import (
    ChoiceField,
    CurrencyField,
    DateField,
    LongTextField,
    MomentField,
    MoneyField,
    NumberField,
    TextField,
    WholeNumberField,
    YesNoField,
)
from orbita.records.fields.source import SourceField

__all__ = [
    "AddressPart",
    "AddressesField",
    "ChoiceField",
    "ContactField",
    "Context",
    "CurrencyField",
    "DateField",
    "Field",
    "GroupsField",
    "LongTextField",
    "MomentField",
    "MoneyField",
    "NipField",
    "NumberField",
    "Ordering",
    "OwnerField",
    "ParticipantsField",
    "PostcodeField",
    "ReferenceField",
    "ReferencesField",
    "RegonField",
    "SourceField",
    "TagsField",
    "TextField",
    "UserField",
    "VisibilityField",
    "WholeNumberField",
    "YesNoField",
]
