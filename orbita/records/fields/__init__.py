"""Fields: a value is described once, and form, list, filter, import, export and API all ask it."""

from orbita.records.fields.addresses import AddressesField, AddressPart
from orbita.records.fields.base import Context, Field, Ordering
from orbita.records.fields.contact import ContactField
from orbita.records.fields.dates import DateField, MomentField
from orbita.records.fields.identifiers import NipField, PostcodeField, RegonField
from orbita.records.fields.labels import GroupsField, TagsField
from orbita.records.fields.numbers import CurrencyField, MoneyField, NumberField, WholeNumberField
from orbita.records.fields.participants import ParticipantsField
from orbita.records.fields.people import OwnerField, UserField
from orbita.records.fields.phones import PhonePart, PhonesField
from orbita.records.fields.reference import ReferenceField
from orbita.records.fields.references import ReferencesField
from orbita.records.fields.scalars import ChoiceField, LongTextField, TextField, YesNoField
from orbita.records.fields.source import SourceField
from orbita.records.fields.visibility import VisibilityField

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
    "PhonePart",
    "PhonesField",
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
