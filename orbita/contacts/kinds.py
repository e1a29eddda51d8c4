"""Companies and persons as kinds of record."""

import re
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from orbita.contacts.models import Company, Person
from orbita.records.fields import NipField, RegonField, TextField
from orbita.records.fields.base import Field
from orbita.records.kinds import Kind, Labels, Section, register
from orbita.relations import examples
from orbita.relations.examples import Example
from orbita.ui.text import fold

_LEGAL_FORMS = [
    (
        re.compile(r"\b(spolka z ograniczona odpowiedzialnoscia|sp\.? ?z\.? ?o\.? ?o\b\.?)"),
        "sp. z o.o.",
    ),
    (re.compile(r"\b(spolka akcyjna|s\.? ?a\b\.?)$"), "s.a."),
    (re.compile(r"\b(spolka jawna|sp\.? ?j\b\.?)$"), "sp.j."),
    (re.compile(r"\b(spolka komandytowa|sp\.? ?k\b\.?)$"), "sp.k."),
    (re.compile(r"\b(spolka cywilna|s\.? ?c\b\.?)$"), "s.c."),
]

LEGAL_FORM_WORDS = (
    "sp z ?o ?o",
    "spolka z o ?o",
    "spolka z ograniczona odpowiedzialnoscia",
    "s ?a",
    "spolka akcyjna",
    "p ?s ?a",
    "prosta( spolka akcyjna)?",
    "sp ?j",
    "spolka jawna",
    "sp ?k( ?a)?",
    "spolka komandytowa( akcyjna)?",
    "spolka komandytowo akcyjna",
    "sp ?p",
    "spolka partnerska",
    "s ?c",
    "spolka cywilna",
    "w (likwidacji|upadlosci|restrukturyzacji)",
    "gmbh( co kg)?",
    "ug",
    "ag",
    "kg",
    "ltd",
    "limited",
    "llc",
    "plc",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "b ?v",
    "n ?v",
    "s ?r ?o",
    "a s",
    "sarl",
    "sas",
    "oy",
    "ab",
)
"""How legal forms look in a folded name without punctuation."""


@lru_cache(maxsize=4096)
def company_key(name: str) -> str:
    """The name in the form in which two equal companies match: one spelling of each legal form.

    >>> company_key("Acme Spółka z ograniczoną odpowiedzialnością")
    'acme sp. z o.o.'
    """
    key = fold(name)
    for pattern, form in _LEGAL_FORMS:
        key = pattern.sub(form, key)
    return key.replace('"', "").replace("„", "").replace("”", "").strip()


@register
class CompanyKind(Kind):
    """Business partners and prospects."""

    model = Company
    slug, icon, order, navigation = "companies", "building", 10, "contacts"
    labels = Labels(
        one=_("Company"),
        many=_("Companies"),
        add=_("Add company"),
        import_=_("Import companies"),
        empty=_("Your clients and everybody who may become one will appear here."),
        origin=_("From the company %(name)s"),
    )
    columns = ("title", "nip", "city", "phones", "owner", "tags", "created_at")
    form = (
        Section(
            _("Basic data"),
            ("title", "nip", "regon", "owner", "source", "visibility", "participants"),
        ),
        Section(_("Contact data"), ("emails", "phones", "www"), "contact"),
        Section(
            _("Other data"),
            ("addresses", "segment", "groups", "tags", "description"),
            "other",
        ),
    )
    headline = ("nip", "city")
    hints = ("city", "nip", "owner")
    card = ("city", "phones", "emails", "owner", "segment", "groups", "open_deals")
    matching = (("number",), ("nip",), ("regon",), ("title",))
    name_noise = LEGAL_FORM_WORDS
    has_source = has_contact_data = segmented = True
    headers = {
        "title": (
            "nazwa firmy",
            "nazwa pelna",
            "pelna nazwa",
            "nazwa skrocona",
            "firma",
            "kontrahent",
            "nazwa kontrahenta",
            "klient",
            "nazwa klienta",
            "podmiot",
            "nazwa podmiotu",
            "company",
            "company name",
            "organization",
            "organisation",
            "account",
            "account name",
        ),
        "nip": (
            "numer nip",
            "nip firmy",
            "identyfikator podatkowy",
            "vat",
            "vat number",
            "tax number",
        ),
        "regon": ("numer regon", "nr regon"),
        "description": ("opis", "uwagi", "notatka", "komentarz", "notes", "comments"),
    }

    samples = {"title": ("Nowa Era Handlowa Sp. z o.o.", "Żółta Łódź S.A.")}

    def declared_fields(self) -> tuple[Field, ...]:
        """Numbers with checksums."""
        return (
            NipField("nip", _("NIP"), synonyms=("tax id", "nr nip", "vat id")),
            RegonField("regon", _("REGON")),
        )

    def title_key(self, title: str) -> str:
        """The name with its legal form in one spelling."""
        return company_key(title)

    def search_parts(self, record: Any) -> list[str]:
        """Found by NIP and REGON too."""
        return [record.nip or "", record.regon or ""]


@register
class PersonKind(Kind):
    """People, with or without a company."""

    model = Person
    slug, icon, order, navigation = "persons", "user", 20, "contacts"
    labels = Labels(
        one=_("Person"),
        many=_("People"),
        add=_("Add person"),
        import_=_("Import people and companies"),
        rows=_("People and companies"),
        empty=_("The people you talk to will appear here."),
        origin=_("From the person %(name)s"),
    )
    columns = ("title", "position", "company", "phones", "emails", "owner", "tags")
    form = (
        Section(
            _("Basic data"),
            (
                "first_name",
                "last_name",
                "position",
                "company",
                "owner",
                "source",
                "visibility",
                "participants",
            ),
        ),
        Section(_("Contact data"), ("phones", "emails", "www"), "contact"),
        Section(
            _("Other data"),
            ("addresses", "segment", "groups", "tags", "description"),
            "other",
        ),
    )
    headline = ("position", "company")
    hints = ("position", "company", "city", "owner")
    card = ("position", "company", "phones", "emails", "owner", "segment", "open_deals")
    title_from, sort_from = ("first_name", "last_name"), "last_name"
    title_label = _("Full name")
    matching = (
        ("number",),
        ("first_name", "last_name", "company"),
        ("first_name", "last_name", "emails"),
        ("first_name", "last_name", "phones"),
    )
    has_source = has_contact_data = segmented = True
    source_from = source_to = rolls_up = ("company",)
    headers = {
        "title": (
            "imie i nazwisko",
            "imie nazwisko",
            "osoba",
            "osoba kontaktowa",
            "full name",
            "contact name",
            "contact person",
            "person name",
            "display name",
        ),
        "first_name": ("imie", "imiona", "given name", "forename", "name"),
        "last_name": ("nazwisko", "surname", "family name"),
        "position": ("stanowisko", "funkcja", "rola", "job title", "title", "role"),
        "description": ("opis", "uwagi", "notatka", "komentarz", "notes", "comments"),
    }

    samples = {
        "first_name": ("Łucja", "Zenon"),
        "last_name": ("Przykładowa", "Próbny"),
        "position": (_("Purchasing manager"), _("Owner of the company")),
    }

    def declared_fields(self) -> tuple[Field, ...]:
        """Positions are offered as others have written them."""
        return (TextField("position", _("Position"), max_length=120, suggests=True),)

    def check(self, values: dict[str, Any], record: Any) -> dict[str, str]:
        """A person has a first or a last name."""
        first = values.get("first_name", getattr(record, "first_name", ""))
        last = values.get("last_name", getattr(record, "last_name", ""))
        return {} if first or last else {"last_name": _now("Enter a first or a last name")}


examples.register(
    Example("company", _("Headquarters"), "company", _("Branch"), order=10),
    Example("company", _("Competitors"), "company", _("Competitors"), order=20),
    Example("company", _("Partners"), "company", _("Partners"), order=30),
    Example(
        *("person", _("Former employee"), "company", _("Former employer")),
        order=70,
        offered_on_change=True,
    ),
)
